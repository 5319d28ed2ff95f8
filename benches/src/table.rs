//! The table of cost, as text and as JSON.

use serde_json::{Value, json};

use crate::plan::Row;
use crate::stats::Spread;
use crate::tool::NOTHING;
use crate::workload::is_fight;

/// What a cell says of a row.
type Cell = fn(&Row) -> String;

/// Three Markdown tables, workloads down and tools across.
pub fn text(rows: &[Row]) -> String {
    let tables: [(&str, Cell); 3] = [
        (
            "In the program: time of one, and how often that of nothing (middle half)",
            in_program,
        ),
        (
            "CPU time in the program, as a multiple of that under nothing",
            cpu,
        ),
        (
            "The whole command, and in it the CPU time of the tool itself",
            whole,
        ),
    ];
    let tables = tables.map(|(title, cell)| format!("{title}\n\n{}", grid(rows, cell)));
    tables.join("\n") + &fights(rows) + &rivals(rows)
}

/// Fights for the GIL; empty if there were none.
fn fights(rows: &[Row]) -> String {
    let rows: Vec<Row> = rows
        .iter()
        .filter(|it| is_fight(it.workload))
        .cloned()
        .collect();
    match rows.is_empty() {
        true => String::new(),
        false => format!(
            "\nOf a fight for the GIL: the share of time in which nobody computed, but the program was in \
             the kernel or off every CPU\n\n{}",
            grid(&rows, |row| format!("{:.2} %", 100.0 * row.lost))
        ),
    }
}

/// Engines that stop the program, beside strace; empty if they did not run.
fn rivals(rows: &[Row]) -> String {
    let found = |workload, tool| {
        let mut rows = rows.iter();
        rows.find(|it| it.workload == workload && it.tool == tool)
    };
    let lines = distinct(rows, |row| row.workload)
        .into_iter()
        .filter_map(|workload| {
            let wait = found(workload, "keelback ptrace wait")?;
            let full = found(workload, "keelback ptrace full")?;
            let (counts, log) = (
                found(workload, "strace -f -c")?,
                found(workload, "strace -f, a log")?,
            );
            let cheaper = match (is_fight(workload), found(workload, NOTHING)) {
                // It does not depend on how fast the machine happens to be.
                (true, Some(bare)) => {
                    let extra = |row: &Row| row.lost - bare.lost;
                    cheaper(extra(wait), extra(counts), 0.001)
                }
                _ => {
                    let extra = |row: &Row| row.ratio.median - 1.0;
                    cheaper(extra(wait), extra(counts), 0.01)
                }
            };
            let dearer = full.seconds.median / log.seconds.median;
            Some(format!("| {workload} | {cheaper} | ×{dearer:.2} |\n"))
        });
    let lines: String = lines.collect();
    match lines.as_str() {
        "" => String::new(),
        lines => format!(
            "\nBeside strace: how many times the extra time of `strace -f -c` is that of ptrace's wait \
             mode, and full mode's time as a multiple of that of `strace -f`\n\n\
             | | wait | full |\n| --- | ---: | ---: |\n{lines}"
        ),
    }
}

/// How many times their extra time is ours; less than `least` is no cost that can
/// be told from none.
fn cheaper(ours: f64, theirs: f64, least: f64) -> String {
    match ours < least {
        true => "no cost".into(),
        false => format!("{:.1} times", theirs / ours),
    }
}

fn in_program(row: &Row) -> String {
    let Spread { low, median, high } = row.ratio;
    format!(
        "{} ×{median:.2} ({low:.2}–{high:.2})",
        time(row.seconds.median)
    )
}

fn cpu(row: &Row) -> String {
    format!("×{:.2}", row.cpu_ratio.median)
}

fn whole(row: &Row) -> String {
    format!("{:.2} s / {:.2} s", row.whole.median, row.tool_cpu.median)
}

fn grid(rows: &[Row], cell: Cell) -> String {
    let tools = distinct(rows, |row| row.tool);
    let rule = vec!["---:"; tools.len()];
    let head = format!(
        "| | {} |\n| --- | {} |\n",
        tools.join(" | "),
        rule.join(" | ")
    );
    let lines = distinct(rows, |row| row.workload)
        .into_iter()
        .map(|workload| {
            let found = |tool| {
                rows.iter()
                    .find(|it| it.workload == workload && it.tool == tool)
            };
            let cells = tools
                .iter()
                .map(|tool| found(*tool).map_or(String::new(), cell));
            format!(
                "| {workload} | {} |\n",
                cells.collect::<Vec<_>>().join(" | ")
            )
        });
    head + &lines.collect::<String>()
}

/// Each name once, in the order of its first row.
fn distinct(rows: &[Row], name: fn(&Row) -> &'static str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for row in rows {
        if !names.contains(&name(row)) {
            names.push(name(row));
        }
    }
    names
}

/// The table for programs.
pub fn json(rows: &[Row]) -> Value {
    let rows = rows.iter().map(|row| {
        json!({
            "workload": row.workload,
            "tool": row.tool,
            "unit": row.unit,
            "rounds": row.rounds,
            "unit_seconds": spread(row.seconds),
            "ratio": spread(row.ratio),
            "cpu_ratio": spread(row.cpu_ratio),
            "lost": row.lost,
            "whole_seconds": spread(row.whole),
            "tool_cpu_seconds": spread(row.tool_cpu),
        })
    });
    json!({"version": 1, "rows": rows.collect::<Vec<_>>()})
}

fn spread(it: Spread) -> Value {
    json!({"low": it.low, "median": it.median, "high": it.high})
}

/// Three digits and a unit.
fn time(seconds: f64) -> String {
    match seconds {
        it if it < 1e-6 => format!("{:.0} ns", it * 1e9),
        it if it < 1e-3 => format!("{:.2} us", it * 1e6),
        it => format!("{:.1} ms", it * 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::{cheaper, text, time};
    use crate::plan::Row;
    use crate::stats::Spread;

    #[test]
    fn times_have_units() {
        assert_eq!(time(62e-9), "62 ns");
        assert_eq!(time(1.234e-6), "1.23 us");
        assert_eq!(time(0.0553), "55.3 ms");
    }

    #[test]
    fn extra_time_is_compared_not_time() {
        assert_eq!(cheaper(0.5, 5.0, 0.01), "10.0 times");
        assert_eq!(cheaper(1.0, 0.5, 0.01), "0.5 times");
        assert_eq!(cheaper(-0.01, 5.0, 0.01), "no cost");
        assert_eq!(cheaper(0.005, 0.03, 0.001), "6.0 times");
    }

    #[test]
    fn tools_stand_side_by_side() {
        let row = |tool, ratio: f64| Row {
            workload: "stat",
            unit: "call",
            tool,
            rounds: 1,
            seconds: Spread::of(&[1e-6 * ratio]),
            ratio: Spread::of(&[ratio]),
            cpu_ratio: Spread::of(&[ratio]),
            lost: 0.0,
            whole: Spread::of(&[2.0]),
            tool_cpu: Spread::of(&[0.5]),
        };
        let tables = text(&[row("nothing", 1.0), row("strace", 9.5)]);
        assert!(!tables.contains("Beside strace"), "{tables}");
        let rivals = [
            "keelback ptrace wait",
            "keelback ptrace full",
            "strace -f -c",
            "strace -f, a log",
        ];
        let rivals = text(
            &[2.0, 6.0, 5.0, 12.0]
                .iter()
                .zip(rivals)
                .map(|(ratio, tool)| row(tool, *ratio))
                .collect::<Vec<_>>(),
        );
        assert!(rivals.contains("| stat | 4.0 times | ×0.50 |"), "{rivals}");
        assert!(tables.contains("| | nothing | strace |\n| --- | ---: | ---: |\n"));
        let line = "| stat | 1.00 us ×1.00 (1.00–1.00) | 9.50 us ×9.50 (9.50–9.50) |\n";
        assert!(tables.contains(line));
        assert!(tables.contains("| stat | 2.00 s / 0.50 s | 2.00 s / 0.50 s |\n"));
    }
}
