//! A difference between two sides, on the log scale.

/// How B compares with A: the logarithm of their ratio, with an interval.
///
/// Logs make "B takes twice as long" and "A takes twice as long" equally far
/// from zero, which a ratio or a percentage does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The estimate of ln(B / A).
    pub log_ratio: f64,
    /// Lower end of the interval; minus infinity when the pairs are too few.
    pub low: f64,
    /// Upper end of the interval; infinity when the pairs are too few.
    pub high: f64,
}

impl Effect {
    /// B / A.
    pub fn ratio(&self) -> f64 {
        self.log_ratio.exp()
    }

    /// How much more B takes than A, in percent: +3 is three percent slower.
    pub fn percent(&self) -> f64 {
        percent(self.log_ratio)
    }

    /// The interval in percent.
    pub fn percent_interval(&self) -> (f64, f64) {
        (percent(self.low), percent(self.high))
    }

    /// Does the interval lie inside `-margin ..= margin` (log scale)?
    pub fn within(&self, margin: f64) -> bool {
        -margin <= self.low && self.high <= margin
    }
}

/// A log ratio as a percentage of change.
pub fn percent(log_ratio: f64) -> f64 {
    100.0 * log_ratio.exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_is_plus_one_hundred_percent() {
        let effect = Effect {
            log_ratio: 2f64.ln(),
            low: 0.0,
            high: 4f64.ln(),
        };
        assert!((effect.percent() - 100.0).abs() < 1e-9);
        assert!((effect.percent_interval().1 - 300.0).abs() < 1e-9);
    }

    #[test]
    fn an_unbounded_interval_is_within_nothing() {
        let effect = Effect {
            log_ratio: 0.0,
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
        };
        assert!(!effect.within(10.0));
    }
}
