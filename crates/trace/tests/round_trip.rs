//! What goes into a recording comes out of it.

mod common;

use common::{
    Deed, Place, any, assert_same_definitions, events, leave_partial, packed, play, remembered,
};
use keelback_trace::file::{Trace, Writer};
use keelback_trace::{
    Definition, Event, EventKind, Loss, LossKind, Nanos, Provenance, Sink, Source, StackId,
    ThreadId,
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Every definition and every event, in the very order they were seen in,
    /// those of the same instant in different tables included.
    #[test]
    fn any_recording_comes_back(deeds in any::deeds()) {
        let expected = remembered(&deeds);
        let trace = Trace::from_bytes("a.kb", packed(&deeds)).expect("it opens");
        prop_assert!(!trace.is_incomplete());
        prop_assert_eq!(trace.event_count(), expected.events.len() as u64);
        prop_assert_eq!(events(&trace).expect("it reads"), expected.events.clone());
        assert_same_definitions(&trace, &expected);
    }

    #[test]
    fn any_recording_comes_back_before_it_is_packed(deeds in any::deeds()) {
        let place = Place::new();
        leave_partial(&deeds, &place.recording());
        let expected = remembered(&deeds);
        let trace = Trace::open(&place.recording()).expect("the folder stands for it");
        prop_assert!(trace.is_incomplete());
        prop_assert_eq!(events(&trace).expect("it reads"), expected.events.clone());
        assert_same_definitions(&trace, &expected);
    }
}

fn named(at: u64) -> Event {
    Event {
        at: Nanos(at),
        thread: ThreadId(0),
        stack: StackId::NONE,
        kind: EventKind::SwitchIn { cpu: 3 },
    }
}

#[test]
fn batches_follow_each_other() {
    let deeds: Vec<Deed> = (0..150_000).map(|at| Deed::See(named(at * 7))).collect();
    let trace = Trace::from_bytes("a.kb", packed(&deeds)).expect("it opens");
    assert_eq!(events(&trace).expect("it reads"), remembered(&deeds).events);
}

#[test]
fn long_texts_come_back() {
    let long = || Definition::Text("né".repeat(1 << 20));
    let deeds: Vec<Deed> = (0..12).map(|_| Deed::Define(long())).collect();
    let trace = Trace::from_bytes("a.kb", packed(&deeds)).expect("it opens");
    assert_same_definitions(&trace, &remembered(&deeds));
}

#[test]
fn a_late_event_is_counted_instead() {
    let deeds = [5, 9, 8, 9].map(|at| Deed::See(named(at)));
    let trace = Trace::from_bytes("a.kb", packed(&deeds)).expect("it opens");
    let times: Vec<u64> = events(&trace)
        .expect("it reads")
        .iter()
        .map(|it| it.at.0)
        .collect();
    assert_eq!(times, [5, 9, 9]);
    let late = Loss {
        kind: LossKind::OutOfOrder,
        count: 1,
    };
    assert_eq!(trace.dictionary().losses, [late]);
}

#[test]
fn the_last_provenance_holds() {
    let place = Place::new();
    let mut writer = Writer::create(&place.recording(), false).expect("a writer");
    let told = |host: &str| Provenance {
        host: host.to_owned(),
        exit_status: Some(256),
        ..Provenance::default()
    };
    writer.provenance(&told("a")).expect("told");
    writer.provenance(&told("b")).expect("told again");
    play(&[], &mut writer);
    writer.finish().expect("finished");
    let trace = Trace::open(&place.recording()).expect("it opens");
    assert_eq!(trace.provenance(), &told("b"));
}
