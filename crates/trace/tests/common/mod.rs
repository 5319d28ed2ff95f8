//! What the tests of the file share: a place to write to, and likely and
//! unlikely recordings.
#![allow(
    clippy::allow_attributes,
    dead_code,
    reason = "each test uses its own part of this"
)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use keelback_trace::file::{Trace, Writer};
use keelback_trace::{Definition, Event, Memory, ReadError, Sink, Source};

pub(crate) mod any;

/// A folder that goes when it is dropped.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new() -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("keelback-trace-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Place(path)
    }

    pub(crate) fn recording(&self) -> PathBuf {
        self.0.join("a.kb")
    }

    pub(crate) fn partial(&self) -> PathBuf {
        self.0.join("a.kb.partial")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a recorder does, in order.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Define(Definition),
    See(Event),
    Flush,
}

/// Does it all to `sink`.
pub(crate) fn play(deeds: &[Deed], sink: &mut dyn Sink) {
    for deed in deeds {
        match deed {
            Deed::Define(definition) => sink.define(definition.clone()),
            Deed::See(event) => sink.event(*event),
            Deed::Flush => sink.flush(),
        }
        .expect("the sink takes it");
    }
}

/// What it should come to.
pub(crate) fn remembered(deeds: &[Deed]) -> Memory {
    let mut memory = Memory::default();
    play(deeds, &mut memory);
    memory
}

/// Leaves a cut-off recording at `path`: all is flushed, nothing packed.
pub(crate) fn leave_partial(deeds: &[Deed], path: &Path) {
    let mut writer = Writer::create(path, false).expect("a writer");
    play(deeds, &mut writer);
    writer.flush().expect("flushed");
}

/// A finished recording's bytes.
pub(crate) fn packed(deeds: &[Deed]) -> Vec<u8> {
    let place = Place::new();
    let mut writer = Writer::create(&place.recording(), false).expect("a writer");
    play(deeds, &mut writer);
    writer.finish().expect("finished");
    std::fs::read(place.recording()).expect("the recording")
}

/// All events, up to the first that cannot be read.
pub(crate) fn events(trace: &Trace) -> Result<Vec<Event>, ReadError> {
    trace.events()?.collect()
}

/// Compares dictionaries, which have no equality of their own.
pub(crate) fn assert_same_definitions(trace: &Trace, memory: &Memory) {
    assert_eq!(
        format!("{:#?}", trace.dictionary()),
        format!("{:#?}", memory.dictionary)
    );
}
