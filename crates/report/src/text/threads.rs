//! Processes and threads, one line each.

use keelback_analysis::words::duration;
use keelback_analysis::{Budget, Part, PartGroup, ProcessBudget, ThreadBudget, Verdict};

use super::frame::one_line;
use super::header::exit;
use super::table::{Align, Cell, Table, cell, plain};
use crate::style::{Role, Style};

/// More would scroll the findings away; `--json` has them all.
const SHOWN: usize = 16;

/// The processes, when there are several.
pub(super) fn processes(verdict: &Verdict, style: &Style) -> String {
    use Align::{Flexible, Left, Right};
    if verdict.processes.len() < 2 {
        return String::new();
    }
    let mut table = Table::new(&[Right, Flexible, Right, Right, Right, Right, Left]);
    table.head(&[
        "pid", "command", "began", "wall", "threads", "on CPU", "end",
    ]);
    for process in verdict.processes.iter().take(SHOWN) {
        table.row(process_row(process));
    }
    section("Processes", &table, verdict.processes.len(), style)
}

fn process_row(process: &ProcessBudget) -> Vec<Cell> {
    let running = process.total.of_group(PartGroup::Running);
    vec![
        plain(process.pid.to_string()),
        plain(one_line(&process.command)),
        plain(duration(process.first_ns)),
        plain(duration(process.main.wall_ns)),
        plain(process.threads.to_string()),
        plain(duration(running)),
        plain(process.exit_status.map_or(String::new(), exit)),
    ]
}

/// The threads, when there are several: shares of each one's own time.
pub(super) fn threads(verdict: &Verdict, style: &Style) -> String {
    use Align::{Flexible, Right};
    if verdict.threads.len() < 2 {
        return String::new();
    }
    let mut columns = vec![Right, Flexible, Right];
    columns.extend(SHARES.map(|_| Right));
    let mut table = Table::new(&columns);
    let mut head = vec!["tid", "thread", "wall"];
    head.extend(SHARES.map(|(name, _)| name));
    table.head(&head);
    for thread in verdict.threads.iter().take(SHOWN) {
        table.row(thread_row(thread, verdict.facts.unseen.run_queue));
    }
    section("Threads", &table, verdict.threads.len(), style)
}

type Measure = fn(&Budget) -> u64;

const SHARES: [(&str, Measure); 8] = [
    ("Python", |it| it.of(Part::Python)),
    ("other", |it| it.of(Part::Native) + it.of(Part::Unsampled)),
    ("kernel", |it| it.of(Part::Kernel)),
    ("GIL", |it| it.of_group(PartGroup::Gil)),
    ("forced", |it| it.of_group(PartGroup::ForcedSwitch)),
    ("locks", |it| it.of_group(PartGroup::Locks)),
    ("blocked", |it| it.of_group(PartGroup::Blocked)),
    ("no CPU", |it| it.of_group(PartGroup::RunQueue)),
];

fn thread_row(thread: &ThreadBudget, queue_is_unknown: bool) -> Vec<Cell> {
    let budget = &thread.budget;
    let mut row = vec![
        plain(thread.tid.to_string()),
        plain(&thread.name),
        plain(duration(budget.wall_ns)),
    ];
    row.extend(SHARES.map(|(_, measure)| whole_percent(budget.share(measure(budget)))));
    if queue_is_unknown {
        row.pop();
        row.push(cell(Role::Dim, "?"));
    }
    row
}

/// `49 %`: a table of shares is read for its big numbers.
fn whole_percent(share: f64) -> Cell {
    match share * 100.0 {
        0.0 => cell(Role::Dim, "·"),
        few if few < 0.5 => cell(Role::Dim, "<1 %"),
        percent => plain(format!("{percent:.0} %")),
    }
}

fn section(name: &str, table: &Table, all: usize, style: &Style) -> String {
    let heading = style.paint(Role::Heading, name);
    let rest = match all.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(
            "{}\n",
            style.paint(Role::Dim, &format!("  … and {more} more"))
        ),
    };
    format!("\n{heading}\n{}{rest}", table.render(style))
}
