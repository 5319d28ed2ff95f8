//! Threads that compute in Python only take turns.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::gil::GilThread;
use crate::words::{self, duration, percent};

/// A thread that computes: it would run at least this share of its time, but
const BUSY: f64 = 0.60;
/// waits for another to let go of the GIL for at least this share.
const WAITS: f64 = 0.20;
/// It gets its turns: it has the GIL for at least this share.
const HOLDS: f64 = 0.05;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let all = case.gil_threads.iter();
    let turns: Vec<&GilThread> = all.filter(|it| takes_turns(it)).collect();
    if turns.len() < 2 {
        return None;
    }
    let held: u64 = turns.iter().map(|it| it.gil_hold_ns).sum();
    let waited: u64 = turns.iter().map(|it| it.gil_wait_ns).sum();
    let wall: u64 = turns.iter().map(|it| it.wall_ns).sum();
    let share = words::share(waited, wall);
    Some(Finding {
        id: "gil-turns",
        severity: Severity::by_share(share),
        text: format!(
            "{} threads compute in Python and only take turns: together they had the GIL for {} and \
             waited for it for {}, {} of their time. More threads will not make this faster; \
             processes, a free-threaded Python, or code that releases the GIL would.",
            turns.len(),
            duration(held),
            duration(waited),
            percent(share),
        ),
        evidence: vec![
            Fact::count("threads", turns.len() as u64),
            Fact::nanos("held_ns", held),
            Fact::nanos("wait_ns", waited),
            Fact::share("wait_share", share),
        ],
        next: "keelback whatif --no-gil".into(),
        size_ns: waited,
    })
}

fn takes_turns(thread: &GilThread) -> bool {
    let share = |ns| words::share(ns, thread.wall_ns);
    let others = thread.gil_wait_running_ns + thread.gil_wait_off_cpu_ns;
    share(thread.gil_hold_ns + thread.gil_wait_ns) >= BUSY
        && share(thread.gil_hold_ns) >= HOLDS
        && share(others) >= WAITS
}
