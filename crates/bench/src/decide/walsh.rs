//! Walsh averages: the pairwise means that Hodges-Lehmann's estimate and
//! Wilcoxon's test are both made of.

use super::{effect::Effect, signed_rank::SignedRank};

/// Every (x_i + x_j) / 2 with i <= j, in ascending order.
#[derive(Clone, Debug)]
pub struct Walsh {
    sorted: Vec<f64>,
    pairs: usize,
}

impl Walsh {
    /// The averages of `sample`, which must be finite numbers, at least one.
    pub fn of(sample: &[f64]) -> Walsh {
        let mut sorted = averages(sample);
        sorted.sort_by(f64::total_cmp);
        let pairs = sample.len();
        Walsh { sorted, pairs }
    }

    /// Hodges and Lehmann's estimate of the centre: the median of the averages.
    pub fn center(&self) -> f64 {
        let count = self.sorted.len();
        (self.sorted[(count - 1) / 2] + self.sorted[count / 2]) / 2.0
    }

    /// The estimate with the interval of all shifts that Wilcoxon's test at
    /// `error` (two-sided) does not reject.
    ///
    /// With ties the closed interval covers at least as often as promised.
    pub fn effect(&self, error: f64) -> Effect {
        let log_ratio = self.center();
        match SignedRank::new(self.pairs).cut(error / 2.0) {
            None => Effect {
                log_ratio,
                low: f64::NEG_INFINITY,
                high: f64::INFINITY,
            },
            Some(cut) => Effect {
                log_ratio,
                low: self.sorted[cut],
                high: self.sorted[self.sorted.len() - 1 - cut],
            },
        }
    }

    /// The two-sided p value of "no difference".
    ///
    /// A zero counts against both sides, so p <= error exactly when the
    /// interval at that error excludes zero.
    pub fn p_value(&self) -> f64 {
        let not_above = self.sorted.partition_point(|&w| w <= 0.0);
        let below = self.sorted.partition_point(|&w| w < 0.0);
        let not_below = self.sorted.len() - below;
        let rarer = not_above.min(not_below);
        (2.0 * SignedRank::new(self.pairs).at_most(rarer)).min(1.0)
    }
}

/// Hodges and Lehmann's estimate alone, without sorting all averages.
pub fn center(sample: &[f64]) -> f64 {
    let mut averages = averages(sample);
    let middle = averages.len() / 2;
    let odd = averages.len() % 2 == 1;
    let (below, &mut upper, _) = averages.select_nth_unstable_by(middle, f64::total_cmp);
    match below.iter().copied().max_by(f64::total_cmp) {
        Some(lower) if !odd => (lower + upper) / 2.0,
        _ => upper,
    }
}

fn averages(sample: &[f64]) -> Vec<f64> {
    (0..sample.len())
        .flat_map(|i| (i..sample.len()).map(move |j| (i, j)))
        .map(|(i, j)| (sample[i] + sample[j]) / 2.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_pairs_on_one_side_are_the_fewest_that_can_convince() {
        let five = Walsh::of(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        let six = Walsh::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(five.effect(0.05).low, f64::NEG_INFINITY);
        assert_eq!(six.effect(0.05).low, 1.0);
    }

    #[test]
    fn the_quick_center_is_the_center() {
        for n in 1..12 {
            let sample: Vec<f64> = (0..n).map(|i| (f64::from(i) * 0.618).fract()).collect();
            assert_eq!(center(&sample), Walsh::of(&sample).center());
        }
    }

    #[test]
    fn identical_pairs_are_no_evidence() {
        assert_eq!(Walsh::of(&[0.0; 20]).p_value(), 1.0);
    }
}
