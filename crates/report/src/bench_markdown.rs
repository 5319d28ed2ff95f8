//! A comparison as a Markdown table.

use std::fmt::Write;

use keelback_bench::session::{Comparison, Outcome};

use crate::bench_words::{change, figure, remark, verdict};

/// One row per comparison.
pub fn table(outcome: &Outcome) -> String {
    let mut text =
        String::from("| kernel | A | B | change | verdict | |\n|:--|--:|--:|--:|:--|:--|\n");
    for comparison in &outcome.summary.comparisons {
        row(&mut text, comparison, outcome);
    }
    text
}

fn row(text: &mut String, comparison: &Comparison, outcome: &Outcome) {
    let metric = comparison.metric.metric;
    let side = |name: &str, value| format!("{} {}", escaped(name), figure(metric, value));
    let _ = writeln!(
        text,
        "| {} | {} | {} | {} | {} | {} |",
        escaped(&comparison.kernel),
        side(&comparison.a, comparison.medians.0),
        side(&comparison.b, comparison.medians.1),
        comparison
            .decision
            .effect
            .as_ref()
            .map(change)
            .unwrap_or_default(),
        verdict(&comparison.decision, &outcome.rule),
        remark(comparison),
    );
}

/// A bar would end the cell.
fn escaped(name: &str) -> String {
    name.replace('|', "\\|")
}
