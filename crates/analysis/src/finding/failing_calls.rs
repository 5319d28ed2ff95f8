//! Many calls fail, most of them looking for files that are not there.

use super::case::{Case, at, called_from};
use super::{Fact, Finding, Severity};
use crate::syscalls::{CallRow, LineCalls};
use crate::words::{self, duration, percent};

/// Worth a finding from this many failures on, and
const MIN_CALLS: u64 = 500;
/// from this share of a call's uses on.
const MIN_SHARE: f64 = 0.30;

pub(super) fn check(case: &Case) -> Option<Finding> {
    let table = &case.syscalls;
    let row = table
        .calls
        .iter()
        .filter(|row| is_storm(row))
        .max_by_key(|row| row.failed())?;
    let error = row.errors.first()?;
    let share = words::share(row.failed(), row.count);
    let size_ns = (row.cpu_ns() as f64 * share) as u64;
    let line = worst_line(case, row);
    let from = line.map_or(String::new(), |it| {
        let failed = words::grouped(it.sum.failed());
        format!(
            " {failed} of them{}{}.",
            at(&it.line),
            called_from(&it.caller)
        )
    });
    Some(Finding {
        id: "failing-calls",
        severity: Severity::by_share(words::share(size_ns, table.untraced_ns)),
        text: format!(
            "{} of {} {} calls fail ({}), mostly with {}; that is about {} in the kernel.{from}",
            words::grouped(row.failed()),
            words::grouped(row.count),
            row.name,
            percent(share),
            error.name,
            duration(size_ns),
        ),
        evidence: vec![
            Fact::text("call", &row.name),
            Fact::text("error", &error.name),
            Fact::count("failed", row.failed()),
            Fact::count("calls", row.count),
            Fact::text("line", line.map_or("", |it| &it.line)),
        ],
        next: case.syscalls_by("line"),
        size_ns,
    })
}

/// A futex that finds its word changed, a socket that has nothing to read:
/// these fail by design.
fn is_storm(row: &CallRow) -> bool {
    let by_design = |name: &str| matches!(name, "EAGAIN" | "ETIMEDOUT" | "EINTR" | "EINPROGRESS");
    let designed = row
        .errors
        .first()
        .is_none_or(|error| by_design(&error.name));
    let share = words::share(row.failed(), row.count);
    !designed && row.failed() >= MIN_CALLS && share >= MIN_SHARE
}

fn worst_line<'a>(case: &'a Case, row: &CallRow) -> Option<&'a LineCalls> {
    let lines = case.line_calls.iter().filter(|it| it.call == row.name);
    lines
        .filter(|it| !it.line.is_empty())
        .max_by_key(|it| it.sum.failed())
}
