//! The rule that turns pairs into a verdict.

use super::{effect::Effect, family::Family, forecast, looks::Looks, walsh::Walsh};

/// What the pairs say about B against A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// B takes less than A.
    Faster,
    /// B takes more than A.
    Slower,
    /// Whatever difference there is, it is smaller than the margin.
    Same,
    /// Neither can be said yet.
    Undecided,
}

impl Verdict {
    /// Is a difference claimed?
    pub fn changed(self) -> bool {
        matches!(self, Verdict::Faster | Verdict::Slower)
    }
}

/// When to look, how often to be wrong, and what difference would not matter.
#[derive(Clone, Debug)]
pub struct Rule {
    /// When the pairs are looked at.
    pub looks: Looks,
    /// The chance of a false "faster" or "slower" over all looks, e.g. 0.05.
    pub error: f64,
    /// The smallest difference that matters, as a fraction, e.g. 0.01.
    pub delta: f64,
    /// What `error` is of, where there are several kernels.
    pub family: Family,
}

impl Default for Rule {
    fn default() -> Self {
        Rule {
            looks: Looks::up_to(80),
            error: 0.05,
            delta: 0.01,
            family: Family::default(),
        }
    }
}

/// A verdict and the look it was reached at.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What can be said.
    pub verdict: Verdict,
    /// The difference at the deciding, or the latest, look; `None` before the
    /// first.
    pub effect: Option<Effect>,
    /// Pairs at that look.
    pub pairs: usize,
    /// How many pairs beyond these would probably decide, for an undecided
    /// session; `None` when no sensible number would.
    pub more_pairs: Option<usize>,
}

impl Rule {
    /// Decides from the log ratios ln(B / A) of pairs, in the order measured.
    ///
    /// Only whole looks count: pairs after the latest look wait for the next.
    pub fn decide(&self, log_ratios: &[f64]) -> Decision {
        let mut latest = nothing_yet();
        for (pairs, share) in self.looks.shares() {
            let Some(seen) = log_ratios.get(..pairs) else {
                break;
            };
            latest = self.look(seen, share);
            if latest.verdict != Verdict::Undecided {
                return latest;
            }
        }
        latest.more_pairs = latest
            .effect
            .and_then(|effect| forecast::more_pairs(self, &effect, latest.pairs));
        latest
    }

    fn look(&self, seen: &[f64], share: f64) -> Decision {
        let effect = Walsh::of(seen).effect(self.error * share);
        Decision {
            verdict: self.judge(&effect),
            effect: Some(effect),
            pairs: seen.len(),
            more_pairs: None,
        }
    }

    /// A difference that is certain but smaller than the margin is "same":
    /// nobody is helped by "0.2 % slower, significant".
    pub(super) fn judge(&self, effect: &Effect) -> Verdict {
        if effect.within(self.delta.ln_1p()) {
            Verdict::Same
        } else if effect.low > 0.0 {
            Verdict::Slower
        } else if effect.high < 0.0 {
            Verdict::Faster
        } else {
            Verdict::Undecided
        }
    }

    /// The p value of "no difference" over all looks so far: the error at
    /// which this rule would have claimed one by now.
    pub fn p_value(&self, log_ratios: &[f64]) -> f64 {
        self.looks
            .shares()
            .filter_map(|(pairs, share)| Some((log_ratios.get(..pairs)?, share)))
            .map(|(seen, share)| Walsh::of(seen).p_value() / share)
            .fold(1.0, f64::min)
    }
}

fn nothing_yet() -> Decision {
    Decision {
        verdict: Verdict::Undecided,
        effect: None,
        pairs: 0,
        more_pairs: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` log ratios around `center` that alternate by `spread`.
    fn around(center: f64, spread: f64, count: usize) -> Vec<f64> {
        (0..count)
            .map(|i| center + spread * (i as f64 * 0.754_877).fract() - spread / 2.0)
            .collect()
    }

    #[test]
    fn a_clear_difference_stops_at_the_first_look() {
        let decision = Rule::default().decide(&around(0.10, 0.02, 80));
        assert_eq!((decision.verdict, decision.pairs), (Verdict::Slower, 10));
    }

    #[test]
    fn a_difference_below_the_margin_is_the_same() {
        let decision = Rule::default().decide(&around(-0.002, 0.004, 80));
        assert_eq!(decision.verdict, Verdict::Same);
        assert!(
            decision.effect.unwrap().high < 0.0,
            "certain, yet too small"
        );
    }

    #[test]
    fn before_the_first_look_there_is_nothing_to_say() {
        let decision = Rule::default().decide(&around(0.5, 0.01, 9));
        assert_eq!(
            (decision.verdict, decision.effect),
            (Verdict::Undecided, None)
        );
    }

    #[test]
    fn the_p_value_is_where_the_claim_begins() {
        let pairs = around(0.004, 0.03, 40);
        let p = Rule::default().p_value(&pairs);
        let at = |error| {
            Rule {
                error,
                delta: 0.0,
                ..Rule::default()
            }
            .decide(&pairs)
        };
        assert!(at(p * 1.001).verdict.changed());
        assert!(!at(p * 0.999).verdict.changed());
    }
}
