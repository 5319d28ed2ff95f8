//! A thread is made runnable.

use keelback_trace::{EventKind, ThreadId};

use super::abi::WokenRecord;
use super::decode::{Decoder, Refused};
use super::switch::call;

pub(super) fn woken(decoder: &mut Decoder<'_>, record: &WokenRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let kind = EventKind::Woken {
        by: decoder
            .known
            .thread_of_tid(record.by)
            .unwrap_or(ThreadId::NONE),
        call: call(&record.call),
    };
    let stack = decoder.stacks.id(record.stack);
    decoder.event(&record.header, thread, stack, kind);
    Ok(())
}
