//! The table of cost, as text and as JSON.

use serde_json::{Value, json};

use crate::plan::Row;
use crate::stats::Spread;

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
    tables.join("\n")
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
    use super::{text, time};
    use crate::plan::Row;
    use crate::stats::Spread;

    #[test]
    fn times_have_units() {
        assert_eq!(time(62e-9), "62 ns");
        assert_eq!(time(1.234e-6), "1.23 us");
        assert_eq!(time(0.0553), "55.3 ms");
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
            whole: Spread::of(&[2.0]),
            tool_cpu: Spread::of(&[0.5]),
        };
        let tables = text(&[row("nothing", 1.0), row("strace", 9.5)]);
        assert!(tables.contains("| | nothing | strace |\n| --- | ---: | ---: |\n"));
        let line = "| stat | 1.00 us ×1.00 (1.00–1.00) | 9.50 us ×9.50 (9.50–9.50) |\n";
        assert!(tables.contains(line));
        assert!(tables.contains("| stat | 2.00 s / 0.50 s | 2.00 s / 0.50 s |\n"));
    }
}
