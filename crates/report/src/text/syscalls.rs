//! The table of system calls.

use keelback_analysis::syscalls::{CallGroup, CallRow, FutexRow};
use keelback_analysis::words::{duration, grouped, percent};
use keelback_analysis::{By, SyscallTable};

use super::findings::findings;
use super::frame::wrap;
use super::header::header;
use super::table::{Align, Cell, Table, cell, plain};
use crate::style::{Role, Style};

/// Rows and groups beyond these are in `--json`.
const SHOWN: usize = 30;

/// System calls, groups of them, and futexes by lock.
pub fn syscalls(table: &SyscallTable, style: &Style) -> String {
    [
        header(&table.facts, style),
        note(table, style),
        calls(table, style),
        groups(table, style),
        futexes(table, style),
        findings(&table.findings, style),
    ]
    .concat()
}

/// Wait mode has no hook on system calls: say what is not in the table.
fn note(table: &SyscallTable, style: &Style) -> String {
    if table.every_call {
        return String::new();
    }
    let text = "Wait mode: only calls that put a thread to sleep are here, with the time it was \
                off the CPU. For every call: keelback run --mode full.";
    format!(
        "\n{}",
        style.paint(Role::Warning, &wrap(text, "", style.columns()))
    )
}

fn calls(table: &SyscallTable, style: &Style) -> String {
    use Align::{Flexible, Left, Right};
    let columns = [Left, Right, Right, Right, Right, Right, Right, Flexible];
    let mut rows = Table::new(&columns);
    let per = if table.every_call {
        "per call"
    } else {
        "per sleep"
    };
    let count = if table.every_call { "calls" } else { "sleeps" };
    rows.head(&[
        "call", count, "kernel", per, "blocked", "share", "failed", "errors",
    ]);
    for row in table.calls.iter().take(SHOWN) {
        rows.row(call_row(row, Role::Plain, table.every_call));
    }
    rows.row(call_row(&table.total, Role::Dim, table.every_call));
    let rest = rest(table.calls.len(), style);
    section("System calls", &rows, style) + &rest + &tallied(table, style)
}

fn call_row(row: &CallRow, role: Role, every_call: bool) -> Vec<Cell> {
    let per = match every_call {
        true => row.cpu_ns(),
        false => row.blocked_ns,
    };
    let errors: Vec<_> = row
        .errors
        .iter()
        .map(|error| format!("{} {}", error.name, grouped(error.count)))
        .collect();
    vec![
        cell(role, &row.name),
        cell(role, grouped(row.count)),
        time(row.cpu_ns()),
        time(per / row.count.max(1)),
        time(row.blocked_ns),
        cell(role, percent(row.share)),
        number(row.failed()),
        cell(Role::Dim, errors.join(", ")),
    ]
}

fn groups(table: &SyscallTable, style: &Style) -> String {
    use Align::{Flexible, Left, Right};
    let Some(by) = table.by else {
        return String::new();
    };
    let mut rows = Table::new(&[Flexible, Right, Right, Right, Right, Right, Left]);
    let count = if table.every_call { "calls" } else { "sleeps" };
    rows.head(&[
        by.name(),
        count,
        "kernel",
        "blocked",
        "share",
        "failed",
        "most",
    ]);
    for group in table.groups.iter().take(SHOWN) {
        rows.row(group_row(group));
    }
    let name = heading_of(by);
    section(&name, &rows, style) + &rest(table.groups.len(), style)
}

fn heading_of(by: By) -> String {
    match by {
        By::Function | By::Line | By::Module => format!("By Python {}", by.name()),
        By::PathClass => "By where the path lies".into(),
        By::Purpose | By::Thread | By::Process => format!("By {}", by.name()),
    }
}

fn group_row(group: &CallGroup) -> Vec<Cell> {
    vec![
        plain(&group.key),
        plain(grouped(group.count)),
        time(group.calibrated_ns.saturating_sub(group.blocked_ns)),
        time(group.blocked_ns),
        plain(percent(group.share)),
        number(group.failed),
        cell(Role::Dim, &group.top_call),
    ]
}

fn futexes(table: &SyscallTable, style: &Style) -> String {
    use Align::{Left, Right};
    if table.futex.is_empty() {
        return String::new();
    }
    let mut rows = Table::new(&[Left, Right, Right, Right, Left]);
    let count = if table.every_call { "calls" } else { "sleeps" };
    rows.head(&["lock", count, "waits", "waited", "known by"]);
    for row in &table.futex {
        rows.row(futex_row(row));
    }
    let line = wrap(&table.futex_line, "  ", style.columns());
    section("Futexes by lock", &rows, style) + &line
}

fn futex_row(row: &FutexRow) -> Vec<Cell> {
    vec![
        plain(row.class.name()),
        plain(grouped(row.count)),
        number(row.waits),
        time(row.wait_ns),
        cell(Role::Dim, row.evidence.name()),
    ]
}

fn tallied(table: &SyscallTable, style: &Style) -> String {
    match table.total.tallied {
        0 => String::new(),
        count => {
            let text = format!(
                "{} of these calls were counted in the kernel only: totals are exact, their lines are unknown.",
                grouped(count)
            );
            style.paint(Role::Warning, &wrap(&text, "  ", style.columns()))
        }
    }
}

fn rest(all: usize, style: &Style) -> String {
    match all.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(
            "{}\n",
            style.paint(Role::Dim, &format!("  … and {more} more"))
        ),
    }
}

fn time(ns: u64) -> Cell {
    match ns {
        0 => cell(Role::Dim, "·"),
        ns => plain(duration(ns)),
    }
}

fn number(count: u64) -> Cell {
    match count {
        0 => cell(Role::Dim, "·"),
        count => plain(grouped(count)),
    }
}

fn section(name: &str, table: &Table, style: &Style) -> String {
    let heading = style.paint(Role::Heading, name);
    format!("\n{heading}\n{}", table.render(style))
}
