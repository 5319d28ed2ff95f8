//! Two earlier files side by side.

use std::fmt::Write;

use keelback_bench::decide::{Rule, apart::Apart};

use crate::bench_words::{change, trimmed, word};
use keelback_bench::decide::Verdict;

/// One line per series, each with the reserve it deserves.
pub fn results(comparisons: &[(String, Option<Apart>)], rule: &Rule) -> String {
    let mut text = String::new();
    for (name, apart) in comparisons {
        let line = match apart {
            Some(apart) => format!(
                "{name}  {}  {}  (not interleaved; interval widened by a drift of {:.1} %)",
                change(&apart.effect),
                verdict(apart.verdict, rule),
                100.0 * apart.drift.exp_m1(),
            ),
            None => format!("{name}  too few values"),
        };
        let _ = writeln!(text, "{line}");
    }
    text
}

fn verdict(verdict: Verdict, rule: &Rule) -> String {
    match verdict {
        Verdict::Same => format!("same within {} %", trimmed(100.0 * rule.delta)),
        other => word(other).to_owned(),
    }
}
