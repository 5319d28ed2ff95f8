//! A thread that does I/O loses a switch interval on each return.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::gil::{GilThread, thread_label};
use crate::words::{self, duration, percent};

/// From this median wait on, as a share of the switch interval.
const MEDIAN: f64 = 0.8;
/// Fewer waits are chance.
const WAITS: u64 = 10;
/// It computes little: it has the GIL for at most this share of its time, and
const HOLDS: f64 = 0.20;
/// blocks elsewhere for at least this share.
const BLOCKS: f64 = 0.05;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let worst = case
        .gil_threads
        .iter()
        .find(|it| is_slowed(it, case.switch_interval_ns()))?;
    let share = words::share(worst.gil_wait_ns, worst.wall_ns);
    let name = thread_label(&case.gil_threads, &worst.name, worst.tid);
    Some(Finding {
        id: "gil-convoy",
        severity: Severity::by_share(share),
        text: format!(
            "{name} computes little, but each time it comes back from a call it waits for the GIL: \
             {} in the middle, {} in all, {} of its time. A thread that computes has the GIL then and \
             gives it up only after a switch interval.",
            duration(worst.gil_wait_p50_ns),
            duration(worst.gil_wait_ns),
            percent(share),
        ),
        evidence: vec![
            Fact::count("waits", worst.gil_waits),
            Fact::nanos("median_ns", worst.gil_wait_p50_ns),
            Fact::nanos("wait_ns", worst.gil_wait_ns),
            Fact::nanos("held_ns", worst.gil_hold_ns),
            Fact::nanos("blocked_ns", worst.blocked_ns),
        ],
        next: "keelback gil".into(),
        size_ns: worst.gil_wait_ns,
    })
}

fn is_slowed(thread: &GilThread, interval_ns: u64) -> bool {
    let share = |ns| words::share(ns, thread.wall_ns);
    thread.gil_waits >= WAITS
        && thread.gil_wait_p50_ns as f64 >= MEDIAN * interval_ns as f64
        && share(thread.gil_hold_ns) <= HOLDS
        && share(thread.blocked_ns) >= BLOCKS
}
