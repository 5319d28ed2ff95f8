//! Several kernels in one session: Holm's step-down procedure, or Benjamini and
//! Hochberg's step-up one.
//!
//! S. Holm, A simple sequentially rejective multiple test procedure,
//! Scandinavian Journal of Statistics 6 (1979). Y. Benjamini and Y. Hochberg,
//! Controlling the false discovery rate, Journal of the Royal Statistical
//! Society B 57 (1995); the intervals that go with it are those of Y. Benjamini
//! and D. Yekutieli, False discovery rate-adjusted multiple confidence
//! intervals, Journal of the American Statistical Association 100 (2005).

use super::rule::{Decision, Rule};

/// What the allowed error is of, where there are several kernels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// The chance of any false claim among all kernels (Holm).
    #[default]
    AnyWrong,
    /// The share of false claims among the claims, on average (Benjamini and
    /// Hochberg): finds more in large suites.
    ShareWrong,
}

/// Decides each kernel of a family so that its error, whichever the rule is
/// about, is at most the rule's.
///
/// Each kernel is given as its log ratios; decisions come in the same order.
/// "Same" is a statement about one kernel's own interval, drawn at the level
/// the procedure ends with.
pub fn decide<P: AsRef<[f64]>>(rule: &Rule, kernels: &[P]) -> Vec<Decision> {
    let mut p_values: Vec<f64> = kernels
        .iter()
        .map(|pairs| rule.p_value(pairs.as_ref()))
        .collect();
    p_values.sort_by(f64::total_cmp);
    let level = match rule.family {
        Family::AnyWrong => holm,
        Family::ShareWrong => benjamini_hochberg,
    };
    let rule = Rule {
        error: level(&p_values, rule.error),
        ..rule.clone()
    };
    kernels
        .iter()
        .map(|pairs| rule.decide(pairs.as_ref()))
        .collect()
}

/// The level each kernel is held to once the step-down has gone as far as it
/// goes: `error` over the number of kernels it could not reject.
fn holm(ascending: &[f64], error: f64) -> f64 {
    let open = ascending
        .iter()
        .zip((1..=ascending.len()).rev())
        .find(|&(p, left)| *p > error / left as f64)
        .map_or(1, |(_, left)| left);
    error / open as f64
}

/// The level of the last kernel that the step-up rejects: `error` times the
/// share of kernels rejected, which is also the level of their intervals.
fn benjamini_hochberg(ascending: &[f64], error: f64) -> f64 {
    let count = ascending.len().max(1) as f64;
    let level = |rank: usize| error * rank as f64 / count;
    let rejected = (1..=ascending.len())
        .rev()
        .find(|&rank| ascending[rank - 1] <= level(rank));
    level(rejected.unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_down_as_statsmodels_does_it() {
        // statsmodels.stats.multitest.multipletests(p, method='holm') adjusts
        // these to 0.03 0.06 0.06 0.02: two are rejected at 5 %, two left.
        assert_eq!(holm(&[0.005, 0.01, 0.03, 0.04], 0.05), 0.05 / 2.0);
        // To 0.4 0.005 0.048 0.6 0.048: three rejected, two left.
        assert_eq!(holm(&[0.001, 0.012, 0.013, 0.2, 0.6], 0.05), 0.05 / 2.0);
        assert_eq!(holm(&[0.001, 0.002], 0.05), 0.05);
    }

    #[test]
    fn step_up_as_statsmodels_does_it() {
        // multipletests(p, method='fdr_bh') rejects the first three of these at
        // 5 % (adjusted 0.005, 0.0217, 0.0217, 0.25, 0.6).
        let level = benjamini_hochberg(&[0.001, 0.012, 0.013, 0.2, 0.6], 0.05);
        assert!((level - 0.03).abs() < 1e-12, "{level}");
        // A later p value may carry earlier ones that Holm leaves: adjusted
        // 0.045 0.045 0.045.
        let level = benjamini_hochberg(&[0.03, 0.04, 0.045], 0.05);
        assert!((level - 0.05).abs() < 1e-12, "{level}");
        assert!((benjamini_hochberg(&[0.5, 0.9], 0.05) - 0.025).abs() < 1e-12);
    }

    /// Of twenty kernels half differ by three percent; both procedures keep
    /// what they promise, and the step-up finds more.
    #[test]
    fn a_share_of_wrong_claims_buys_more_right_ones() {
        let [any, share] = [Family::AnyWrong, Family::ShareWrong].map(|family| {
            let rule = Rule {
                family,
                delta: 0.0,
                looks: super::super::Looks::once(30),
                ..Rule::default()
            };
            let mut random = fastrand::Rng::with_seed(5);
            let (mut right, mut wrong_share, mut any_wrong) = (0, 0.0, 0);
            for _ in 0..100 {
                let kernels: Vec<Vec<f64>> = (0..20)
                    .map(|kernel| {
                        let effect = if kernel < 10 { 0.03 } else { 0.0 };
                        (0..30)
                            .map(|_| effect + 0.17 * (random.f64() - 0.5))
                            .collect()
                    })
                    .collect();
                let claims: Vec<bool> = decide(&rule, &kernels)
                    .iter()
                    .map(|decision| decision.verdict.changed())
                    .collect();
                let count = |part: &[bool]| part.iter().filter(|claim| **claim).count();
                let (true_claims, false_claims) = (count(&claims[..10]), count(&claims[10..]));
                right += true_claims;
                any_wrong += usize::from(false_claims > 0);
                wrong_share += false_claims as f64 / (true_claims + false_claims).max(1) as f64;
            }
            (right, any_wrong, wrong_share)
        });
        assert!(any.1 <= 12, "any wrong claim in {} of 100 sessions", any.1);
        assert!(share.2 <= 6.0, "{:.1} % of claims are wrong", share.2);
        assert!(
            share.0 > any.0 + 50,
            "{} right claims against {}",
            share.0,
            any.0
        );
    }

    #[test]
    fn a_kernel_among_many_needs_more_evidence_than_alone() {
        let weak: Vec<f64> = (0..10)
            .map(|i| 0.02 + 0.001 * f64::from(i))
            .map(|x| if x < 0.021 { -x } else { x })
            .collect();
        let flat = vec![0.0; 10];
        let rule = Rule {
            looks: super::super::Looks::up_to(10),
            delta: 0.001,
            ..Rule::default()
        };
        assert!(decide(&rule, &[&weak])[0].verdict.changed());
        let many: Vec<&Vec<f64>> = std::iter::once(&weak)
            .chain(std::iter::repeat_n(&flat, 19))
            .collect();
        assert!(!decide(&rule, &many)[0].verdict.changed());
    }
}
