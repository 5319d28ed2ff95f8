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

/// A calibration that has seen the machine without the programs.
pub(crate) struct Unseen {
    caller: Caller,
    call_ns: u64,
}

impl Unseen {
    /// Measures the first round. Nothing may be attached yet: hooks on system
    /// calls cost those who are not recorded, too.
    pub(crate) fn measure() -> Result<Unseen, RecordError> {
        let first_round = || -> io::Result<Unseen> {
            let mut caller = Caller::start()?;
            caller.round()?; // warms up
            let call_ns = caller.round()?;
            Ok(Unseen { caller, call_ns })
        };
        first_round().map_err(failed)
    }

    /// Measures the second round, with the programs attached.
    pub(crate) fn compare(mut self, programs: &mut Programs) -> Result<Calibration, RecordError> {
        let child = present::open(self.caller.pid())?;
        programs.record_now(child.as_fd()).map_err(failed)?;
        let seen = self.caller.round().map_err(failed)?;
        let read = median(took(programs, self.caller.pid())).unwrap_or(self.call_ns);
        Ok(Calibration {
            call_bias_ns: read.cast_signed() - self.call_ns.cast_signed(),
            call_cost_ns: seen.saturating_sub(self.call_ns),
        })
    }
}

fn failed(source: io::Error) -> RecordError {
    RecordError::System {
        what: "calibrate the recorder".into(),
        source,
    }
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
