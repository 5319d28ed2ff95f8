//! Who waited for the GIL, where, and who had it.

use keelback_analysis::gil::{GilReport, GilThread, GilWait, UsageColumn, WaitingLine, Wakeups};
use keelback_analysis::words::{duration, grouped, percent, share};

use super::bar::spark;
use super::findings::findings;
use super::frame::wrap;
use super::header::header;
use super::table::{Align, Cell, Table, cell, plain};
use crate::style::{Role, Style};

/// More is in `--json`.
const SHOWN: usize = 20;
/// Holders shown for each waiting line.
const HOLDERS: usize = 4;

/// The GIL report.
pub fn gil(report: &GilReport, style: &Style) -> String {
    [
        header(&report.facts, style),
        usage(report, style),
        threads(report, style),
        split(report, style),
        waits(report, style),
        handovers(report, style),
        findings(&report.findings, style),
    ]
    .concat()
}

/// Two lines of bars: how much of each column of time somebody had it, and how
/// many waited.
fn usage(report: &GilReport, style: &Style) -> String {
    let columns = &report.usage;
    if columns
        .iter()
        .all(|it| it.waiting_ns == 0 && it.used() == 0.0)
    {
        return String::new();
    }
    let used: Vec<f64> = columns.iter().map(UsageColumn::used).collect();
    let waiting = |it: &UsageColumn| share(it.waiting_ns, report.column_ns);
    let waiting: Vec<f64> = columns.iter().map(waiting).collect();
    let most = waiting.iter().copied().fold(0.0, f64::max);
    let heading = style.paint(Role::Heading, "The GIL over time");
    format!(
        "\n{heading}\n  had by someone  {}  full is all of the time\n  threads waiting {}  full is {most:.1}\n  a column is {}\n",
        style.paint(Role::Work, &spark(&used, 1.0)),
        style.paint(Role::Lost, &spark(&waiting, most)),
        duration(report.column_ns),
    )
}

fn threads(report: &GilReport, style: &Style) -> String {
    use Align::{Flexible, Right};
    let mut columns = vec![Right, Flexible];
    columns.extend([Right; 9]);
    let mut table = Table::new(&columns);
    table.head(&[
        "tid",
        "thread",
        "wall",
        "with GIL*",
        "off CPU",
        "without",
        "GIL wait",
        "",
        "forced",
        "blocked",
        "no CPU",
    ]);
    for thread in report.threads.iter().take(SHOWN) {
        table.row(thread_row(thread, report));
    }
    let heading = style.paint(Role::Heading, "Threads and the GIL");
    let note = "* exact from a wait to the next waiter's wake-up and off the CPU, sampled where \
                nobody waits. off CPU: had it without running. without: ran without it. Threads \
                have Python's names where they could be read, else the system's.";
    let note = style.paint(Role::Dim, &wrap(note, "  ", style.columns()));
    format!("\n{heading}\n{}{note}", table.render(style))
}

fn thread_row(thread: &GilThread, report: &GilReport) -> Vec<Cell> {
    vec![
        plain(thread.tid.to_string()),
        plain(&thread.name),
        plain(duration(thread.wall_ns)),
        time(thread.gil_hold_ns),
        time(thread.gil_hold_off_cpu_ns),
        time(thread.cpu_without_gil_ns()),
        time(thread.gil_wait_ns),
        plain(percent(share(thread.gil_wait_ns, thread.wall_ns))),
        time(thread.forced_switch_ns),
        time(thread.blocked_ns),
        match report.facts.unseen.run_queue {
            true => cell(Role::Dim, "?"),
            false => time(thread.runqueue_ns),
        },
    ]
}

/// What the waits were made of, and how long they were.
fn split(report: &GilReport, style: &Style) -> String {
    use Align::{Flexible, Right};
    let waited = report.threads.iter().filter(|it| it.gil_waits > 0);
    let mut columns = vec![Right, Flexible];
    columns.extend([Right; 10]);
    let mut table = Table::new(&columns);
    table.head(&[
        "tid",
        "thread",
        "GIL wait",
        "holder ran",
        "no CPU",
        "hand-over",
        "unknown",
        "waits",
        "p50",
        "p90",
        "p99",
        "max",
    ]);
    let mut rows = 0;
    for thread in waited.take(SHOWN) {
        table.row(split_row(thread));
        rows += 1;
    }
    if rows == 0 {
        return String::new();
    }
    let heading = style.paint(Role::Heading, "What GIL waits were made of");
    let note = "GIL wait: from asking until running with it. no CPU: its holder had none. \
                hand-over: nobody had it, from the release until the waiter ran.";
    let note = style.paint(Role::Dim, &wrap(note, "  ", style.columns()));
    format!("\n{heading}\n{}{note}", table.render(style))
}

fn split_row(thread: &GilThread) -> Vec<Cell> {
    vec![
        plain(thread.tid.to_string()),
        plain(&thread.name),
        time(thread.gil_wait_ns),
        time(thread.gil_wait_running_ns),
        time(thread.gil_wait_off_cpu_ns),
        time(thread.gil_wait_handover_ns),
        time(thread.gil_wait_unknown_ns),
        plain(grouped(thread.gil_waits)),
        time(thread.gil_wait_p50_ns),
        time(thread.gil_wait_p90_ns),
        time(thread.gil_wait_p99_ns),
        time(thread.gil_wait_max_ns),
    ]
}

/// Waiting lines, each with those who had it meanwhile.
fn waits(report: &GilReport, style: &Style) -> String {
    if report.waits.is_empty() {
        return String::new();
    }
    let heading = style.paint(Role::Heading, "Who waited where, and who had it meanwhile");
    let lines = report.waiting_lines();
    let lines = lines.iter().take(SHOWN);
    let lines: String = lines
        .map(|line| waiting_line(line, report, style))
        .collect();
    format!("\n{heading}\n{lines}")
}

fn waiting_line(line: &WaitingLine<'_>, report: &GilReport, style: &Style) -> String {
    let mut table = Table::new(&[Align::Right, Align::Right, Align::Flexible]);
    table.row(vec![
        plain(format!("{:>8}", duration(line.total_ns))),
        plain(format!("{:>7}", "")),
        plain(format!(
            "{} {}",
            report.label(line.waiter, line.waiter_tid),
            frame(line.frame)
        )),
    ]);
    for wait in line.holders.iter().take(HOLDERS) {
        table.row(vec![
            cell(Role::Dim, percent(share(wait.total_ns, line.total_ns))),
            cell(Role::Dim, times(wait.count)),
            cell(Role::Dim, holder(wait, report)),
        ]);
    }
    if let Some(rest) = line.holders.len().checked_sub(HOLDERS + 1) {
        let text = format!("… and {} more", rest + 1);
        table.row(vec![plain(""), plain(""), cell(Role::Dim, text)]);
    }
    table.render(style)
}

fn holder(wait: &GilWait, report: &GilReport) -> String {
    let mut text = match wait.holder_tid {
        0 => "holder not known".to_owned(),
        tid => {
            let name = report.label(&wait.holder, tid);
            format!("while {name} had it {}", frame(&wait.holder_frame))
        }
    };
    if wait.off_cpu_ns * 10 > wait.total_ns {
        text += &format!(", {} of it without a CPU", duration(wait.off_cpu_ns));
    }
    text
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
    ) + &wakeups(&report.wakeups);
    format!("\n{}", wrap(&text, "", style.columns()))
}

fn wakeups(wakeups: &Wakeups) -> String {
    let mean = |ns: u64, count: u64| duration(ns / count.max(1));
    let Wakeups {
        same_cpu,
        same_cpu_ns,
        other_cpu,
        other_cpu_ns,
    } = *wakeups;
    match same_cpu + other_cpu {
        0 => String::new(),
        all => format!(
            " {} woke a thread on another CPU ({} each until it ran; {} on the same).",
            percent(share(other_cpu, all)),
            mean(other_cpu_ns, other_cpu),
            mean(same_cpu_ns, same_cpu),
        ),
    }
}

fn time(ns: u64) -> Cell {
    match ns {
        0 => cell(Role::Dim, "·"),
        ns => plain(duration(ns)),
    }
}
