//! Waiting for the GIL that is waiting for a CPU.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::words::{self, duration, percent};

/// From this share of all GIL waiting on, and
const SHARE: f64 = 0.30;
/// from this much on.
const MIN_NS: u64 = 5_000_000;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let sum = |of: fn(&crate::gil::GilThread) -> u64| case.gil_threads.iter().map(of).sum::<u64>();
    let waited = sum(|it| it.gil_wait_ns);
    let holders = sum(|it| it.gil_wait_off_cpu_ns);
    let share = words::share(holders, waited);
    if share < SHARE || holders < MIN_NS {
        return None;
    }
    Some(Finding {
        id: "gil-holder-without-cpu",
        severity: Severity::by_share(share),
        text: format!(
            "{} of the {} of waiting for the GIL ({}) its holder had no CPU: the machine has {} CPUs and \
             more to do than they can. That part is not the GIL's fault and goes with a quieter machine.",
            duration(holders),
            duration(waited),
            percent(share),
            case.facts.cpus,
        ),
        evidence: vec![
            Fact::nanos("gil_wait_ns", waited),
            Fact::nanos("holder_without_cpu_ns", holders),
            Fact::nanos("waiter_without_cpu_ns", sum(|it| it.gil_wait_runqueue_ns)),
            Fact::count("cpus", case.facts.cpus.into()),
        ],
        next: "keelback gil".into(),
        size_ns: holders,
    })
}
