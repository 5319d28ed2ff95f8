//! Two series that were measured apart, one after the other.
//!
//! No pairs, so no test that holds by construction: whatever happened to the
//! machine in between is in the difference. All that can be done is to widen
//! the interval by how far each series is seen to drift by itself.

use super::{effect::Effect, rule::Rule, rule::Verdict};

/// B against A, not interleaved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Apart {
    /// The difference, with the widened 95 % interval.
    pub effect: Effect,
    /// By how much the interval was widened at each end (log scale): the larger
    /// of the two series' differences between its halves.
    pub drift: f64,
    /// What can be said, with all reserve.
    pub verdict: Verdict,
}

/// The fewest values a series needs for halves worth comparing.
pub const FEWEST: usize = 6;

/// The normal quantile of 97.5 %.
const QUANTILE: f64 = 1.96;

impl Apart {
    /// Compares two series of positive figures, each in the order measured;
    /// `None` if one has fewer than [`FEWEST`].
    pub fn of(a: &[f64], b: &[f64], rule: &Rule) -> Option<Apart> {
        if a.len() < FEWEST || b.len() < FEWEST {
            return None;
        }
        let (a, b) = (logs(a), logs(b));
        let drift = drift(&a).max(drift(&b));
        let shift = shift(&a, &b);
        let effect = Effect {
            low: shift.low - drift,
            high: shift.high + drift,
            ..shift
        };
        Some(Apart {
            effect,
            drift,
            verdict: rule.judge(&effect),
        })
    }
}

fn logs(figures: &[f64]) -> Vec<f64> {
    figures
        .iter()
        .map(|figure| figure.max(f64::MIN_POSITIVE).ln())
        .collect()
}

/// Hodges and Lehmann's shift between two samples with the interval of Mann and
/// Whitney's test, by its normal approximation.
fn shift(a: &[f64], b: &[f64]) -> Effect {
    let mut differences: Vec<f64> = a
        .iter()
        .flat_map(|a| b.iter().map(move |b| b - a))
        .collect();
    differences.sort_by(f64::total_cmp);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let sd = (n * m * (n + m + 1.0) / 12.0).sqrt();
    let cut = (n * m / 2.0 - QUANTILE * sd).floor().max(0.0) as usize;
    let last = differences.len() - 1;
    Effect {
        log_ratio: median(&differences),
        low: differences[cut],
        high: differences[last - cut],
    }
}

fn drift(series: &[f64]) -> f64 {
    let (first, second) = series.split_at(series.len() / 2);
    let sorted = |half: &[f64]| {
        let mut half = half.to_vec();
        half.sort_by(f64::total_cmp);
        median(&half)
    };
    (sorted(second) - sorted(first)).abs()
}

fn median(sorted: &[f64]) -> f64 {
    (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(center: f64, slope: f64) -> Vec<f64> {
        let wobble = |i: i32| 0.01 * (f64::from(i) * 0.618).fract();
        (0..20)
            .map(|i| center * (1.0 + wobble(i) + slope * f64::from(i)))
            .collect()
    }

    #[test]
    fn steady_series_tell_their_difference() {
        let apart = Apart::of(&series(1.0, 0.0), &series(1.05, 0.0), &Rule::default()).unwrap();
        assert_eq!(apart.verdict, Verdict::Slower);
        assert!((apart.effect.percent() - 5.0).abs() < 0.5);
    }

    #[test]
    fn a_drift_as_large_as_the_difference_drowns_it() {
        let apart = Apart::of(&series(1.0, 0.01), &series(1.05, 0.0), &Rule::default()).unwrap();
        assert_eq!(apart.verdict, Verdict::Undecided);
        assert!(apart.drift > 0.05);
    }

    #[test]
    fn the_shift_is_numpys() {
        // numpy.median(numpy.subtract.outer(b, a)) of these is 2.
        let effect = shift(&[1.0, 2.0, 3.0, 4.0], &[3.0, 5.0, 6.0, 5.0]);
        assert_eq!(effect.log_ratio, 2.0);
    }
}
