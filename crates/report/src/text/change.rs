//! Two start-ups for a terminal.

use keelback_analysis::startup::{Change, ChangeRow};
use keelback_analysis::words::{duration, grouped, percent, share};

use super::frame::one_line;
use super::table::{Align, Table, cell, plain};
use crate::style::{Role, Style};

/// Rows beyond these are in `--json`.
const SHOWN: usize = 15;

/// What got dearer, and what cheaper.
pub fn change(change: &Change, style: &Style) -> String {
    let title = |name: &str, command: &str, ns: u64, calls: u64| {
        let command = style.paint(Role::Heading, &one_line(command));
        format!(
            "{name}  {command} · {} · {} calls\n",
            duration(ns),
            grouped(calls)
        )
    };
    [
        title("A", &change.commands.0, change.wall_ns.0, change.calls.0),
        title("B", &change.commands.1, change.wall_ns.1, change.calls.1),
        summary(change),
        table("Phases", &change.phases, style),
        table("System calls by purpose", &change.purposes, style),
        table("Modules, by their own time", &change.modules, style),
    ]
    .concat()
}

/// Of all, by how much.
fn summary(change: &Change) -> String {
    let (before, after) = change.wall_ns;
    let part = share(before.abs_diff(after), before);
    format!(
        "From A to B: {} ({}{}), {} calls, {} page faults\n",
        signed(change.wall_ns, duration),
        if after < before { "-" } else { "+" },
        percent(part),
        signed(change.calls, grouped),
        signed(change.faults, grouped),
    )
}

fn table(name: &str, rows: &[ChangeRow], style: &Style) -> String {
    use Align::{Flexible, Right};
    let mut table = Table::new(&[Flexible, Right, Right, Right, Right, Right, Right]);
    table.head(&["", "A", "B", "change", "calls A", "calls B", "change"]);
    let changed = rows
        .iter()
        .filter(|row| row.ns.0 != row.ns.1 || row.calls.0 != row.calls.1);
    for row in changed.take(SHOWN) {
        table.row(vec![
            plain(row.name.clone()),
            plain(duration(row.ns.0)),
            plain(duration(row.ns.1)),
            cell(Role::Kernel, signed(row.ns, duration)),
            plain(grouped(row.calls.0)),
            plain(grouped(row.calls.1)),
            cell(Role::Kernel, signed(row.calls, grouped)),
        ]);
    }
    let heading = style.paint(Role::Heading, name);
    format!("\n{heading}\n{}", table.render(style))
}

/// `+1.20 ms`, `-3`.
fn signed((before, after): (u64, u64), told: fn(u64) -> String) -> String {
    let sign = match after.cmp(&before) {
        std::cmp::Ordering::Less => "-",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", told(before.abs_diff(after)))
}
