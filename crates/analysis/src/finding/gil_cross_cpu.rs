//! Hand-overs that wake another CPU.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::words::{self, duration, percent};

/// From this share of all GIL waiting on, and
const SHARE: f64 = 0.10;
/// from this many hand-overs on.
const COUNT: u64 = 100;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let wakeups = &case.wakeups;
    let waited: u64 = case.gil_threads.iter().map(|it| it.gil_wait_ns).sum();
    let share = words::share(wakeups.other_cpu_ns, waited);
    let all = wakeups.same_cpu + wakeups.other_cpu;
    let hops = words::share(wakeups.other_cpu, all);
    if share < SHARE || wakeups.other_cpu < COUNT || case.facts.cpus < 2 {
        return None;
    }
    Some(Finding {
        id: "gil-cross-cpu",
        severity: Severity::by_share(share),
        text: format!(
            "{} of the hand-overs of the GIL woke a thread on another CPU, and that took {} each: {} of \
             all waiting for the GIL. With the GIL only one thread runs Python anyway; on one CPU \
             (taskset -c 0) it need not wait for another core to wake.",
            percent(hops),
            duration(wakeups.other_cpu_ns / wakeups.other_cpu.max(1)),
            percent(share),
        ),
        evidence: vec![
            Fact::count("to_another_cpu", wakeups.other_cpu),
            Fact::count("to_the_same_cpu", wakeups.same_cpu),
            Fact::nanos("wakeup_other_cpu_ns", wakeups.other_cpu_ns),
            Fact::nanos("wakeup_same_cpu_ns", wakeups.same_cpu_ns),
            Fact::share("of_gil_wait_share", share),
        ],
        next: next(case),
        size_ns: wakeups.other_cpu_ns,
    })
}

/// The line that proves it, for a command that can be run again.
fn next(case: &Case) -> String {
    let command = &case.facts.command;
    match case.facts.attached {
        true => "keelback gil".into(),
        false => format!("keelback bench -n all='{command}' -n one='taskset -c 0 {command}'"),
    }
}
