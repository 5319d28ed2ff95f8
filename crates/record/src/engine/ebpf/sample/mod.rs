//! What a running thread did at a tick of the CPU clock.

use keelback_trace::EventKind;

use super::abi::SampleRecord;
use super::decode::{Decoder, Refused};
use super::switch::{call, gil};

pub(super) fn taken(decoder: &mut Decoder<'_>, record: &SampleRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let kind = EventKind::Sample {
        cpu: record.header.cpu,
        user: record.user != 0,
        call: call(&record.call),
        gil: gil(decoder, thread, &record.gil),
    };
    decoder.faults(&record.header, thread, &record.faults);
    let stack = decoder.stacks.id(record.stack);
    decoder.event(&record.header, thread, stack, kind);
    Ok(())
}
