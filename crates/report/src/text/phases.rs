//! The phases of a start-up, as a table.

use keelback_analysis::Startup;
use keelback_analysis::startup::{PhaseRow, StrayFaults};
use keelback_analysis::words::{duration, grouped, percent};

use super::table::{Align, Cell, Table, cell, plain};
use crate::style::{Role, Style};

/// From this width on every time has its share beside it.
const WIDE: usize = 116;

/// A column beside the phase's name.
struct Column {
    name: &'static str,
    when: When,
    cell: fn(&PhaseRow, &Startup) -> Cell,
}

/// Where a column is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    Wide,
    /// Where page faults by phase are known.
    Counted,
}

const COLUMNS: &[Column] = &[
    column("wall", When::Always, |it, _| plain(duration(it.wall_ns))),
    column("no CPU", When::Always, |it, _| {
        cell(Role::Dim, duration(it.queued_ns))
    }),
    column("share", When::Always, |it, all| share(it.own_ns(), all)),
    column("on CPU", When::Always, |it, _| plain(duration(it.cpu_ns))),
    column("share", When::Wide, |it, all| {
        share(it.cpu_ns.saturating_sub(it.added_ns), all)
    }),
    column("in calls", When::Always, |it, _| {
        plain(duration(it.kernel_ns))
    }),
    column("share", When::Wide, |it, all| share(it.kernel_ns, all)),
    column("calls", When::Always, |it, _| plain(grouped(it.calls))),
    column("in faults", When::Always, |it, _| {
        cell(Role::Dim, duration(it.fault_ns))
    }),
    column("share", When::Wide, |it, all| share(it.fault_ns, all)),
    column("faults", When::Counted, |it, _| {
        plain(grouped(it.faults.sum()))
    }),
];

const fn column(name: &'static str, when: When, cell: fn(&PhaseRow, &Startup) -> Cell) -> Column {
    Column { name, when, cell }
}

fn share(ns: u64, startup: &Startup) -> Cell {
    plain(percent(startup.share(ns)))
}

/// The table, and what is to be said of it.
pub(super) fn phases(startup: &Startup, style: &Style) -> (Table, String) {
    let is_shown = |it: &&Column| match it.when {
        When::Always => true,
        When::Wide => style.columns() >= WIDE,
        When::Counted => startup.stray_faults.is_some(),
    };
    let columns: Vec<&Column> = COLUMNS.iter().filter(is_shown).collect();
    let mut aligned = vec![Align::Left];
    aligned.resize(1 + columns.len(), Align::Right);
    let mut table = Table::new(&aligned);
    let names = columns.iter().map(|it| it.name);
    table.head(&["phase"].into_iter().chain(names).collect::<Vec<_>>());
    for row in &startup.phases {
        let cells = columns.iter().map(|it| (it.cell)(row, startup));
        table.row([plain(row.phase.name())].into_iter().chain(cells).collect());
    }
    (table, note(startup))
}

fn note(startup: &Startup) -> String {
    let sampled = match startup.sees_calls {
        true => "Time in faults is",
        false => "Time in faults and in calls is",
    };
    let faults = match &startup.stray_faults {
        Some(stray) => counted(stray),
        None => "Page faults by phase are unknown: this recording has only their sum.".into(),
    };
    format!(
        "Main thread. no CPU: other programs had it; shares are without that and without what \
         recording added. {faults} {sampled} by samples; the rest is measured."
    )
}

fn counted(stray: &StrayFaults) -> String {
    format!(
        "Page faults are counted by the kernel; of these {} fell between two phases, {} in other \
         threads.",
        grouped(stray.between.sum()),
        grouped(stray.other_threads.sum()),
    )
}
