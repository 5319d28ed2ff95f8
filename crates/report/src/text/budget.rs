//! Where the time went: parts, bars, times and shares.

use keelback_analysis::words::{duration, grouped, percent};
use keelback_analysis::{Budget, Part, PartGroup, Verdict};

use super::bar::bar;
use super::table::{Align, Cell, Table, cell, plain};
use crate::style::{Role, Style};

/// Columns of a bar, where there is room for it.
fn bar_columns(style: &Style) -> usize {
    match style.columns() {
        0..100 => 8,
        _ => 20,
    }
}

/// The budget of the first process's main thread, and of all threads beside it
/// when there are more.
pub(super) fn budget(verdict: &Verdict, style: &Style) -> String {
    let Some(first) = verdict.processes.first() else {
        return String::new();
    };
    let alone = verdict.threads.len() == 1;
    let mut text = format!("\n{}\n", style.paint(Role::Heading, "Where the time went"));
    text += &match alone {
        true => one(&first.main, style),
        false => two(&first.main, &verdict.total, verdict.threads.len(), style),
    };
    text + &faults(verdict, style)
}

fn one(main: &Budget, style: &Style) -> String {
    let mut table = Table::new(&[Align::Left, Align::Left, Align::Right, Align::Right]);
    for part in parts(main, main) {
        let mut row = name_and_bar(part, main, bar_columns(style));
        row.extend(time_and_share(part, main));
        table.row(row);
    }
    table.row(sum_row(&[main]));
    table.render(style)
}

fn two(main: &Budget, total: &Budget, threads: usize, style: &Style) -> String {
    use Align::{Left, Right};
    let mut table = Table::new(&[Left, Left, Right, Right, Right, Right]);
    let all = format!("all {} threads", grouped(threads as u64));
    table.head(&["", "", "main thread", "", &all, ""]);
    for part in parts(main, total) {
        let mut row = name_and_bar(part, main, bar_columns(style));
        row.extend(time_and_share(part, main));
        row.extend(time_and_share(part, total));
        table.row(row);
    }
    table.row(sum_row(&[main, total]));
    table.render(style)
}

/// The parts that either budget has, in the order of parts.
fn parts<'a>(main: &'a Budget, total: &'a Budget) -> impl Iterator<Item = Part> + 'a {
    Part::all().filter(|&part| main.of(part) + total.of(part) > 0)
}

fn name_and_bar(part: Part, budget: &Budget, columns: usize) -> Vec<Cell> {
    let share = budget.share(budget.of(part));
    vec![
        plain(part.label()),
        cell(
            role_of(part.group()),
            format!("{:columns$}", bar(share, columns)),
        ),
    ]
}

fn time_and_share(part: Part, budget: &Budget) -> [Cell; 2] {
    match budget.of(part) {
        0 => [cell(Role::Dim, "·"), plain("")],
        ns => [plain(duration(ns)), plain(percent(budget.share(ns)))],
    }
}

fn sum_row(budgets: &[&Budget]) -> Vec<Cell> {
    let mut row = vec![cell(Role::Dim, "sum"), plain("")];
    for budget in budgets {
        row.push(cell(Role::Dim, duration(budget.wall_ns)));
        row.push(cell(Role::Dim, percent(1.0)));
    }
    row
}

/// The colour of a group: work, the kernel's, or lost to others.
pub(super) fn role_of(group: PartGroup) -> Role {
    match group {
        PartGroup::Running => Role::Work,
        PartGroup::Blocked => Role::Kernel,
        PartGroup::Gil | PartGroup::ForcedSwitch | PartGroup::Locks | PartGroup::RunQueue => {
            Role::Lost
        }
        PartGroup::Other => Role::Warning,
    }
}

fn faults(verdict: &Verdict, style: &Style) -> String {
    let sum = |count: fn(&keelback_analysis::Counted) -> u64| {
        let processes = verdict.processes.iter();
        processes
            .map(|process| count(&process.counted))
            .sum::<u64>()
    };
    let (minor, major) = (sum(|it| it.minor_faults), sum(|it| it.major_faults));
    if minor + major == 0 {
        return String::new();
    }
    let text = format!(
        "  page faults: {} without disk I/O, {} with",
        grouped(minor),
        grouped(major)
    );
    format!("{}\n", style.paint(Role::Dim, &text))
}
