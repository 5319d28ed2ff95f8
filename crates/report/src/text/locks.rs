//! Which locks were waited for, where, and who had them.

use keelback_analysis::futex::FutexClass;
use keelback_analysis::locks::{Lock, LockReport, LockWait};
use keelback_analysis::words::{duration, grouped};

use super::findings::findings;
use super::frame::wrap;
use super::header::header;
use super::table::{Align, Table, cell, plain};
use crate::style::{Role, Style};

/// More is in `--json`.
const LOCKS: usize = 12;
/// Waits shown for each lock.
const WAITS: usize = 6;

/// The report on locks.
pub fn locks(report: &LockReport, style: &Style) -> String {
    let (news, others): (Vec<_>, Vec<_>) = report.locks.iter().partition(|it| it.for_news);
    [
        header(&report.facts, style),
        section("Locks that another thread had", &others, style),
        section("Waiting for news or for a thread's end", &news, style),
        note(report, style),
        findings(&report.findings, style),
    ]
    .concat()
}

fn section(heading: &str, locks: &[&Lock], style: &Style) -> String {
    let heading = style.paint(Role::Heading, heading);
    if locks.is_empty() {
        return format!("\n{heading}\n  none\n");
    }
    let shown = locks.iter().take(LOCKS);
    let shown: String = shown.map(|lock| one(lock, style)).collect();
    let more = match locks.len().saturating_sub(LOCKS) {
        0 => String::new(),
        more => format!("  … and {more} more\n"),
    };
    format!("\n{heading}\n{shown}{more}")
}

fn one(lock: &Lock, style: &Style) -> String {
    let mut table = Table::new(&[Align::Right, Align::Right, Align::Right, Align::Flexible]);
    table.row(vec![
        plain(format!("{:>8}", duration(lock.wait_ns))),
        plain(format!("{:>6}x", grouped(lock.count))),
        plain(format!("{:>8}", duration(lock.max_ns))),
        plain(format!("{} {:#x}", kind(lock), lock.address)),
    ]);
    for wait in lock.waits.iter().take(WAITS) {
        table.row(vec![
            cell(Role::Dim, duration(wait.total_ns)),
            cell(Role::Dim, format!("{}x", grouped(wait.count))),
            cell(Role::Dim, duration(wait.max_ns)),
            cell(Role::Dim, waiter(wait)),
        ]);
        table.row(vec![
            plain(""),
            plain(""),
            plain(""),
            cell(Role::Dim, owner(wait)),
        ]);
    }
    table.render(style)
}

/// The class names the objects of all locks but these.
fn kind(lock: &Lock) -> String {
    let class = lock.class.name();
    match (lock.class, lock.object.as_str()) {
        (FutexClass::CriticalSection, "") => format!("{class} of an object"),
        (FutexClass::CriticalSection, object) => format!("{class} of a {object}"),
        _ => class.to_owned(),
    }
}

fn waiter(wait: &LockWait) -> String {
    format!(
        "{} {} {}",
        wait.waiter,
        wait.waiter_tid,
        place(&wait.waiter_frame)
    )
}

fn owner(wait: &LockWait) -> String {
    match wait.owner_tid {
        0 => "  until a time-out, or it is not known who ended it".into(),
        tid => format!("  until {} {tid} {}", wait.owner, place(&wait.owner_frame)),
    }
}

fn place(frame: &str) -> &str {
    match frame {
        "" => "(no Python stack)",
        frame => frame,
    }
}

fn note(report: &LockReport, style: &Style) -> String {
    let handover: u64 = report.locks.iter().map(|it| it.handover_ns).sum();
    let text = format!(
        "time, waits, longest; until: who gave the lock back, and at which line. After their wake-up \
         the waiters were {} without a CPU.",
        duration(handover)
    );
    style.paint(
        Role::Dim,
        &format!("\n{}", wrap(&text, "  ", style.columns())),
    )
}
