//! Threads wait for the GIL instead of running.

use super::case::{Case, at};
use super::{Fact, Finding, Severity};
use crate::gil::{GilThread, GilWait, thread_label};
use crate::words::{self, duration, percent};

/// Worth a finding from this share of one thread's time on, and
const MIN_SHARE: f64 = 0.05;
/// from this much waiting on.
const MIN_NS: u64 = 1_000_000;

pub(super) fn check(case: &Case) -> Option<Finding> {
    if is_explained(case) {
        return None;
    }
    let worst = case.gil_threads.first()?;
    let share = words::share(worst.gil_wait_ns, worst.wall_ns);
    if share < MIN_SHARE || worst.gil_wait_ns < MIN_NS {
        return None;
    }
    let all_ns: u64 = case.gil_threads.iter().map(|it| it.gil_wait_ns).sum();
    let wait = case.gil_waits.first()?;
    Some(Finding {
        id: "gil-contention",
        severity: Severity::by_share(share),
        text: text(case, worst, share, wait),
        evidence: evidence(case, all_ns, wait),
        next: "keelback gil".into(),
        size_ns: all_ns,
    })
}

/// A finding that says why says the rest, too.
fn is_explained(case: &Case) -> bool {
    let lints = [
        super::gc_collect::check,
        super::gil_hog::check,
        super::gil_turns::check,
        super::gil_convoy::check,
        super::gil_interval::check,
        super::gil_pool::check,
    ];
    lints.iter().any(|check| check(case).is_some())
}

fn text(case: &Case, worst: &GilThread, share: f64, wait: &GilWait) -> String {
    let thread = |name: &str, tid| thread_label(&case.gil_threads, name, tid);
    let name = thread(&worst.name, worst.tid);
    let lost = duration(worst.gil_wait_ns);
    let queued = match worst.gil_wait_runqueue_ns {
        0 => String::new(),
        ns => format!(", {} of it for a CPU after its turn came", duration(ns)),
    };
    let waiter = thread(&wait.waiter, wait.waiter_tid);
    let line = at(&wait.waiter_frame);
    let holder = match wait.holder_tid {
        0 => String::new(),
        tid => format!(
            " while {} had it{}",
            thread(&wait.holder, tid),
            at(&wait.holder_frame)
        ),
    };
    format!(
        "{name} waited {lost} for the GIL, {} of its time{queued}. Most of it: {waiter}{line}{holder}, {} in {}.",
        percent(share),
        duration(wait.total_ns),
        words::count(wait.count, "wait"),
    )
}

fn evidence(case: &Case, all_ns: u64, wait: &GilWait) -> Vec<Fact> {
    let forced: u64 = case.gil_threads.iter().map(|it| it.forced_switch_ns).sum();
    vec![
        Fact::nanos("gil_wait_ns", all_ns),
        Fact::text("waiter", &wait.waiter_frame),
        Fact::text("holder", &wait.holder_frame),
        Fact::nanos("longest_ns", wait.max_ns),
        Fact::nanos("forced_switch_ns", forced),
        Fact::count("handovers_known", case.handovers.known),
        Fact::count("handovers", case.handovers.total),
    ]
}
