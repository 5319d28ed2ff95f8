//! The garbage collector has the GIL, and threads wait for its end.

use std::collections::HashSet;

use super::case::{Case, at};
use super::{Fact, Finding, Severity};
use crate::gil::{GilWait, thread_label};
use crate::words::{self, count, duration, percent};

/// Worth a finding from this share of all GIL waiting on, and
const MIN_SHARE: f64 = 0.05;
/// from this much on, nanoseconds: less than a few samples' worth is chance.
const MIN_NS: u64 = 10_000_000;

/// The collector lets go of the GIL at its end only, unless a finalizer does
/// (CPython Python/gc.c; Modules/gcmodule.c up to 3.11).
pub(super) fn check(case: &Case) -> Option<Finding> {
    let waits: Vec<&GilWait> = case.gil_waits.iter().filter(|it| it.gc_ns > 0).collect();
    let worst = waits.iter().max_by_key(|it| it.gc_ns)?;
    let gc_ns: u64 = waits.iter().map(|it| it.gc_ns).sum();
    let whole: u64 = case.gil_threads.iter().map(|it| it.gil_wait_ns).sum();
    let share = words::share(gc_ns, whole);
    if share < MIN_SHARE || gc_ns < MIN_NS {
        return None;
    }
    let waiters: HashSet<u32> = waits.iter().map(|it| it.waiter_tid).collect();
    let threads = waiters.len() as u64;
    Some(Finding {
        id: "gc-collect",
        severity: Severity::by_share(share),
        text: text(case, worst, threads, gc_ns, share),
        evidence: vec![
            Fact::text("holder", &worst.holder_frame),
            Fact::text("waiter", &worst.waiter_frame),
            Fact::count("threads", threads),
            Fact::nanos("wait_ns", gc_ns),
            Fact::nanos("longest_ns", worst.max_ns),
            Fact::share("of_all_gil_waits_share", share),
        ],
        next: "keelback gil".into(),
        size_ns: gc_ns,
    })
}

/// Did the holder do little else meanwhile?
pub(super) fn explains(wait: &GilWait) -> bool {
    wait.gc_ns > 0 && wait.gc_ns * 2 >= wait.running_ns + wait.off_cpu_ns
}

fn text(case: &Case, worst: &GilWait, threads: u64, gc_ns: u64, share: f64) -> String {
    let name = |name: &str, tid| thread_label(&case.gil_threads, name, tid);
    format!(
        "{} waited about {} for the GIL while the garbage collector had it, {} of all such waiting: most \
         under {}{}, while {} waited{}. A collection keeps the GIL to its end. gc.freeze() after \
         start-up, a higher gc.set_threshold() or fewer cycles make them rarer or shorter.",
        count(threads, "thread"),
        duration(gc_ns),
        percent(share),
        name(&worst.holder, worst.holder_tid),
        at(&worst.holder_frame),
        name(&worst.waiter, worst.waiter_tid),
        at(&worst.waiter_frame),
    )
}
