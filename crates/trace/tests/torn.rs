//! A recording that was cut anywhere opens up to its last whole batch.

mod common;

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use common::{Place, any, events, leave_partial, remembered};
use keelback_trace::file::{Trace, tables};
use keelback_trace::{Dictionary, Event, LossKind, Memory, Source};
use proptest::prelude::*;
use proptest::sample::Index;

fn table_file(place: &Place, table: &str) -> PathBuf {
    place.partial().join(format!("{table}.arrows"))
}

fn cut(file: &Path, length: u64) {
    let file = OpenOptions::new().write(true).open(file).expect("a table");
    file.set_len(length).expect("cut");
}

/// Recordings made at random have losses of any size: only differences count.
fn torn_rows(dictionary: &Dictionary) -> u64 {
    let losses = dictionary.losses.iter();
    let torn = losses.filter(|loss| loss.kind == LossKind::RowsTorn);
    torn.map(|loss| loss.count).fold(0, u64::wrapping_add)
}

/// Tables are cut one by one, so events of one kind may be missing in between.
fn is_subsequence(found: &[Event], all: &[Event]) -> bool {
    let mut rest = all.iter();
    found.iter().all(|event| rest.any(|it| it == event))
}

fn is_prefix<T: PartialEq>(found: &[T], all: &[T]) -> bool {
    all.starts_with(found)
}

fn assert_prefix(trace: &Trace, expected: &Memory) {
    let (found, all) = (trace.dictionary(), &expected.dictionary);
    assert!(is_prefix(&found.texts, &all.texts), "texts");
    assert!(is_prefix(&found.processes, &all.processes), "processes");
    assert!(is_prefix(&found.threads, &all.threads), "threads");
    assert!(is_prefix(&found.codes, &all.codes), "codes");
    assert!(is_prefix(&found.frames, &all.frames), "frames");
    assert!(is_prefix(&found.stacks, &all.stacks), "stacks");
    assert!(
        is_prefix(&found.interpreters, &all.interpreters),
        "interpreters"
    );
    assert!(is_prefix(&found.tallies, &all.tallies), "tallies");
    let events = events(trace).expect("whole batches read");
    assert!(is_subsequence(&events, &expected.events), "events");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn cut_anywhere_it_opens_with_a_prefix(
        deeds in any::deeds(),
        table in any::<Index>(),
        at in any::<Index>(),
    ) {
        let place = Place::new();
        leave_partial(&deeds, &place.recording());
        let tables = tables();
        let file = table_file(&place, table.get(&tables).name);
        let whole = fs::metadata(&file).expect("a table").len();
        cut(&file, at.index(whole as usize) as u64);
        let trace = Trace::open(&place.recording()).expect("it opens");
        assert_prefix(&trace, &remembered(&deeds));
    }
}

#[test]
fn cuts_all_over_one_table_are_told() {
    let deeds = any::sample_deeds(1);
    let place = Place::new();
    leave_partial(&deeds, &place.recording());
    let file = table_file(&place, "calls");
    let whole = fs::metadata(&file).expect("a table").len();
    let expected = remembered(&deeds);
    let torn_anyway = torn_rows(&expected.dictionary);
    for length in (0..whole).rev().step_by(131) {
        cut(&file, length);
        let trace = Trace::open(&place.recording()).expect("it opens");
        assert_prefix(&trace, &expected);
        let events = events(&trace).expect("it reads").len() as u64;
        let torn = torn_rows(trace.dictionary()).wrapping_sub(torn_anyway);
        assert_eq!(trace.event_count(), events);
        assert!(events < expected.events.len() as u64);
        // At the very end of a batch nothing shows that more has followed.
        assert!(torn > 0 || length % 8 == 0, "cut at {length}: {torn} rows");
    }
}

#[test]
fn the_rows_of_a_torn_batch_are_counted() {
    let deeds = any::sample_deeds(2);
    let place = Place::new();
    leave_partial(&deeds, &place.recording());
    let complete = Trace::open(&place.recording()).expect("it opens");
    let before = torn_rows(complete.dictionary());
    let file = table_file(&place, "usage");
    cut(&file, fs::metadata(&file).expect("a table").len() - 1);
    let trace = Trace::open(&place.recording()).expect("it opens");
    let missing = complete.event_count() - trace.event_count();
    assert!(missing > 0);
    let torn = torn_rows(trace.dictionary());
    assert_eq!(torn.wrapping_sub(before), missing);
}

#[test]
fn zeros_after_a_power_cut_are_a_cut() {
    let deeds = any::sample_deeds(3);
    let place = Place::new();
    leave_partial(&deeds, &place.recording());
    let file = table_file(&place, "wakes");
    let whole = fs::metadata(&file).expect("a table").len();
    cut(&file, whole + 4096);
    let trace = Trace::open(&place.recording()).expect("it opens");
    assert_eq!(events(&trace).expect("it reads"), remembered(&deeds).events);
    let torn_anyway = torn_rows(&remembered(&deeds).dictionary);
    let torn = torn_rows(trace.dictionary());
    assert_eq!(torn.wrapping_sub(torn_anyway), 1);
}

#[test]
fn what_follows_the_last_flush_is_missing_and_nothing_else() {
    use keelback_trace::file::Writer;
    let deeds = any::sample_deeds(4);
    let place = Place::new();
    let mut writer = Writer::create(&place.recording(), false).expect("a writer");
    common::play(&deeds, &mut writer);
    std::mem::forget(writer);
    let flushed = deeds
        .iter()
        .rposition(|it| matches!(it, common::Deed::Flush));
    let kept = &deeds[..flushed.expect("a flush")];
    let trace = Trace::open(&place.recording()).expect("it opens");
    assert_eq!(events(&trace).expect("it reads"), remembered(kept).events);
    common::assert_same_definitions(&trace, &remembered(kept));
}
