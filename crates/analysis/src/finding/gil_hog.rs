//! A thread that does not let go of the GIL when asked: it is in C.

use super::case::{Case, at};
use super::{Fact, Finding, Severity};
use crate::gil::{GilWait, thread_label};
use crate::words::{self, duration};

/// What asks for the GIL gets it after a switch interval from whoever runs
/// Python. So many intervals on a CPU are no Python.
const KEPT: u64 = 2;
/// Nor is less than this a long time, nanoseconds.
const KEPT_NS: u64 = 10_000_000;
/// Less of all GIL waiting is not worth a finding.
const MIN_SHARE: f64 = 0.05;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let long = KEPT_NS.max(KEPT * case.switch_interval_ns());
    let kept = |wait: &&GilWait| {
        wait.holder_tid != 0 && wait.max_running_ns >= long && !super::gc_collect::explains(wait)
    };
    let wait = case.gil_waits.iter().find(kept)?;
    let whole: u64 = case.gil_threads.iter().map(|it| it.gil_wait_ns).sum();
    let share = words::share(wait.total_ns, whole);
    let name = |name: &str, tid| thread_label(&case.gil_threads, name, tid);
    Some(Finding {
        id: "gil-hog",
        severity: Severity::by_share(share),
        text: format!(
            "{} kept the GIL{} for up to {} on a CPU while others asked for it. What runs Python lets go \
             after a switch interval: this line is in a C call that does not. {} waited {} for it{}.",
            name(&wait.holder, wait.holder_tid),
            at(&wait.holder_frame),
            duration(wait.max_running_ns),
            name(&wait.waiter, wait.waiter_tid),
            duration(wait.total_ns),
            at(&wait.waiter_frame),
        ),
        evidence: vec![
            Fact::text("holder", &wait.holder_frame),
            Fact::text("waiter", &wait.waiter_frame),
            Fact::nanos("longest_kept_ns", wait.max_running_ns),
            Fact::nanos("wait_ns", wait.total_ns),
            Fact::nanos("holder_without_cpu_ns", wait.off_cpu_ns),
            Fact::share("of_all_gil_waits_share", share),
        ],
        next: "keelback gil".into(),
        size_ns: wait.total_ns,
    })
    .filter(|_| share >= MIN_SHARE)
}
