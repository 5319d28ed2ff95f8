//! Memory is touched for the first time, or fetched from disk, very often.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::blocked::Blocked;
use crate::budget::Counted;
use crate::lines::HotLine;
use crate::part::{Part, PartGroup};
use crate::words::{self, duration, grouped, percent};

/// Worth a finding from this share of the time a thread ran or waited for
/// pages on, and
const MIN_SHARE: f64 = 0.10;
/// from this much time on.
const MIN_NS: u64 = 5_000_000;

/// Samples in the kernel outside any call are faults and interrupts; under a
/// program that faults, faults are nearly all of them.
pub(super) fn check(case: &Case) -> Option<Finding> {
    let running_ns = case.total.of_group(PartGroup::Running);
    let waited_ns = case.total.of(Part::Blocked(Blocked::PageFault));
    let in_fault = |it: &&HotLine| it.part == Part::Kernel && it.call.is_empty();
    let faulting: u64 = case.hot.iter().filter(in_fault).map(|it| it.samples).sum();
    let samples: u64 = case.hot.iter().map(|it| it.samples).sum();
    let handled_ns = (running_ns as f64 * words::share(faulting, samples)) as u64;
    let size_ns = waited_ns + handled_ns;
    let share = words::share(size_ns, running_ns + waited_ns);
    if share < MIN_SHARE || size_ns < MIN_NS {
        return None;
    }
    let counted = counted(case);
    Some(Finding {
        id: "page-faults",
        severity: Severity::by_share(share),
        text: format!(
            "Page faults took about {}, {} of the time threads were busy: {} without and {} with disk I/O.",
            duration(size_ns),
            percent(share),
            grouped(counted.minor_faults),
            grouped(counted.major_faults),
        ),
        evidence: vec![
            Fact::count("minor_faults", counted.minor_faults),
            Fact::count("major_faults", counted.major_faults),
            Fact::nanos("handled_ns", handled_ns),
            Fact::nanos("waited_ns", waited_ns),
            Fact::count("samples", faulting),
        ],
        next: case.syscalls_by("purpose"),
        size_ns,
    })
}

fn counted(case: &Case) -> Counted {
    let mut sum = Counted::default();
    for process in &case.processes {
        sum.add(&process.counted);
    }
    sum
}
