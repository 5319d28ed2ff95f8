//! A system call ended; and the texts that calls name.

use keelback_trace::EventKind;

use super::abi::{CallRecord, TextRecord};
use super::decode::{Decoder, Refused, c_text, used};
use super::switch::call;

pub(super) fn ended(decoder: &mut Decoder<'_>, record: &CallRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let kind = EventKind::Call {
        call: call(&record.call),
        ret: record.ret,
        took: record.took,
        path: decoder.stacks.text(record.path),
    };
    decoder.faults(&record.header, thread, &record.faults);
    let stack = decoder.stacks.id(record.stack);
    decoder.event(&record.header, thread, stack, kind);
    Ok(())
}

/// A path or a type's name.
pub(super) fn text(decoder: &mut Decoder<'_>, record: &[u8]) -> Result<(), Refused> {
    let (fixed, text) = super::stack::split(record, std::mem::offset_of!(TextRecord, text))?;
    let header: &TextHead = super::decode::prefix(fixed)?;
    let text = decoder.known.text(&c_text(used(text, header.length)))?;
    decoder.stacks.tell_text(header.id, text);
    Ok(())
}

/// [`TextRecord`] up to its text.
#[derive(zerocopy::FromBytes, zerocopy::Immutable, zerocopy::KnownLayout)]
#[repr(C)]
struct TextHead {
    header: super::abi::Header,
    id: u64,
    length: u32,
    truncated: u32,
}
