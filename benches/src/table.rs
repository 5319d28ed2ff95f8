//! The table of cost, as text and as JSON.

use serde_json::{Value, json};

use crate::plan::Row;
use crate::stats::Spread;

/// The table for people, in Markdown.
pub fn text(rows: &[Row]) -> String {
    let head = "| workload | under | in the program | ratio (middle half) | CPU ratio | whole command | recorder's CPU |\n\
                | --- | --- | ---: | ---: | ---: | ---: | ---: |\n";
    let lines = rows.iter().map(|row| {
        format!(
            "| {} | {} | {} a {} | {} | {:.3} | {:.2} s | {:.2} s |\n",
            row.workload,
            row.tool,
            time(row.seconds.median),
            row.unit,
            ratio(row.ratio),
            row.cpu_ratio.median,
            row.whole.median,
            row.tool_cpu.median,
        )
    });
    head.to_owned() + &lines.collect::<String>()
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

fn ratio(it: Spread) -> String {
    format!("{:.3} ({:.3} to {:.3})", it.median, it.low, it.high)
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
    use super::time;

    #[test]
    fn times_have_units() {
        assert_eq!(time(62e-9), "62 ns");
        assert_eq!(time(1.234e-6), "1.23 us");
        assert_eq!(time(0.0553), "55.3 ms");
    }
}
