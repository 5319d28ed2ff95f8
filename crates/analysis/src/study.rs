//! One reading of a recording, and everything that is worked out from it.

use keelback_trace::{ReadError, Source};

use crate::budget::{Budget, BudgetBook};
use crate::facts::Facts;
use crate::finding::{self, Case, Subject};
use crate::gil::{GilBook, GilReport};
use crate::lines::LineBook;
use crate::locks::{LockBook, LockReport};
use crate::model;
use crate::syscalls::{self, By, CallBook, SyscallTable};
use crate::verdict::{BLOCKED_LINES, HOT_LINES, Verdict};

/// Where the time went, and what stands out.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn verdict(source: &dyn Source) -> Result<Verdict, ReadError> {
    let case = study(source, None)?;
    let findings = finding::all(&case);
    let mut verdict = Verdict {
        facts: case.facts,
        processes: case.processes,
        threads: case.threads,
        total: case.total,
        blocked: case.blocked,
        hot: case.hot,
        findings,
    };
    verdict.blocked.truncate(BLOCKED_LINES);
    verdict.hot.truncate(HOT_LINES);
    Ok(verdict)
}

/// System calls, grouped by one more thing if asked.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn syscalls(source: &dyn Source, by: Option<By>) -> Result<SyscallTable, ReadError> {
    let mut case = study(source, by)?;
    let itself = by.map_or(String::new(), |by| {
        format!("keelback syscalls --by {}", by.name())
    });
    case.syscalls.findings = finding::in_subject(&case, Subject::Syscalls, &itself);
    Ok(case.syscalls)
}

/// Who waited for the GIL, for how long, where, and who had it.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn gil(source: &dyn Source) -> Result<GilReport, ReadError> {
    let case = study(source, None)?;
    let findings = finding::in_subject(&case, Subject::Gil, "keelback gil");
    Ok(GilReport {
        facts: case.facts,
        threads: case.gil_threads,
        waits: case.gil_waits,
        handovers: case.handovers,
        wakeups: case.wakeups,
        interval_ns: case.interval_ns,
        usage: case.usage,
        column_ns: case.column_ns,
        findings,
    })
}

/// Who waited for which lock other than the GIL, and who had it.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn locks(source: &dyn Source) -> Result<LockReport, ReadError> {
    let case = study(source, None)?;
    let findings = finding::in_subject(&case, Subject::Locks, "keelback locks");
    Ok(LockReport {
        facts: case.facts,
        locks: case.locks,
        findings,
    })
}

fn study(source: &dyn Source, by: Option<By>) -> Result<Case, ReadError> {
    let mut budgets = BudgetBook::default();
    let mut lines = LineBook::default();
    let mut gil = GilBook::new(source.provenance().duration_ns);
    let mut locks = LockBook::default();
    let mut calls = CallBook::new(source.provenance(), by);
    let (scene, end) = model::watch(
        source,
        &mut [&mut budgets, &mut lines, &mut gil, &mut locks, &mut calls],
    )?;
    gil.finish(end, &scene);
    calls.finish(&scene);
    let facts = Facts::gather(scene.origin, scene.known, end.0);
    let threads = budgets.threads(&scene);
    let (column_ns, usage) = gil.usage(end);
    Ok(Case {
        total: total(threads.iter().map(|thread| &thread.budget)),
        processes: budgets.processes(&scene),
        threads,
        blocked: lines.blocked(&scene),
        hot: lines.hot(&scene),
        gil_threads: gil.threads(&scene),
        gil_waits: gil.waits(&scene),
        handovers: gil.handovers(),
        wakeups: gil.wakeups(),
        interval_ns: gil.interval_ns(),
        locks: locks.locks(&scene),
        usage,
        column_ns,
        syscalls: syscalls::table(&calls, by, &facts, &scene),
        line_calls: syscalls::line_calls(&calls, &scene),
        most_threads: scene.most_threads(),
        facts,
    })
}

fn total<'a>(budgets: impl Iterator<Item = &'a Budget>) -> Budget {
    let mut total = Budget::default();
    for budget in budgets {
        total.add(budget);
    }
    total
}
