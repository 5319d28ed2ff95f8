//! A comparison on the terminal.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use keelback_bench::decide::{Overall, Power, Rule, Verdict};
use keelback_bench::run::Metric;
use keelback_bench::session::{Comparison, Outcome, SelfCheck};
use unicode_width::UnicodeWidthStr;

use crate::bench_luck;
use crate::bench_words::{change, figure, label, name, remark, trimmed, verdict};

/// The results: one line per comparison; for a single one also its other
/// metrics; then the mean over kernels and the check of the session itself.
pub fn results(outcome: &Outcome) -> String {
    let mut text = String::new();
    let sides = outcome.recording.sides.len();
    let comparisons = &outcome.summary.comparisons;
    let width = comparisons
        .iter()
        .map(|c| label(c, sides).width())
        .max()
        .unwrap_or(0);
    for comparison in comparisons {
        line(&mut text, comparison, &outcome.rule, width, sides);
        if outcome.recording.kernels.len() == 1 {
            metrics(&mut text, comparison);
        }
    }
    text + &below(outcome)
}

/// What follows from all comparisons together, a line each.
pub(crate) fn below(outcome: &Outcome) -> String {
    let mut text = String::new();
    instructions(&mut text, outcome);
    bench_luck::lessons(&mut text, outcome);
    overall(&mut text, &outcome.summary.overall);
    if let Some(check) = &outcome.summary.self_check {
        self_check(&mut text, check, &outcome.recording.sides[0]);
    }
    for (kernel, power) in &outcome.power {
        self::power(&mut text, kernel, power, &outcome.rule);
    }
    text
}

fn power(text: &mut String, kernel: &str, power: &Power, rule: &Rule) {
    let pairs = rule.looks.most();
    let wrong = 100.0 * power.wrong;
    let seen = match power.smallest {
        Some(smallest) => format!("{} % is found in nine of ten", trimmed(100.0 * smallest)),
        None => "not even 50 % is found in nine of ten".to_owned(),
    };
    let _ = writeln!(
        text,
        "{kernel}: of sessions of {pairs} pairs, resampled from these, {wrong:.1} % claim a difference that is not there; {seen}"
    );
}

fn line(text: &mut String, comparison: &Comparison, rule: &Rule, width: usize, sides: usize) {
    let label = label(comparison, sides);
    let pad = " ".repeat(width - label.width());
    let decision = &comparison.decision;
    let change = match &decision.effect {
        Some(effect) => change(effect),
        None => "too few pairs".to_owned(),
    };
    let style = style(decision.verdict);
    let verdict = verdict(decision, rule);
    let remark = remark(comparison);
    let _ = writeln!(
        text,
        "{label}{pad}  {change}  {style}{verdict}{style:#}  ({remark})"
    );
}

fn style(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::Faster => AnsiColor::Green,
        Verdict::Slower => AnsiColor::Red,
        Verdict::Same => return Style::new().bold(),
        Verdict::Undecided => AnsiColor::Yellow,
    };
    Style::new().bold().fg_color(Some(color.into()))
}

fn metrics(text: &mut String, comparison: &Comparison) {
    let metric = comparison.metric.metric;
    metric_line(text, metric, comparison.medians, "decides");
    for beside in &comparison.beside {
        metric_line(text, beside.metric, beside.medians, &change(&beside.effect));
    }
}

fn metric_line(text: &mut String, metric: Metric, medians: (f64, f64), remark: &str) {
    let (a, b) = (figure(metric, medians.0), figure(metric, medians.1));
    let _ = writeln!(text, "  {:<12}{a:>9} -> {b:<9}  {remark}", name(metric));
}

/// The second figure: it tells other code from another place for the same.
fn instructions(text: &mut String, outcome: &Outcome) {
    let sides = outcome.recording.sides.len();
    for comparison in &outcome.summary.comparisons {
        let Some((log_ratio, same)) = outcome.instructions_of(comparison) else {
            continue;
        };
        let ratio = 100.0 * log_ratio.exp_m1();
        let label = label(comparison, sides);
        let follows = match (comparison.decision.verdict.changed(), same) {
            (true, true) => ": as many instructions, another time: layout, memory or waiting",
            (true, false) => ": other code runs",
            (false, true) => ": as many",
            (false, false) => "",
        };
        let _ = writeln!(text, "instructions, {label}  {ratio:+.2} %{follows}");
    }
}

fn overall(text: &mut String, overall: &[(String, Overall)]) {
    for (side, overall) in overall {
        let change = change(&overall.effect);
        let _ = writeln!(
            text,
            "geometric mean, {side}  {change}  ({} kernels)",
            overall.kernels
        );
    }
}

fn self_check(text: &mut String, check: &SelfCheck, side: &str) {
    let verdict = if check.is_void() {
        "differs: this session is void"
    } else if check.can_tell() {
        "no difference"
    } else {
        "too few to tell"
    };
    let _ = writeln!(
        text,
        "{side} against itself: {} pairs, {verdict}",
        check.pairs
    );
}

/// What a reader should know about how the results came about, in sentences.
pub fn remarks(outcome: &Outcome) -> Vec<String> {
    let mut remarks = outcome.warnings.clone();
    remarks.extend(why_this_metric(outcome));
    remarks
}

fn why_this_metric(outcome: &Outcome) -> Option<String> {
    let choice = outcome.summary.comparisons.first()?.metric;
    let busy = 100.0 * choice.busy;
    let asleep = 100.0 * choice.asleep;
    match choice.metric {
        Metric::Cpu if !choice.asked && choice.asleep > 0.2 => Some(format!(
            "CPU time decides, because someone waited for a CPU {busy:.0} % of the time; \
             the program also slept {asleep:.0} % of its time, which CPU time does not see (--metric wall does)"
        )),
        Metric::Cpu if !choice.asked => Some(format!(
            "CPU time decides, because someone waited for a CPU {busy:.0} % of the time"
        )),
        Metric::Wall if !choice.asked && choice.busy > 0.05 => Some(format!(
            "wall time decides, because the program slept {asleep:.0} % of its time; \
             someone waited for a CPU {busy:.0} % of the time, so expect to need many pairs"
        )),
        Metric::Wall if choice.asked && choice.busy > 0.05 => Some(format!(
            "wall time decides as asked, though someone waited for a CPU {busy:.0} % of the time"
        )),
        _ => None,
    }
}
