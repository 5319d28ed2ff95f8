//! The interpreter's own locks make most futex calls of a program that has no
//! threads.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::words;

/// Fewer calls than this cost nothing worth a sentence.
const MIN_CALLS: u64 = 100;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let table = &case.syscalls;
    let own = table
        .futex
        .iter()
        .filter(|row| row.class.is_interpreters_own());
    let own_calls: u64 = own.map(|row| row.count).sum();
    let all_calls: u64 = table.futex.iter().map(|row| row.count).sum();
    let one_thread = case.most_threads.0 <= 1;
    if !table.every_call || !one_thread || own_calls < MIN_CALLS || own_calls * 2 < all_calls {
        return None;
    }
    let futex = table.calls.iter().find(|row| row.name == "futex")?;
    let size_ns = (futex.calibrated_ns as f64 * words::share(own_calls, all_calls)) as u64;
    Some(Finding {
        id: "interpreter-futexes",
        severity: Severity::by_share(words::share(size_ns, table.untraced_ns)),
        text: table.futex_line.clone(),
        evidence: vec![
            Fact::count("interpreter_calls", own_calls),
            Fact::count("futex_calls", all_calls),
            Fact::nanos("futex_ns", futex.calibrated_ns),
        ],
        next: case.syscalls_by("line"),
        size_ns,
    })
}
