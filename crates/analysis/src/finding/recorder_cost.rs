//! The recording cost so much that it may have changed what it shows.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::part::PartGroup;
use crate::words::{self, duration, percent};

/// Worth a finding from this share of the program's own CPU time on, and
const MIN_SHARE: f64 = 0.10;
/// from this much on: a program of some milliseconds always costs more to
/// record than to run.
const MIN_NS: u64 = 50_000_000;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let running_ns = case.total.of_group(PartGroup::Running);
    let in_program_ns = in_program(case);
    let share = words::share(in_program_ns, running_ns);
    if share < MIN_SHARE || in_program_ns < MIN_NS {
        return None;
    }
    Some(Finding {
        id: "recorder-cost",
        severity: Severity::by_share(share),
        text: format!(
            "Recording took up to {} of the program's own CPU time ({}); its times are that much too long.",
            duration(in_program_ns),
            percent(share),
        ),
        evidence: vec![
            Fact::nanos("in_program_ns", in_program_ns),
            Fact::nanos("running_ns", running_ns),
            Fact::nanos("recorder_cpu_ns", case.facts.cost.cpu_ns),
        ],
        next: match case.facts.every_call() {
            true => case.again("--mode wait"),
            false => String::new(),
        },
        size_ns: in_program_ns,
    })
}

/// What recording added to the program: what its calls cost by the calibration;
/// without one, all time in BPF, which other programs have a part in.
fn in_program(case: &Case) -> u64 {
    let calls = match case.syscalls.every_call {
        true => case.syscalls.total.count,
        false => 0,
    };
    match calls.saturating_mul(case.facts.cost.call_cost_ns) {
        0 => case.facts.cost.bpf_ns,
        by_calls => by_calls,
    }
}
