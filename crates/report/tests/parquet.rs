//! `export -f parquet`, read back with a Parquet reader.

mod export;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use keelback_report::parquet::{ParquetError, export};
use keelback_trace::define::{Process, Thread};
use keelback_trace::{Event, EventKind, Memory, Nanos, ProcessId, StackId, TextId, ThreadId};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A folder that goes when it is dropped.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("keelback-parquet-{}-{count}", std::process::id());
        Place(std::env::temp_dir().join(name))
    }

    /// All files of the dataset, relative to it, in order.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        walk(&self.0, &mut files);
        let inside = files.iter().filter_map(|it| it.strip_prefix(&self.0).ok());
        let mut names: Vec<String> = inside.map(|it| it.display().to_string()).collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => walk(&path, files),
            false => files.push(path),
        }
    }
}

fn read(file: &Path) -> RecordBatch {
    let file = File::open(file).expect("a file");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    let schema = reader.schema().clone();
    let mut batches = reader.build().expect("a reader");
    batches
        .next()
        .map_or_else(|| RecordBatch::new_empty(schema), |it| it.expect("a batch"))
}

fn int(batch: &RecordBatch, column: &str, row: usize) -> Option<i64> {
    let column = batch.column_by_name(column).expect("a column");
    let values = column.as_primitive::<Int64Type>();
    values.is_valid(row).then(|| values.value(row))
}

fn text(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let column = batch.column_by_name(column).expect("a column");
    let values = column.as_string::<i32>();
    values.is_valid(row).then(|| values.value(row).to_owned())
}

#[test]
fn tables_are_parted_by_date_host_and_process() {
    let place = Place::new();
    export(&export::recording(), &place.0).expect("exported");
    let expected = [
        "calls/date=2026-01-01/host=db-1/pid=100/part-0.parquet",
        "calls/date=2026-01-01/host=db-1/pid=200/part-0.parquet",
        "faults/date=2025-12-31/host=db-1/pid=100/part-0.parquet",
        "gils/date=2025-12-31/host=db-1/pid=100/part-0.parquet",
        "life/date=2025-12-31/host=db-1/pid=100/part-0.parquet",
        "life/date=2026-01-01/host=db-1/pid=200/part-0.parquet",
        "losses/date=2025-12-31/host=db-1/pid=100/part-0.parquet",
        "samples/date=2026-01-01/host=db-1/pid=200/part-0.parquet",
        "stacks/date=2025-12-31/host=db-1/pid=100/part-0.parquet",
        "stacks/date=2026-01-01/host=db-1/pid=100/part-0.parquet",
        "stacks/date=2026-01-01/host=db-1/pid=200/part-0.parquet",
        "switches/date=2025-12-31/host=db-1/pid=100/part-0.parquet",
        "switches/date=2026-01-01/host=db-1/pid=100/part-0.parquet",
        "tallies/date=2025-12-31/host=db-1/pid=100/part-0.parquet",
        "usage/date=2025-12-31/host=db-1/pid=100/part-0.parquet",
        "views.sql",
        "wakes/date=2026-01-01/host=db-1/pid=100/part-0.parquet",
    ];
    assert_eq!(place.files(), expected);
}

#[test]
fn a_call_says_who_where_and_when() {
    let place = Place::new();
    export(&export::recording(), &place.0).expect("exported");
    let folder = place.0.join("calls/date=2026-01-01/host=db-1");
    let read_call = read(&folder.join("pid=100/part-0.parquet"));
    assert_eq!(read_call.num_rows(), 1);
    let at = i64::try_from(export::STARTED + export::SECOND + 9).expect("a time");
    assert_eq!(int(&read_call, "at_unix_ns", 0), Some(at));
    assert_eq!(int(&read_call, "tid", 0), Some(101));
    assert_eq!(
        text(&read_call, "thread_name", 0).as_deref(),
        Some("pool-1")
    );
    assert_eq!(
        text(&read_call, "function", 0).as_deref(),
        Some("Worker.run")
    );
    assert_eq!(int(&read_call, "line", 0), None, "the line is unknown");
    assert_eq!(int(&read_call, "took_ns", 0), Some(1_000_000_000));
    let openat = read(&folder.join("pid=200/part-0.parquet"));
    assert_eq!(int(&openat, "nr", 0), Some(257));
    assert_eq!(int(&openat, "arg0", 0), Some(-100));
    assert_eq!(int(&openat, "ret", 0), Some(-2));
    assert_eq!(text(&openat, "path", 0).as_deref(), Some("/etc/hosts"));
    assert_eq!(int(&openat, "line", 0), Some(7));
}

#[test]
fn stack_ids_lead_to_their_texts() {
    let place = Place::new();
    export(&export::recording(), &place.0).expect("exported");
    let of = |table: &str| {
        let file = format!("{table}/date=2026-01-01/host=db-1/pid=100/part-0.parquet");
        read(&place.0.join(file))
    };
    let (calls, stacks) = (of("calls"), of("stacks"));
    assert_eq!(int(&calls, "stack_id", 0), int(&stacks, "stack_id", 0));
    let expected = "main (app.py:7)\nWorker.run (app.py:?)";
    assert_eq!(text(&stacks, "text", 0).as_deref(), Some(expected));
}

/// Ids of stacks differ from recording to recording; those of texts do not.
#[test]
fn the_same_stack_has_the_same_id_in_another_recording() {
    let place = Place::new();
    let mut other = export::recording();
    let first = other.dictionary.stacks[0];
    other.dictionary.stacks.insert(0, first);
    other.dictionary.stacks[2].parent = StackId(2);
    for event in &mut other.events {
        event.stack.0 += u32::from(event.stack != StackId::NONE);
    }
    export(&export::recording(), &place.0).expect("exported");
    export(&other, &place.0).expect("exported");
    let folder = place.0.join("calls/date=2026-01-01/host=db-1/pid=100");
    let (one, two) = (folder.join("part-0.parquet"), folder.join("part-1.parquet"));
    let id = int(&read(&one), "stack_id", 0);
    assert!(id.is_some());
    assert_eq!(int(&read(&two), "stack_id", 0), id);
}

#[test]
fn a_thread_that_is_not_known_has_no_pid() {
    let place = Place::new();
    let mut recording = export::recording();
    recording.events.truncate(1);
    recording.events[0].thread = ThreadId::NONE;
    export(&recording, &place.0).expect("exported");
    let file = "life/date=2025-12-31/host=db-1/pid=__HIVE_DEFAULT_PARTITION__/part-0.parquet";
    assert_eq!(read(&place.0.join(file)).num_rows(), 1);
}

/// More processes than files may be open: rows go on in further parts.
#[test]
fn a_thousand_switches_between_processes_lose_no_row() {
    let place = Place::new();
    export(&crowd(), &place.0).expect("exported");
    let files = place.files();
    let mut pids = BTreeSet::new();
    let mut rows = 0;
    for file in files.iter().filter(|it| it.starts_with("switches/")) {
        pids.extend(file.split('/').nth(3).map(str::to_owned));
        rows += read(&place.0.join(file)).num_rows();
    }
    assert_eq!((pids.len(), rows), (40, 1000));
}

fn crowd() -> Memory {
    let mut memory = Memory::default();
    for number in 0..40 {
        memory.dictionary.processes.push(Process {
            pid: 1000 + number,
            parent: ProcessId::NONE,
            start: Nanos(0),
            exe: TextId::NONE,
            command: TextId::NONE,
        });
        memory.dictionary.threads.push(Thread {
            tid: 1000 + number,
            process: ProcessId(number),
            start: Nanos(0),
            name: TextId::NONE,
        });
    }
    let events = (0..1000u32).map(|number| Event {
        at: Nanos(u64::from(number)),
        thread: ThreadId(number * 7 % 40),
        stack: StackId::NONE,
        kind: EventKind::SwitchIn { cpu: 0 },
    });
    memory.events = events.collect();
    memory
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let place = Place::new();
    fs::write(&place.0, "a file").expect("written");
    let error = export(&export::recording(), &place.0).expect_err("no folder");
    assert!(matches!(&error, ParquetError::Write { .. }), "{error}");
    assert!(error.to_string().contains("life"), "{error}");
    fs::remove_file(&place.0).expect("removed");
}
