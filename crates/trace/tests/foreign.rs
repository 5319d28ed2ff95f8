//! Recordings that another program, or another keelback, has had its hands on.

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema};
use common::{Place, any, events, leave_partial, packed, remembered};
use keelback_trace::file::Trace;
use keelback_trace::{EventKind, ReadError, Source};

fn told(opened: Result<Trace, ReadError>) -> String {
    match opened {
        Ok(_) => panic!("it should not open"),
        Err(error) => error.to_string(),
    }
}

/// Writes a table anew with other columns.
fn rewrite(file: &Path, change: impl Fn(&RecordBatch) -> RecordBatch) {
    let old = StreamReader::try_new(File::open(file).expect("a table"), None).expect("a stream");
    let first = change(&RecordBatch::new_empty(old.schema()));
    let mut new = StreamWriter::try_new(Vec::new(), &first.schema()).expect("a writer");
    for batch in old {
        new.write(&change(&batch.expect("a batch")))
            .expect("written");
    }
    fs::write(file, new.into_inner().expect("a stream")).expect("written");
}

fn with_a_column_in_front(batch: &RecordBatch) -> RecordBatch {
    let mood: ArrayRef = Arc::new(StringArray::from(vec![Some("calm"); batch.num_rows()]));
    let mut fields = vec![Arc::new(Field::new("mood", DataType::Utf8, true))];
    fields.extend(batch.schema().fields().iter().cloned());
    let columns = std::iter::once(mood).chain(batch.columns().iter().cloned());
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.collect()).expect("a batch")
}

fn without_the_last_column(batch: &RecordBatch) -> RecordBatch {
    let kept: Vec<usize> = (0..batch.num_columns() - 1).collect();
    batch.project(&kept).expect("fewer columns")
}

#[test]
fn unknown_columns_and_tables_are_ignored() {
    let deeds = any::sample_deeds(1);
    let place = Place::new();
    leave_partial(&deeds, &place.recording());
    fs::write(place.partial().join("moods.arrows"), "whatever").expect("written");
    rewrite(
        &place.partial().join("calls.arrows"),
        with_a_column_in_front,
    );
    let trace = Trace::open(&place.partial()).expect("it opens");
    assert_eq!(events(&trace).expect("it reads"), remembered(&deeds).events);
}

#[test]
fn a_missing_column_is_named() {
    let place = Place::new();
    leave_partial(&any::sample_deeds(1), &place.recording());
    rewrite(
        &place.partial().join("threads.arrows"),
        without_the_last_column,
    );
    let told = told(Trace::open(&place.partial()));
    assert!(told.contains("table `threads`"), "{told}");
    assert!(told.contains("column `name` is missing"), "{told}");
}

#[test]
fn a_missing_table_is_named() {
    let place = Place::new();
    leave_partial(&any::sample_deeds(1), &place.recording());
    fs::remove_file(place.partial().join("frames.arrows")).expect("removed");
    let told = told(Trace::open(&place.partial()));
    assert!(told.contains("table `frames`"), "{told}");
}

#[test]
fn a_table_that_came_later_may_be_missing() {
    let place = Place::new();
    let deeds = any::sample_deeds(1);
    leave_partial(&deeds, &place.recording());
    fs::remove_file(place.partial().join("faults.arrows")).expect("removed");
    let trace = Trace::open(&place.partial()).expect("it opens");
    let mut expected = remembered(&deeds).events;
    expected.retain(|it| !matches!(it.kind, EventKind::Faults { .. }));
    assert_eq!(events(&trace).expect("it reads"), expected);
}

#[test]
fn a_newer_format_is_refused() {
    let place = Place::new();
    leave_partial(&any::sample_deeds(1), &place.recording());
    fs::write(place.partial().join("meta.json"), r#"{"format": 7}"#).expect("written");
    let opened = Trace::open(&place.partial());
    assert!(matches!(opened, Err(ReadError::Version { found: 7, .. })));
}

#[test]
fn other_files_are_no_recordings() {
    let place = Place::new();
    let path = place.recording();
    for (content, expected) in [(&b""[..], "no whole zip"), (b"#!/bin/sh\n", "no whole zip")] {
        fs::write(&path, content).expect("written");
        let told = told(Trace::open(&path));
        assert!(told.contains("is not a keelback recording"), "{told}");
        assert!(told.contains(expected), "{told}");
    }
    let told = told(Trace::open(&path.join("nowhere.kb")));
    assert!(told.contains("cannot read the recording"), "{told}");
}

#[test]
fn another_zip_is_no_recording() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let stored = options.compression_method(zip::CompressionMethod::Stored);
    zip.start_file("readme.txt", stored).expect("an entry");
    zip.write_all(b"hello").expect("written");
    let bytes = zip.finish().expect("a zip").into_inner();
    let told = told(Trace::from_bytes("a.zip", bytes));
    assert!(told.contains("there is no meta.json in it"), "{told}");
}

/// Marks every entry as deflated, as a zip program would make it
/// (APPNOTE.TXT 4.3.7 and 4.3.12: the method is at 8 and at 10).
fn marked_deflated(mut bytes: Vec<u8>) -> Vec<u8> {
    for (magic, method) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let places: Vec<usize> = (0..bytes.len() - 4)
            .filter(|at| bytes[*at..].starts_with(magic))
            .collect();
        for at in places {
            bytes[at + method] = 8;
        }
    }
    bytes
}

#[test]
fn a_repacked_zip_says_what_to_do() {
    let bytes = marked_deflated(packed(&any::sample_deeds(1)));
    let told = told(Trace::from_bytes("a.kb", bytes));
    assert!(
        told.contains("unzip it into a folder and open that"),
        "{told}"
    );
}

#[test]
fn an_unzipped_recording_opens() {
    let deeds = any::sample_deeds(6);
    let place = Place::new();
    fs::write(place.recording(), packed(&deeds)).expect("written");
    let mut zip = zip::ZipArchive::new(File::open(place.recording()).expect("it")).expect("a zip");
    zip.extract(place.partial()).expect("unpacked");
    let trace = Trace::open(&place.partial()).expect("it opens");
    assert!(!trace.is_incomplete());
    assert_eq!(events(&trace).expect("it reads"), remembered(&deeds).events);
    assert_eq!(trace.provenance().host, "");
}
