//! The GIL changes hands so often that the changing costs.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::words::{self, duration, grouped, percent};

/// From this many hand-overs a second on, and
const RATE: u64 = 2_000;
/// where handing over is this share of all waiting for the GIL.
const SHARE: f64 = 0.30;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let waited: u64 = case.gil_threads.iter().map(|it| it.gil_wait_ns).sum();
    let handing: u64 = case
        .gil_threads
        .iter()
        .map(|it| it.gil_wait_handover_ns)
        .sum();
    let total = case.handovers.total;
    let rate = total.saturating_mul(1_000_000_000) / case.facts.wall_ns.max(1);
    let share = words::share(handing, waited);
    if rate < RATE || share < SHARE {
        return None;
    }
    Some(Finding {
        id: "gil-ping-pong",
        severity: Severity::by_share(words::share(handing, case.total.wall_ns)),
        text: format!(
            "The GIL changed hands {} times a second, and {} of the {} of waiting was the handing over \
             itself. Each release in front of a short call gives it away: fewer, larger calls keep it.",
            grouped(rate),
            percent(share),
            duration(waited),
        ),
        evidence: vec![
            Fact::count("handovers", total),
            Fact::nanos("handover_ns", handing),
            Fact::nanos("wait_ns", waited),
        ],
        next: "keelback syscalls --by line".into(),
        size_ns: handing,
    })
}
