//! Several kernels in one session: Holm's step-down procedure.
//!
//! S. Holm, A simple sequentially rejective multiple test procedure,
//! Scandinavian Journal of Statistics 6 (1979).

use super::rule::{Decision, Rule};

/// Decides each kernel of a family so that the chance of any false "faster" or
/// "slower" among them all is at most the rule's error.
///
/// Each kernel is given as its log ratios; decisions come in the same order.
/// "Same" is a statement about one kernel's own interval, drawn at the level
/// the kernels still open share.
pub fn decide<P: AsRef<[f64]>>(rule: &Rule, kernels: &[P]) -> Vec<Decision> {
    let values: Vec<f64> = kernels
        .iter()
        .map(|pairs| rule.p_value(pairs.as_ref()))
        .collect();
    let error = shared_error(&values, rule.error);
    let rule = Rule {
        error,
        ..rule.clone()
    };
    kernels
        .iter()
        .map(|pairs| rule.decide(pairs.as_ref()))
        .collect()
}

/// The level each kernel is held to once the step-down has gone as far as it
/// goes: `error` over the number of kernels it could not reject.
fn shared_error(p_values: &[f64], error: f64) -> f64 {
    let mut ascending = p_values.to_vec();
    ascending.sort_by(f64::total_cmp);
    let count = ascending.len();
    let open = ascending
        .iter()
        .zip((1..=count).rev())
        .find(|&(p, left)| *p > error / left as f64)
        .map_or(1, |(_, left)| left);
    error / open as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_down_as_statsmodels_does_it() {
        // statsmodels.stats.multitest.multipletests(p, method='holm') adjusts
        // these to 0.03 0.06 0.06 0.02: two are rejected at 5 %, two left.
        assert_eq!(shared_error(&[0.01, 0.04, 0.03, 0.005], 0.05), 0.05 / 2.0);
        // To 0.4 0.005 0.048 0.6 0.048: three rejected, two left.
        assert_eq!(
            shared_error(&[0.2, 0.001, 0.012, 0.6, 0.013], 0.05),
            0.05 / 2.0
        );
        assert_eq!(shared_error(&[0.001, 0.002], 0.05), 0.05);
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
