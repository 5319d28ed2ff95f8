//! The table of system calls.

use keelback_analysis::syscalls::{CallRow, FutexRow};
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
    let rows = match table.every_call {
        true => every_call(table),
        false => sleeping_calls(table),
    };
    let rest = rest(table.calls.len(), style);
    section("System calls", &rows, style) + &rest + &tallied(table, style)
}

fn every_call(table: &SyscallTable) -> Table {
    use Align::{Flexible, Left, Right};
    let mut rows = Table::new(&[Left, Right, Right, Right, Right, Right, Right, Flexible]);
    rows.head(&[
        "call", "calls", "kernel", "per call", "blocked", "share", "failed", "errors",
    ]);
    for (row, role) in shown(table) {
        rows.row(vec![
            cell(role, &row.name),
            cell(role, grouped(row.count)),
            time(row.cpu_ns()),
            time(row.cpu_ns() / row.count.max(1)),
            time(row.blocked_ns),
            cell(role, percent(row.share)),
            number(row.failed()),
            cell(Role::Dim, errors(row)),
        ]);
    }
    rows
}

fn sleeping_calls(table: &SyscallTable) -> Table {
    use Align::{Left, Right};
    let mut rows = Table::new(&[Left, Right, Right, Right, Right]);
    rows.head(&["call", "sleeps", "off CPU", "per sleep", "share"]);
    for (row, role) in shown(table) {
        rows.row(vec![
            cell(role, &row.name),
            cell(role, grouped(row.count)),
            time(row.blocked_ns),
            time(row.blocked_ns / row.count.max(1)),
            cell(role, percent(row.share)),
        ]);
    }
    rows
}

/// The first rows, and the sum of all.
fn shown(table: &SyscallTable) -> impl Iterator<Item = (&CallRow, Role)> {
    let rows = table.calls.iter().take(SHOWN).map(|row| (row, Role::Plain));
    rows.chain([(&table.total, Role::Dim)])
}

fn errors(row: &CallRow) -> String {
    let errors: Vec<_> = row
        .errors
        .iter()
        .map(|error| format!("{} {}", error.name, grouped(error.count)))
        .collect();
    errors.join(", ")
}

fn groups(table: &SyscallTable, style: &Style) -> String {
    let Some(by) = table.by else {
        return String::new();
    };
    let rows = match table.every_call {
        true => groups_of_calls(table, by),
        false => groups_of_sleeps(table, by),
    };
    section(&heading_of(by), &rows, style) + &rest(table.groups.len(), style)
}

fn heading_of(by: By) -> String {
    match by {
        By::Function | By::Line | By::Module => format!("By Python {}", by.name()),
        By::PathClass => "By where the path lies".into(),
        By::Purpose | By::Thread | By::Process => format!("By {}", by.name()),
    }
}

fn groups_of_calls(table: &SyscallTable, by: By) -> Table {
    use Align::{Flexible, Left, Right};
    let mut rows = Table::new(&[Flexible, Right, Right, Right, Right, Right, Left]);
    rows.head(&[
        by.name(),
        "calls",
        "kernel",
        "blocked",
        "share",
        "failed",
        "most",
    ]);
    for group in table.groups.iter().take(SHOWN) {
        rows.row(vec![
            plain(&group.key),
            plain(grouped(group.count)),
            time(group.cpu_ns()),
            time(group.blocked_ns),
            plain(percent(group.share)),
            number(group.failed),
            cell(Role::Dim, &group.top_call),
        ]);
    }
    rows
}

fn groups_of_sleeps(table: &SyscallTable, by: By) -> Table {
    use Align::{Flexible, Left, Right};
    let mut rows = Table::new(&[Flexible, Right, Right, Right, Left]);
    rows.head(&[by.name(), "sleeps", "off CPU", "share", "most"]);
    for group in table.groups.iter().take(SHOWN) {
        rows.row(vec![
            plain(&group.key),
            plain(grouped(group.count)),
            time(group.blocked_ns),
            plain(percent(group.share)),
            cell(Role::Dim, &group.top_call),
        ]);
    }
    rows
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
