//! Wait mode: samples find the program in the kernel often enough that every
//! call should be looked at.

use super::case::{Case, at, called_from};
use super::{Fact, Finding, Severity};
use crate::lines::HotLine;
use crate::part::{Part, PartGroup};
use crate::words::{self, duration, percent};

/// Worth a finding from this share of running time on, and
const MIN_SHARE: f64 = 0.20;
/// from this many samples of the hottest call on.
const MIN_SAMPLES: u64 = 20;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let kernel_ns = case.total.of(Part::Kernel);
    let running_ns = case.total.of_group(PartGroup::Running);
    let share = words::share(kernel_ns, running_ns);
    let in_call = |it: &&HotLine| it.part == Part::Kernel && !it.call.is_empty();
    let hot = case.hot.iter().find(in_call)?;
    if case.facts.every_call() || share < MIN_SHARE || hot.samples < MIN_SAMPLES {
        return None;
    }
    let samples: u64 = case.hot.iter().map(|it| it.samples).sum();
    let hot_ns = (running_ns as f64 * words::share(hot.samples, samples)) as u64;
    Some(Finding {
        id: "kernel-time",
        severity: Severity::by_share(words::share(hot_ns, case.total.wall_ns)),
        text: format!(
            "{} of the running time ({}) is spent in the kernel; the hottest call is {}{}{}, about {}.",
            percent(share),
            duration(kernel_ns),
            hot.call,
            at(&hot.site),
            called_from(&hot.caller),
            duration(hot_ns),
        ),
        evidence: vec![
            Fact::nanos("kernel_ns", kernel_ns),
            Fact::text("call", &hot.call),
            Fact::text("line", &hot.site),
            Fact::count("samples", hot.samples),
            Fact::count("all_samples", samples),
        ],
        next: case.syscalls_by("line"),
        size_ns: hot_ns,
    })
}
