//! A process's main thread spends most of its time in one call at one line.

use super::case::{Case, at, called_from, thread};
use super::{Fact, Finding, Severity};
use crate::lines::BlockedLine;
use crate::part::PartGroup;
use crate::words::{self, duration, percent};

/// Worth a finding from this share of the thread's time on, and
const MIN_SHARE: f64 = 0.30;
/// from this much waiting on.
const MIN_NS: u64 = 5_000_000;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let blocked = |line: &&BlockedLine| line.part.group() == PartGroup::Blocked;
    let of_main = |line: &&BlockedLine| wall_of_main(case, line).is_some();
    let line = case.blocked.iter().filter(blocked).find(of_main)?;
    let wall_ns = wall_of_main(case, line)?;
    let share = words::share(line.ns, wall_ns.saturating_mul(line.threads));
    if share < MIN_SHARE || line.ns < MIN_NS {
        return None;
    }
    Some(Finding {
        id: "blocked-line",
        severity: Severity::by_share(share),
        text: text(line, share),
        evidence: vec![
            Fact::text("what", line.part.label()),
            Fact::text("call", &line.call),
            Fact::text("line", &line.site),
            Fact::text("caller", &line.caller),
            Fact::count("times", line.count),
            Fact::nanos("blocked_ns", line.ns),
            Fact::nanos("longest_ns", line.max_ns),
        ],
        next: "keelback syscalls --by line".into(),
        size_ns: line.ns,
    })
}

/// The wall time of the thread that a line blocked longest, if that is a
/// process's main thread.
fn wall_of_main(case: &Case, line: &BlockedLine) -> Option<u64> {
    let thread = case.threads.iter().find(|thread| thread.tid == line.tid)?;
    thread.main.then_some(thread.budget.wall_ns)
}

fn text(line: &BlockedLine, share: f64) -> String {
    let call = match line.call.as_str() {
        "" => String::new(),
        call => format!(" ({call})"),
    };
    format!(
        "{} spent {}, {} of its time, {}{call}{}{}: {}, the longest {}.",
        thread(&line.thread, line.tid),
        duration(line.ns),
        percent(share),
        line.part.label(),
        at(&line.site),
        called_from(&line.caller),
        words::count(line.count, "time"),
        duration(line.max_ns),
    )
}
