//! The way every byte of an unknown file takes.

use keelback_trace::file::Trace;
use keelback_trace::{ReadError, Source, StackId};

/// Reads a recording to its end: definitions, stacks and events.
pub(crate) fn read_everything(bytes: &[u8]) -> Result<u64, ReadError> {
    drain(Trace::from_bytes("fuzz.kb", bytes))
}

/// Reads what was opened to its end; gives how many events there were.
pub(crate) fn drain(opened: Result<Trace, ReadError>) -> Result<u64, ReadError> {
    let trace = opened?;
    let dictionary = trace.dictionary();
    for stack in 1..=dictionary.stacks.len() {
        let stack = StackId(u32::try_from(stack).unwrap_or(u32::MAX));
        for frame in dictionary.frames_of(stack) {
            let _ = dictionary.frame_label(frame);
        }
    }
    let mut count = 0;
    for event in trace.events()? {
        event?;
        count += 1;
    }
    assert_eq!(count, trace.event_count(), "what was promised came");
    Ok(count)
}
