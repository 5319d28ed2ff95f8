//! How many more pairs would decide.

use super::{effect::Effect, rule::Rule, signed_rank::SignedRank};

/// Beyond this a session would take longer than anybody waits; the honest
/// answer is then that the difference sits at the edge of the margin.
const MOST: f64 = 5_000.0;

/// The normal quantile of 0.8: the forecast number decides four times in five.
const FOUR_IN_FIVE: f64 = 0.841_6;

/// The pairs to add to `pairs` so that a session of that length probably
/// decides, if the difference is as estimated.
pub(super) fn more_pairs(rule: &Rule, effect: &Effect, pairs: usize) -> Option<usize> {
    let half_width = (effect.high - effect.low) / 2.0;
    if !half_width.is_finite() {
        return Some(rule.looks.sizes()[0].max(10));
    }
    let quantile = quantile(rule.error * rule.looks.last_share());
    let spread = half_width * (pairs as f64).sqrt() / quantile;
    let wanted = needed_width(rule, effect);
    let total = ((quantile + FOUR_IN_FIVE) * spread / wanted).powi(2);
    (total <= MOST).then(|| round_up_to_ten(total - pairs as f64))
}

/// The half width at which the interval around the estimate excludes zero or
/// fits into the margin, whichever is the easier.
fn needed_width(rule: &Rule, effect: &Effect) -> f64 {
    let estimate = effect.log_ratio.abs();
    estimate.max(rule.delta.ln_1p() - estimate)
}

fn round_up_to_ten(pairs: f64) -> usize {
    ((pairs / 10.0).ceil().max(1.0) as usize) * 10
}

/// The two-sided normal quantile of `error`, read off the signed-rank
/// distribution of 80 pairs, which is normal to three digits by then.
fn quantile(error: f64) -> f64 {
    const N: f64 = 80.0;
    let mean = N * (N + 1.0) / 4.0;
    let sd = (N * (N + 1.0) * (2.0 * N + 1.0) / 24.0).sqrt();
    let cut = SignedRank::new(N as usize).cut(error / 2.0).unwrap_or(0);
    (mean - cut as f64) / sd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_of_five_percent_is_the_familiar_one() {
        assert!((quantile(0.05) - 1.96).abs() < 0.02);
        assert!((quantile(0.0125) - 2.498).abs() < 0.02);
    }

    #[test]
    fn halving_the_effect_asks_for_four_times_the_pairs() {
        let rule = Rule {
            delta: 0.0,
            ..Rule::default()
        };
        let total = |log_ratio: f64| {
            let effect = Effect {
                log_ratio,
                low: log_ratio - 0.03,
                high: log_ratio + 0.03,
            };
            more_pairs(&rule, &effect, 80).unwrap() as f64 + 80.0
        };
        let times = total(0.01) / total(0.02);
        assert!((3.8..4.2).contains(&times), "{times}");
    }
}
