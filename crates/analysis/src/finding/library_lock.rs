//! The lock of logging or of a queue is what threads wait for.

use super::case::{Case, called_from};
use super::{Fact, Finding, Severity};
use crate::lines::BlockedLine;
use crate::words::{self, count, duration, percent};

/// From this share of the waiters' time on, and
const SHARE: f64 = 0.05;
/// from this much on.
const MIN_NS: u64 = 1_000_000;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let mut lines = case
        .blocked
        .iter()
        .filter(|it| it.is_lock() && !it.waits_for_news);
    let (line, library) = lines.find_map(|line| Some((line, library(line)?)))?;
    let share = words::share(line.ns, case.facts.wall_ns.saturating_mul(line.threads));
    if share < SHARE || line.ns < MIN_NS {
        return None;
    }
    Some(Finding {
        id: "library-lock",
        severity: Severity::by_share(share),
        text: format!(
            "{} waited {} for the lock inside {library}{}, {} of the time, in {}. Whoever has it does \
             its I/O under it.",
            count(line.threads, "thread"),
            duration(line.ns),
            called_from(&line.caller),
            percent(share),
            count(line.count, "wait"),
        ),
        evidence: vec![
            Fact::text("line", &line.site),
            Fact::text("caller", &line.caller),
            Fact::count("waits", line.count),
            Fact::nanos("wait_ns", line.ns),
            Fact::nanos("longest_ns", line.max_ns),
        ],
        next: "keelback locks".into(),
        size_ns: line.ns,
    })
}

/// Judged by the file of the frame that waits.
fn library(line: &BlockedLine) -> Option<&'static str> {
    match () {
        () if line.site.contains("/logging/") => Some("logging"),
        () if line.site.contains("/queue.py:") => Some("a queue.Queue"),
        () => None,
    }
}
