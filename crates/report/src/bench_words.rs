//! How the figures of a comparison are written, the same in every format.

use keelback_bench::decide::{Decision, Effect, Rule, Verdict};
use keelback_bench::run::Metric;
use keelback_bench::session::Comparison;

/// `-2.9 % [-3.6, -2.1]`; without the interval when the pairs are too few.
pub(crate) fn change(effect: &Effect) -> String {
    let (low, high) = effect.percent_interval();
    let change = format!("{} %", signed(effect.percent()));
    if low.is_finite() && high.is_finite() && effect.low.is_finite() {
        format!("{change} [{}, {}]", signed(low), signed(high))
    } else {
        change
    }
}

/// One digit behind the point, none from a hundred on, always with its sign.
pub(crate) fn signed(percent: f64) -> String {
    if percent.abs() >= 100.0 {
        format!("{percent:+.0}")
    } else {
        format!("{:+.1}", if percent.abs() < 0.05 { 0.0 } else { percent })
    }
}

/// The verdict in words.
pub(crate) fn verdict(decision: &Decision, rule: &Rule) -> String {
    match decision.verdict {
        Verdict::Same => format!("same within {} %", trimmed(100.0 * rule.delta)),
        other => word(other).to_owned(),
    }
}

/// The verdict as machines read it.
pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Faster => "faster",
        Verdict::Slower => "slower",
        Verdict::Same => "same",
        Verdict::Undecided => "undecided",
    }
}

/// `(32 pairs; layout sd 2.4 %)`.
pub(crate) fn remark(comparison: &Comparison) -> String {
    let pairs = comparison.decision.pairs.max(comparison.pairs);
    let mut remark = format!("{pairs} pair{}", if pairs == 1 { "" } else { "s" });
    if let Some((a, b)) = comparison.layout_sd {
        remark += &format!("; layout sd {:.1} %", 100.0 * a.max(b));
    }
    if let Some(more) = comparison.decision.more_pairs {
        let pairs = (comparison.decision.pairs + more).next_multiple_of(10);
        remark += &format!("; --pairs {pairs} would probably decide");
    }
    remark
}

/// What a comparison is of: the kernel, the side, or both.
pub(crate) fn label(comparison: &Comparison, sides: usize) -> String {
    let Comparison { kernel, a, b, .. } = comparison;
    match (kernel.as_str(), sides) {
        ("command", _) => format!("{b} against {a}"),
        (_, 2) => kernel.clone(),
        _ => format!("{kernel}, {b}"),
    }
}

/// A metric's name.
pub(crate) fn name(metric: Metric) -> &'static str {
    match metric {
        Metric::Cpu => "CPU time",
        Metric::Wall => "wall time",
        Metric::MaxRss => "max RSS",
        Metric::Faults => "page faults",
        Metric::Switches => "switches",
    }
}

/// A metric's name as machines read it.
pub(crate) fn key(metric: Metric) -> &'static str {
    match metric {
        Metric::Cpu => "cpu",
        Metric::Wall => "wall",
        Metric::MaxRss => "max_rss",
        Metric::Faults => "faults",
        Metric::Switches => "switches",
    }
}

/// A figure with the unit of its metric.
pub(crate) fn figure(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Cpu | Metric::Wall => {
            scaled(value, &[("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9)])
        }
        Metric::MaxRss => scaled(
            value,
            &[
                ("B", 1.0),
                ("KiB", 1024.0),
                ("MiB", 1_048_576.0),
                ("GiB", 1_073_741_824.0),
            ],
        ),
        Metric::Faults | Metric::Switches => format!("{value:.0}"),
    }
}

/// Three digits in the largest unit that keeps one before the point.
fn scaled(value: f64, units: &[(&str, f64)]) -> String {
    let (unit, size) = units
        .iter()
        .rev()
        .find(|(_, size)| value >= *size)
        .unwrap_or(&units[0]);
    let value = value / size;
    let decimals = match value {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$} {unit}")
}

/// A number without superfluous zeros.
pub(crate) fn trimmed(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        assert_eq!(figure(Metric::Wall, 12_345_678.0), "12.3 ms");
        assert_eq!(figure(Metric::Cpu, 999.0), "999 ns");
        assert_eq!(figure(Metric::MaxRss, 9.5 * 1_048_576.0), "9.50 MiB");
        assert_eq!(figure(Metric::Faults, 1234.0), "1234");
    }

    #[test]
    fn nothing_is_minus_zero() {
        assert_eq!(signed(-0.01), "+0.0");
        assert_eq!(signed(-2.94), "-2.9");
        assert_eq!(signed(141.4), "+141");
    }

    #[test]
    fn a_margin_has_no_superfluous_zeros() {
        assert_eq!(trimmed(1.0), "1");
        assert_eq!(trimmed(0.25), "0.25");
    }
}
