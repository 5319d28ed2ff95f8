//! One line makes a large part of all system calls.

use super::case::{Case, at, called_from};
use super::{Fact, Finding, Severity};
use crate::syscalls::LineCalls;
use crate::words::{self, duration, percent};

/// Worth a finding from this share of all calls on,
const MIN_SHARE: f64 = 0.20;
/// from this many calls on, and
const MIN_CALLS: u64 = 1000;
/// from this share of the time on.
const MIN_TIME: f64 = 0.01;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let table = &case.syscalls;
    let has_stack = |it: &&LineCalls| !it.line.is_empty();
    let hot = case.line_calls.iter().find(has_stack)?;
    let share = words::share(hot.sum.count, table.total.count);
    let cpu_ns = hot.sum.calibrated_ns.saturating_sub(hot.sum.blocked_ns);
    let time = words::share(cpu_ns, table.untraced_ns);
    if !table.every_call || share < MIN_SHARE || hot.sum.count < MIN_CALLS || time < MIN_TIME {
        return None;
    }
    Some(Finding {
        id: "hot-call-line",
        severity: Severity::by_share(time),
        text: format!(
            "{} of all system calls are {} {} calls{}{}: {} in the kernel, {} of the time.",
            percent(share),
            words::grouped(hot.sum.count),
            hot.call,
            at(&hot.line),
            called_from(&hot.caller),
            duration(cpu_ns),
            percent(time),
        ),
        evidence: vec![
            Fact::text("line", &hot.line),
            Fact::text("caller", &hot.caller),
            Fact::text("call", &hot.call),
            Fact::count("calls", hot.sum.count),
            Fact::share("calls_share", share),
            Fact::nanos("kernel_ns", cpu_ns),
            Fact::nanos("per_call_ns", cpu_ns / hot.sum.count.max(1)),
        ],
        next: case.syscalls_by("line"),
        size_ns: cpu_ns,
    })
}
