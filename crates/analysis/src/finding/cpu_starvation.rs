//! Threads could run, but get no CPU.

use super::case::{Case, thread};
use super::{Fact, Finding, Severity};
use crate::budget::ThreadBudget;
use crate::part::{Part, PartGroup};
use crate::words::{self, duration, percent};

/// Worth a finding from this share of the time a thread wanted to run, and
const MIN_SHARE: f64 = 0.10;
/// from this much waiting on.
const MIN_NS: u64 = 5_000_000;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let queued_ns = case.total.of(Part::RunQueue);
    let running_ns = case.total.of_group(PartGroup::Running);
    let share = words::share(queued_ns, queued_ns + running_ns);
    if share < MIN_SHARE || queued_ns < MIN_NS {
        return None;
    }
    let worst = case.threads.iter().max_by_key(|it| queued(it))?;
    Some(Finding {
        id: "cpu-starvation",
        severity: Severity::by_share(share),
        text: format!(
            "Threads were ready to run but had no CPU for {}, {} of the time they wanted one; {} most, for {}. {} CPUs were online.",
            duration(queued_ns),
            percent(share),
            thread(&worst.name, worst.tid),
            duration(queued(worst)),
            case.facts.cpus,
        ),
        evidence: vec![
            Fact::nanos("runqueue_ns", queued_ns),
            Fact::nanos("running_ns", running_ns),
            Fact::text("thread", &worst.name),
            Fact::nanos("thread_runqueue_ns", queued(worst)),
        ],
        next: "keelback gil".into(),
        size_ns: queued_ns,
    })
}

fn queued(thread: &ThreadBudget) -> u64 {
    thread.budget.of(Part::RunQueue)
}
