//! On a free-threaded build one thread stops all others.

use super::case::{Case, at, thread};
use super::{Fact, Finding, Severity};
use crate::futex::FutexClass;
use crate::locks::{Lock, LockWait};
use crate::words::{self, count, duration, percent};

/// Worth a finding from this share of the longest sufferer's time on, and
const MIN_SHARE: f64 = 0.05;
/// from this much on, nanoseconds.
const MIN_NS: u64 = 1_000_000;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let is_pause = |lock: &&Lock| lock.class == FutexClass::StoppedWorld;
    let pause = case.locks.iter().find(is_pause)?;
    let wait = pause.waits.first()?;
    let sufferer = case.threads.iter().find(|it| it.tid == wait.waiter_tid);
    let wall_ns = sufferer.map_or(case.facts.wall_ns, |it| it.budget.wall_ns);
    let share = words::share(wait.total_ns, wall_ns);
    if share < MIN_SHARE || wait.total_ns < MIN_NS {
        return None;
    }
    Some(Finding {
        id: "stop-the-world",
        severity: Severity::by_share(share),
        text: text(pause, wait, share),
        evidence: vec![
            Fact::text("stopper", &wait.owner_frame),
            Fact::text("stopped", &wait.waiter_frame),
            Fact::count("pauses", wait.count),
            Fact::nanos("wait_ns", pause.wait_ns),
            Fact::nanos("longest_ns", pause.max_ns),
        ],
        next: "keelback locks".into(),
        size_ns: pause.wait_ns,
    })
}

fn text(pause: &Lock, wait: &LockWait, share: f64) -> String {
    let stopper = match wait.owner_tid {
        0 => "a thread that is not known".to_owned(),
        tid => thread(&wait.owner, tid) + &at(&wait.owner_frame),
    };
    format!(
        "{} was stopped for {}{}, {} of its time, in {}: {stopper} stopped the world. Threads lost {} \
         to it in all. A free-threaded Python does that to collect garbage, and to fork.",
        thread(&wait.waiter, wait.waiter_tid),
        duration(wait.total_ns),
        at(&wait.waiter_frame),
        percent(share),
        count(wait.count, "pause"),
        duration(pause.wait_ns),
    )
}
