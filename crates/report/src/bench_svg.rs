//! The pairs of every comparison as a picture.

use std::fmt::Write;

use keelback_bench::decide::{Effect, effect::percent};
use keelback_bench::session::{Arm, Comparison, Kernel, Outcome};

use crate::bench_words::{change, label, verdict};
use crate::markup::escaped;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 20.0;
const RIGHT: f64 = 740.0;
/// Of one comparison: a line of text above, the pairs below.
const ROW: f64 = 84.0;
const TOP: f64 = 20.0;
/// Of one side's layouts, below the pairs.
const LAYOUTS: f64 = 34.0;

/// One row per comparison: a histogram with a dot per pair, the estimate with its interval, and
/// the band within which two sides count as the same. Where each run was of another layout, there
/// is a dot per layout below, for either side. The scale is shared.
pub fn picture(outcome: &Outcome) -> String {
    let comparisons = &outcome.summary.comparisons;
    let pairs: Vec<Vec<f64>> = comparisons
        .iter()
        .map(|comparison| percentages(outcome, comparison))
        .collect();
    let scale = Scale::over(pairs.iter().flatten().copied(), 100.0 * outcome.rule.delta);
    let height = TOP + comparisons.iter().map(room).sum::<f64>() + 40.0;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>"##
    );
    band(&mut svg, &scale, 100.0 * outcome.rule.delta, height);
    let mut y = TOP;
    for (comparison, pairs) in comparisons.iter().zip(&pairs) {
        row(&mut svg, &scale, y, outcome, comparison, pairs);
        layouts(&mut svg, &scale, y + ROW, outcome, comparison);
        y += room(comparison);
    }
    axis(&mut svg, &scale, height - 24.0);
    svg.push_str("</svg>\n");
    svg
}

/// The height of a comparison.
fn room(comparison: &Comparison) -> f64 {
    ROW + comparison.layout_sd.map_or(0.0, |_| 2.0 * LAYOUTS)
}

/// Each pair's change, percent.
fn percentages(outcome: &Outcome, comparison: &Comparison) -> Vec<f64> {
    let Some((kernel, arm)) = runs_of(outcome, comparison, &comparison.b) else {
        return Vec::new();
    };
    let log_ratios = kernel.log_ratios(arm, comparison.metric.metric);
    log_ratios.into_iter().map(percent).collect()
}

/// Each layout of a side against that side's middle one, percent.
fn spread(outcome: &Outcome, comparison: &Comparison, side: &str) -> Vec<f64> {
    let Some((kernel, arm)) = runs_of(outcome, comparison, side) else {
        return Vec::new();
    };
    let metric = comparison.metric.metric;
    let median = kernel.median(arm, metric);
    let runs = kernel.rounds.iter().filter_map(|round| round.of(arm));
    runs.map(|run| percent((metric.of(run) / median).ln()))
        .collect()
}

/// Where the runs of a side are.
fn runs_of<'a>(
    outcome: &'a Outcome,
    comparison: &Comparison,
    side: &str,
) -> Option<(&'a Kernel, Arm)> {
    let recording = &outcome.recording;
    let number = recording.sides.iter().position(|name| name == side)?;
    let mut kernels = recording.kernels.iter();
    let kernel = kernels.find(|it| it.name == comparison.kernel)?;
    Some((kernel, Arm::Side(number)))
}

/// Percent to pixels, the same to both sides of zero.
struct Scale {
    most: f64,
}

impl Scale {
    /// Wide enough for nine pairs in ten: the few disturbed ones are drawn at
    /// the edge instead of squeezing the rest.
    fn over(values: impl Iterator<Item = f64>, delta: f64) -> Scale {
        let mut sizes: Vec<f64> = values.map(f64::abs).collect();
        sizes.sort_by(f64::total_cmp);
        let most = sizes.get(sizes.len() * 9 / 10).copied().unwrap_or(0.0);
        Scale {
            most: 1.15 * most.max(2.0 * delta),
        }
    }

    fn x(&self, percent: f64) -> f64 {
        let share = (percent / self.most).clamp(-1.0, 1.0);
        f64::midpoint(LEFT, RIGHT) + share * (RIGHT - LEFT) / 2.0
    }
}

fn band(svg: &mut String, scale: &Scale, delta: f64, height: f64) {
    let (low, high) = (scale.x(-delta), scale.x(delta));
    let bottom = height - 40.0;
    let _ = writeln!(
        svg,
        r##"<rect x="{low:.1}" width="{:.1}" y="{TOP}" height="{:.1}" fill="#eef1f4"/>"##,
        high - low,
        bottom - TOP
    );
    let zero = scale.x(0.0);
    let _ = writeln!(
        svg,
        r##"<path d="M{zero:.1} {TOP}V{bottom}" stroke="#8a949e"/>"##
    );
}

fn row(
    svg: &mut String,
    scale: &Scale,
    y: f64,
    outcome: &Outcome,
    comparison: &Comparison,
    pairs: &[f64],
) {
    let label = label(comparison, outcome.recording.sides.len());
    let change = comparison
        .decision
        .effect
        .as_ref()
        .map(change)
        .unwrap_or_default();
    let verdict = verdict(&comparison.decision, &outcome.rule);
    let title = escaped(&format!("{label}  {change}  {verdict}"));
    let _ = writeln!(
        svg,
        r#"<text x="{LEFT}" y="{:.1}">{title}</text>"#,
        y + 16.0
    );
    histogram(svg, scale, y + 58.0, pairs);
    for (number, percent) in pairs.iter().enumerate() {
        // Golden-ratio steps spread the dots without chance.
        let jitter = 28.0 * (number as f64 * 0.618_034).fract();
        let (x, y) = (scale.x(*percent), y + 28.0 + jitter);
        let _ = writeln!(
            svg,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="2.5" fill="#2f6fb2" fill-opacity=".55"/>"##
        );
    }
    if let Some(effect) = &comparison.decision.effect {
        interval(svg, scale, y + 66.0, effect);
    }
}

/// What layout alone does to either side.
fn layouts(svg: &mut String, scale: &Scale, y: f64, outcome: &Outcome, comparison: &Comparison) {
    let Some((a, b)) = comparison.layout_sd else {
        return;
    };
    for (number, (side, sd)) in [(&comparison.a, a), (&comparison.b, b)].iter().enumerate() {
        let y = y + LAYOUTS * number as f64;
        let title = escaped(&format!("layouts of {side}  sd {:.1} %", 100.0 * sd));
        let _ = writeln!(
            svg,
            r##"<text x="{LEFT}" y="{:.1}" fill="#57606a">{title}</text>"##,
            y + 10.0
        );
        for percent in spread(outcome, comparison, side) {
            let x = scale.x(percent);
            let _ = writeln!(
                svg,
                r##"<circle cx="{x:.1}" cy="{:.1}" r="2.5" fill="#8a5a00" fill-opacity=".55"/>"##,
                y + 22.0
            );
        }
    }
}

/// Bars of a histogram over the whole width.
const BARS: usize = 48;

/// Height of the fullest bar.
const BAR: f64 = 32.0;

/// How the pairs are distributed, behind their dots.
fn histogram(svg: &mut String, scale: &Scale, bottom: f64, pairs: &[f64]) {
    let counts = counted(scale, pairs);
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let width = (RIGHT - LEFT) / BARS as f64;
    for (bar, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = BAR * *count as f64 / most as f64;
        let (x, y) = (LEFT + width * bar as f64, bottom - height);
        let _ = writeln!(
            svg,
            r##"<rect x="{x:.1}" y="{y:.1}" width="{:.1}" height="{height:.1}" fill="#d3e0ee"/>"##,
            width - 1.0
        );
    }
}

/// How many pairs fall on each bar.
fn counted(scale: &Scale, pairs: &[f64]) -> [usize; BARS] {
    let mut counts = [0; BARS];
    for percent in pairs {
        let share = (scale.x(*percent) - LEFT) / (RIGHT - LEFT);
        counts[((share * BARS as f64) as usize).min(BARS - 1)] += 1;
    }
    counts
}

fn interval(svg: &mut String, scale: &Scale, y: f64, effect: &Effect) {
    let (low, high) = effect.percent_interval();
    let (low, high, middle) = (scale.x(low), scale.x(high), scale.x(effect.percent()));
    let _ = writeln!(
        svg,
        r##"<path d="M{low:.1} {y}H{high:.1}" stroke="#b3261e" stroke-width="2"/><circle cx="{middle:.1}" cy="{y}" r="4" fill="#b3261e"/>"##
    );
}

fn axis(svg: &mut String, scale: &Scale, y: f64) {
    for share in [-1.0, -0.5, 0.0, 0.5, 1.0] {
        let percent = scale.most * share;
        let anchor = match share {
            -1.0 => "start",
            1.0 => "end",
            _ => "middle",
        };
        let x = scale.x(percent);
        let _ = writeln!(
            svg,
            r##"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" fill="#57606a">{percent:+.1} %</text>"##
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_in_one_bar() {
        let pairs = [-900.0, -2.0, 0.0, 0.1, 3.0, 900.0];
        let scale = Scale { most: 4.0 };
        let counts = counted(&scale, &pairs);
        assert_eq!(counts.iter().sum::<usize>(), pairs.len());
        assert_eq!((counts[0], counts[BARS / 2], counts[BARS - 1]), (1, 2, 1));
    }

    #[test]
    fn a_wild_pair_stays_at_the_edge() {
        let scale = Scale::over((0..100).map(|i| if i == 0 { 900.0 } else { 3.0 }), 1.0);
        assert!((scale.most - 3.45).abs() < 1e-9);
        assert_eq!(scale.x(900.0), RIGHT);
        assert_eq!(scale.x(0.0), 380.0);
    }
}
