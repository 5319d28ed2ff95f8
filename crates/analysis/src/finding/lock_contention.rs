//! Threads wait for one another on a lock other than the GIL.

use super::case::{Case, at, thread};
use super::{Fact, Finding, Severity};
use crate::futex::FutexClass;
use crate::lines::BlockedLine;
use crate::part::Part;
use crate::words::{self, duration, percent};

/// Worth a finding from this share of the longest waiter's time on, and
const MIN_SHARE: f64 = 0.05;
/// from this much waiting on.
const MIN_NS: u64 = 1_000_000;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let line = case.blocked.iter().find(|line| contended(line))?;
    if super::library_lock::check(case).is_some_and(|it| it.size_ns == line.ns) {
        return None;
    }
    let wall_ns = case
        .threads
        .iter()
        .find(|thread| thread.tid == line.tid)
        .map_or(case.facts.wall_ns, |thread| thread.budget.wall_ns);
    let share = words::share(line.ns, wall_ns.saturating_mul(line.threads));
    if share < MIN_SHARE || line.ns < MIN_NS {
        return None;
    }
    Some(Finding {
        id: "lock-contention",
        severity: Severity::by_share(share),
        text: text(line, share),
        evidence: vec![
            Fact::text("lock", line.part.label()),
            Fact::text("line", &line.site),
            Fact::count("waits", line.count),
            Fact::nanos("wait_ns", line.ns),
            Fact::nanos("longest_ns", line.max_ns),
            Fact::count("threads", line.threads),
        ],
        next: "keelback locks".into(),
        size_ns: line.ns,
    })
}

/// A join, an idle pool and a queue's reader wait because there is nothing to
/// do: that is no contention. A world that is stopped is a finding of its own.
fn contended(line: &BlockedLine) -> bool {
    let for_work = matches!(
        line.part,
        Part::Futex(FutexClass::Join | FutexClass::IdlePool | FutexClass::Unknown)
    );
    let world = matches!(
        line.part,
        Part::Futex(FutexClass::StoppedWorld | FutexClass::StoppingWorld)
    );
    line.is_lock() && !for_work && !world && !line.waits_for_news
}

fn text(line: &BlockedLine, share: f64) -> String {
    let longest = thread(&line.thread, line.tid);
    let (who, whose) = match line.threads {
        1 => (longest, "its"),
        many => (format!("{many} threads ({longest} most)"), "their"),
    };
    format!(
        "{who} waited {} on a lock ({}){}, {} of {whose} time, in {}.",
        duration(line.ns),
        line.part.label(),
        at(&line.site),
        percent(share),
        words::count(line.count, "wait"),
    )
}
