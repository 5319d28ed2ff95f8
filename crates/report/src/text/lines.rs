//! Lines that blocked and lines that ran.

use keelback_analysis::lines::{BlockedLine, HotLine};
use keelback_analysis::words::{duration, grouped, percent, share};
use keelback_analysis::{Part, Verdict};

use super::budget::role_of;
use super::table::{Align, Cell, Table, cell, plain};
use crate::style::{Role, Style};

const SHOWN: usize = 8;

/// Where threads slept longest.
pub(super) fn blocked(verdict: &Verdict, style: &Style) -> String {
    use Align::{Flexible, Left, Right};
    if verdict.blocked.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[Right, Right, Right, Left, Flexible, Left]);
    table.head(&["time", "times", "longest", "what", "where", "thread"]);
    for line in verdict.blocked.iter().take(SHOWN) {
        table.row(blocked_row(line));
    }
    section("Blocked longest", &table, style)
}

fn blocked_row(line: &BlockedLine) -> Vec<Cell> {
    let what = match line.call.as_str() {
        "" | "futex" => line.part.label().to_owned(),
        call => call.to_owned(),
    };
    let thread = match line.threads {
        1 => line.thread.clone(),
        many => format!("{} +{}", line.thread, many - 1),
    };
    vec![
        plain(duration(line.ns)),
        plain(grouped(line.count)),
        plain(duration(line.max_ns)),
        cell(role_of(line.part.group()), what),
        plain(place(&line.site, &line.caller)),
        plain(thread),
    ]
}

/// Where threads ran longest, by samples.
pub(super) fn hot(verdict: &Verdict, style: &Style) -> String {
    use Align::{Flexible, Left, Right};
    let samples: u64 = verdict.threads.iter().map(|it| it.samples).sum();
    if samples == 0 {
        return String::new();
    }
    let mut table = Table::new(&[Right, Right, Left, Flexible]);
    table.head(&["samples", "share", "what", "where"]);
    for line in verdict.hot.iter().take(SHOWN) {
        table.row(hot_row(line, samples));
    }
    section("Running longest, by samples", &table, style)
}

fn hot_row(line: &HotLine, samples: u64) -> Vec<Cell> {
    let what = match (line.part, line.call.as_str()) {
        (Part::Python, _) => "Python",
        (Part::Native, _) => "other user code",
        (_, "") => "faults, interrupts",
        (_, call) => call,
    };
    vec![
        plain(grouped(line.samples)),
        plain(percent(share(line.samples, samples))),
        cell(role_of(line.part.group()), what),
        plain(place(&line.site, &line.caller)),
    ]
}

/// The program's own line; where a library stands in between, that too.
fn place(site: &str, caller: &str) -> String {
    match (site, caller) {
        ("", _) => "(no Python stack)".into(),
        (site, "") => site.into(),
        (site, caller) => format!("{caller} < {}", function_of(site)),
    }
}

fn function_of(label: &str) -> &str {
    label.split(" (").next().unwrap_or(label)
}

fn section(name: &str, table: &Table, style: &Style) -> String {
    let heading = style.paint(Role::Heading, name);
    format!("\n{heading}\n{}", table.render(style))
}
