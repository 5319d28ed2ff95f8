//! Who waited for the GIL, where, and who had it.

use keelback_analysis::gil::{GilReport, GilThread, GilWait};
use keelback_analysis::words::{duration, grouped, percent, share};

use super::findings::findings;
use super::frame::wrap;
use super::header::header;
use super::table::{Align, Cell, Table, cell, plain};
use crate::style::{Role, Style};

/// More is in `--json`.
const SHOWN: usize = 20;

/// The GIL report.
pub fn gil(report: &GilReport, style: &Style) -> String {
    [
        header(&report.facts, style),
        threads(report, style),
        waits(report, style),
        handovers(report, style),
        findings(&report.findings, style),
    ]
    .concat()
}

fn threads(report: &GilReport, style: &Style) -> String {
    use Align::{Flexible, Right};
    let mut columns = vec![Right, Flexible];
    columns.extend([Right; 9]);
    let mut table = Table::new(&columns);
    table.head(&[
        "tid", "thread", "wall", "on CPU", "GIL wait", "", "waits", "held*", "forced", "blocked",
        "no CPU",
    ]);
    for thread in report.threads.iter().take(SHOWN) {
        table.row(thread_row(thread, report));
    }
    let heading = style.paint(Role::Heading, "Threads and the GIL");
    let note = "* on a CPU by samples, off it exactly. GIL wait: from asking until running again; \
                what of that was waiting for a CPU is in `no CPU` too.";
    let note = style.paint(Role::Dim, &wrap(note, "  ", style.columns()));
    format!("\n{heading}\n{}{note}", table.render(style))
}

fn thread_row(thread: &GilThread, report: &GilReport) -> Vec<Cell> {
    vec![
        plain(thread.tid.to_string()),
        plain(&thread.name),
        plain(duration(thread.wall_ns)),
        time(thread.cpu_ns),
        time(thread.gil_wait_ns),
        plain(percent(share(thread.gil_wait_ns, thread.wall_ns))),
        plain(grouped(thread.gil_waits)),
        time(thread.gil_hold_ns),
        time(thread.forced_switch_ns),
        time(thread.blocked_ns),
        match report.facts.unseen.run_queue {
            true => cell(Role::Dim, "?"),
            false => time(thread.runqueue_ns),
        },
    ]
}

fn waits(report: &GilReport, style: &Style) -> String {
    if report.waits.is_empty() {
        return String::new();
    }
    let heading = style.paint(Role::Heading, "GIL waits, longest first");
    let waits = report.waits.iter().take(SHOWN);
    let waits: String = waits.map(|wait| wait_lines(wait, style)).collect();
    format!("\n{heading}\n{waits}")
}

/// Two lines: who waited where, and under them who had it where.
fn wait_lines(wait: &GilWait, style: &Style) -> String {
    let waiter = format!("{} {}", wait.waiter, frame(&wait.waiter_frame));
    let holder = match wait.holder_tid {
        0 => "holder not known".to_owned(),
        _ => format!("had by {} {}", wait.holder, frame(&wait.holder_frame)),
    };
    let mut table = Table::new(&[Align::Right, Align::Right, Align::Flexible]);
    table.row(vec![
        plain(format!("{:>8}", duration(wait.total_ns))),
        plain(format!("{:>7}", times(wait.count))),
        plain(waiter),
    ]);
    table.row(vec![
        cell(Role::Dim, "longest"),
        cell(Role::Dim, duration(wait.max_ns)),
        cell(Role::Dim, holder),
    ]);
    table.render(style)
}

fn times(count: u64) -> String {
    format!("{}x", grouped(count))
}

fn frame(label: &str) -> &str {
    match label {
        "" => "(no Python stack)",
        label => label,
    }
}

fn handovers(report: &GilReport, style: &Style) -> String {
    let known = report.handovers;
    if known.total == 0 {
        return String::new();
    }
    let text = format!(
        "Hand-overs: {} of {} known ({}), {} of them by the releaser's wake-up.",
        grouped(known.known),
        grouped(known.total),
        percent(share(known.known, known.total)),
        match report.facts.unseen.wake_ups {
            true => "an unknown number".into(),
            false => grouped(known.by_wake),
        },
    );
    format!("\n{}", wrap(&text, "", style.columns()))
}

fn time(ns: u64) -> Cell {
    match ns {
        0 => cell(Role::Dim, "·"),
        ns => plain(duration(ns)),
    }
}
