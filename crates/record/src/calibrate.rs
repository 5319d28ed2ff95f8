//! What the recorder adds to a system call, measured on this machine.
//!
//! A child makes the same cheap calls twice, first unseen, then recorded. The
//! first round gives a call's true time, entry from user space included; the
//! second what the recorder reads off, and what it costs the program.

use std::io;
use std::os::fd::AsFd;

use keelback_trace::provenance::Calibration;

use crate::engine::ebpf::abi::{self, CallRecord};
use crate::engine::ebpf::load::Programs;
use crate::present;
use crate::session::RecordError;
use crate::sys::calls::Caller;

/// Measures.
pub(crate) fn calibrate(programs: &mut Programs) -> Result<Calibration, RecordError> {
    measure(programs).map_err(|source| RecordError::System {
        what: "calibrate the recorder".into(),
        source,
    })
}

fn measure(programs: &mut Programs) -> io::Result<Calibration> {
    let mut caller = Caller::start()?;
    let unseen = caller.round()?;
    let child = present::open(caller.pid()).map_err(io::Error::other)?;
    programs.record_now(child.as_fd())?;
    let seen = caller.round()?;
    let read = median(took(programs, caller.pid())).unwrap_or(unseen);
    Ok(Calibration {
        call_bias_ns: read.saturating_sub(unseen),
        call_cost_ns: seen.saturating_sub(unseen),
    })
}

/// The times read off the child's calls.
fn took(programs: &mut Programs, tid: u32) -> Vec<u64> {
    let mut took = Vec::new();
    while let Some(record) = programs.next() {
        if let Ok((call, _)) = <CallRecord as zerocopy::FromBytes>::ref_from_prefix(&record)
            && u32::from(call.header.kind) == abi::RECORD_CALL
            && call.header.tid == tid
            && call.call.nr == Caller::NUMBER
        {
            took.push(call.took);
        }
    }
    took
}

fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}
