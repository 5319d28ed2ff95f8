//! Where a recording may be made, and what is left when it fails.

mod common;

use std::fs;

use common::{Deed, Place, any, events, leave_partial, play, remembered};
use keelback_trace::file::{CreateError, Trace, Writer};

fn record(place: &Place, deeds: &[Deed], force: bool) {
    let mut writer = Writer::create(&place.recording(), force).expect("a writer");
    play(deeds, &mut writer);
    writer.finish().expect("finished");
}

fn refusal(place: &Place, force: bool) -> CreateError {
    match Writer::create(&place.recording(), force) {
        Ok(_) => panic!("a writer where there should be none"),
        Err(error) => error,
    }
}

#[test]
fn a_finished_recording_is_one_file() {
    let place = Place::new();
    record(&place, &any::sample_deeds(1), false);
    assert!(place.recording().is_file());
    assert!(!place.partial().exists());
}

#[test]
fn a_recording_is_replaced_only_by_force() {
    let place = Place::new();
    record(&place, &any::sample_deeds(1), false);
    assert!(matches!(refusal(&place, false), CreateError::Exists { .. }));
    let other = any::sample_deeds(2);
    record(&place, &other, true);
    let trace = Trace::open(&place.recording()).expect("it opens");
    assert_eq!(events(&trace).expect("it reads"), remembered(&other).events);
}

#[test]
fn the_old_recording_stays_until_the_new_one_is_whole() {
    let place = Place::new();
    let old = any::sample_deeds(1);
    record(&place, &old, false);
    let mut writer = Writer::create(&place.recording(), true).expect("a writer");
    play(&any::sample_deeds(2), &mut writer);
    drop(writer);
    let trace = Trace::open(&place.recording()).expect("it opens");
    assert_eq!(events(&trace).expect("it reads"), remembered(&old).events);
}

#[test]
fn what_a_dead_writer_left_goes_only_by_force() {
    let place = Place::new();
    leave_partial(&any::sample_deeds(1), &place.recording());
    let error = refusal(&place, false);
    assert!(matches!(error, CreateError::Unfinished { .. }), "{error}");
    assert!(Trace::open(&place.recording()).is_ok(), "still there");
    record(&place, &[], true);
}

#[test]
fn an_empty_folder_is_in_nobodys_way() {
    let place = Place::new();
    fs::create_dir(place.partial()).expect("a folder");
    record(&place, &[], false);
}

#[test]
fn two_writers_never_share_a_recording() {
    let place = Place::new();
    let first = Writer::create(&place.recording(), false).expect("a writer");
    assert!(matches!(refusal(&place, true), CreateError::Busy { .. }));
    first.finish().expect("finished");
}

/// The folder's name may be taken by something that is not a recording.
#[test]
fn force_removes_nothing_but_recordings() {
    let place = Place::new();
    fs::create_dir(place.partial()).expect("a folder");
    let thesis = place.partial().join("thesis.tex");
    fs::write(&thesis, "years").expect("written");
    assert!(matches!(
        refusal(&place, false),
        CreateError::Unfinished { .. }
    ));
    let writer = Writer::create(&place.recording(), true).expect("a writer");
    let error = writer.finish().expect_err("the folder is not empty");
    assert!(error.to_string().contains("it is complete"), "{error}");
    assert!(Trace::open(&place.recording()).is_ok());
    assert!(thesis.exists());
}

#[test]
fn a_missing_folder_is_named() {
    let place = Place::new();
    let path = place.recording().join("nowhere/b.kb");
    let Err(error) = Writer::create(&path, false) else {
        panic!("a writer in a folder that does not exist");
    };
    let told = error.to_string();
    assert!(told.contains("nowhere/b.kb.partial"), "{told}");
}

/// A folder at the packer's temporary name stands for a full disk.
#[test]
fn what_cannot_be_packed_is_kept_and_opens() {
    let place = Place::new();
    let deeds = any::sample_deeds(5);
    let mut writer = Writer::create(&place.recording(), false).expect("a writer");
    play(&deeds, &mut writer);
    fs::create_dir(place.recording().with_extension("kb.packing")).expect("a folder");
    let error = writer.finish().expect_err("no room to pack").to_string();
    assert!(error.contains("a.kb.partial"), "{error}");
    let trace = Trace::open(&place.recording()).expect("the folder opens");
    assert!(!trace.is_incomplete(), "nothing is missing");
    assert_eq!(events(&trace).expect("it reads"), remembered(&deeds).events);
}

#[test]
fn a_file_that_appears_meanwhile_is_not_overwritten() {
    let place = Place::new();
    let writer = Writer::create(&place.recording(), false).expect("a writer");
    fs::write(place.recording(), "someone else's").expect("written");
    let error = writer.finish().expect_err("the name is taken").to_string();
    assert!(error.contains("appeared meanwhile"), "{error}");
    let kept = fs::read(place.recording()).expect("still there");
    assert_eq!(kept, b"someone else's");
    assert!(Trace::open(&place.partial()).is_ok());
}
