//! A switch interval that does not suit the program.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::gil::{GilThread, USUAL_NS, thread_label};
use crate::words::{self, count, duration, percent};

/// So many times the usual interval is long,
const LONG: u64 = 2;
/// and this part of it short.
const SHORT: u64 = 2;
/// Waits below this share of the threads' time need no cure.
const WAITS: f64 = 0.10;
/// Nor does handing over below this share of the waits.
const HANDS_OVER: f64 = 0.15;

pub(super) fn check(case: &Case) -> Option<Finding> {
    match case.interval_ns {
        0 => None,
        ns if ns >= LONG * USUAL_NS => long(case, ns),
        ns if ns <= USUAL_NS / SHORT => short(case, ns),
        _ => None,
    }
}

/// Threads that ask wait as long as that.
fn long(case: &Case, interval: u64) -> Option<Finding> {
    let worst = case.gil_threads.first()?;
    let share = words::share(worst.gil_wait_ns, worst.wall_ns);
    let text = format!(
        "The switch interval is {}, {} is usual: a thread that computes keeps the GIL that long after \
         another asks for it. {} waited {}, {} of its time and up to {} at once. A shorter \
         sys.setswitchinterval() serves threads that answer requests.",
        duration(interval),
        duration(USUAL_NS),
        thread_label(&case.gil_threads, &worst.name, worst.tid),
        duration(worst.gil_wait_ns),
        percent(share),
        duration(worst.gil_wait_max_ns),
    );
    (share >= WAITS).then(|| finding(case, interval, share, text))
}

/// The GIL goes from hand to hand more often than it pays.
fn short(case: &Case, interval: u64) -> Option<Finding> {
    let sum = |of: fn(&GilThread) -> u64| case.gil_threads.iter().map(of).sum::<u64>();
    let waits = sum(|it| it.gil_wait_ns);
    let lost = sum(|it| it.gil_wait_handover_ns) + sum(|it| it.forced_switch_ns);
    let share = words::share(lost, waits);
    let text = format!(
        "The switch interval is {}, {} is usual: the GIL changed hands {}, and {} passed in hand-overs, \
         in which nobody runs Python. A longer sys.setswitchinterval() makes fewer of them.",
        duration(interval),
        duration(USUAL_NS),
        count(case.handovers.total, "time"),
        duration(lost),
    );
    let waits_share = words::share(waits, sum(|it| it.wall_ns));
    (share >= HANDS_OVER && waits_share >= WAITS).then(|| finding(case, interval, share, text))
}

fn finding(case: &Case, interval: u64, share: f64, text: String) -> Finding {
    let waits: u64 = case.gil_threads.iter().map(|it| it.gil_wait_ns).sum();
    Finding {
        id: "gil-interval",
        severity: Severity::by_share(share),
        text,
        evidence: vec![
            Fact::nanos("switch_interval_ns", interval),
            Fact::nanos("gil_wait_ns", waits),
            Fact::count("handovers", case.handovers.total),
            Fact::share("share", share),
        ],
        next: "keelback whatif --switch-interval 5ms".into(),
        size_ns: waits,
    }
}
