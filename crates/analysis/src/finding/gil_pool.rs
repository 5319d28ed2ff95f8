//! A pool with more threads than can ever have the GIL.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::gil::GilThread;
use crate::words::{self, duration, percent};

/// A pool is at least this many threads alike, and
const THREADS: usize = 8;
/// too large when each waits for the GIL for at least this share of its time.
const WAITS: f64 = 0.50;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let waits = |it: &&GilThread| words::share(it.gil_wait_ns, it.wall_ns) >= WAITS;
    let pool: Vec<_> = case.gil_threads.iter().filter(waits).collect();
    if pool.len() < THREADS {
        return None;
    }
    let waited: u64 = pool.iter().map(|it| it.gil_wait_ns).sum();
    let wall: u64 = pool.iter().map(|it| it.wall_ns).sum();
    let useful = useful(pool.len(), waited, wall);
    Some(Finding {
        id: "gil-pool",
        severity: Severity::by_share(words::share(waited, wall)),
        text: format!(
            "{} threads each waited for the GIL for half of their time or more, {} in all ({}). About \
             {useful} of them would keep it as busy; the others only queue for it.",
            pool.len(),
            duration(waited),
            percent(words::share(waited, wall)),
        ),
        evidence: vec![
            Fact::count("threads", pool.len() as u64),
            Fact::count("useful_threads", useful),
            Fact::nanos("wait_ns", waited),
        ],
        next: "keelback gil".into(),
        size_ns: waited,
    })
}

/// As many as would run or block were there no queue, and one to wait.
fn useful(threads: usize, waited: u64, wall: u64) -> u64 {
    let working = 1.0 - words::share(waited, wall);
    (threads as f64 * working).ceil() as u64 + 1
}
