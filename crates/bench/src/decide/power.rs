//! What a machine's noise lets a session see.

use super::rule::{Rule, Verdict};

/// What sessions made of these pairs would do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power {
    /// Share of sessions that would claim a difference where there is none.
    pub wrong: f64,
    /// The smallest difference, of those tried, that nine sessions in ten would
    /// find, as a fraction; `None` if not even the largest.
    pub smallest: Option<f64>,
}

/// Differences tried, as fractions.
const TRIED: [f64; 14] = [
    0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.5,
];

/// Sessions simulated per difference: the rates are then good to two percent.
const SESSIONS: usize = 300;

impl Power {
    /// From the log ratios of something with itself, at least one.
    ///
    /// Sessions are resampled from them, each pair with a sign of its own: which
    /// of two equal sides is called A is a coin's choice.
    pub fn of(rule: &Rule, log_ratios: &[f64], seed: u64) -> Power {
        let found = |effect: f64| {
            let mut random = fastrand::Rng::with_seed(seed);
            let found = (0..SESSIONS).filter(|_| {
                let session = resampled(log_ratios, rule.looks.most(), effect, &mut random);
                claims(rule, &session, effect)
            });
            found.count() as f64 / SESSIONS as f64
        };
        let first = TRIED.partition_point(|&effect| found(effect) < 0.9);
        Power {
            wrong: found(0.0),
            smallest: TRIED.get(first).copied(),
        }
    }
}

fn resampled(
    log_ratios: &[f64],
    pairs: usize,
    effect: f64,
    random: &mut fastrand::Rng,
) -> Vec<f64> {
    (0..pairs)
        .map(|_| {
            let pair = log_ratios[random.usize(..log_ratios.len())];
            let noise = if random.bool() { pair } else { -pair };
            noise + effect.ln_1p()
        })
        .collect()
}

/// Does the session claim a difference: any if there is none, else the true one?
fn claims(rule: &Rule, session: &[f64], effect: f64) -> bool {
    match rule.decide(session).verdict {
        Verdict::Slower => true,
        Verdict::Faster => effect == 0.0,
        Verdict::Same | Verdict::Undecided => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(width: f64) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(3);
        (0..80).map(|_| width * (random.f64() - 0.5)).collect()
    }

    #[test]
    fn less_noise_shows_smaller_differences() {
        let rule = Rule {
            delta: 0.0,
            ..Rule::default()
        };
        let quiet = Power::of(&rule, &noise(0.01), 1);
        let loud = Power::of(&rule, &noise(0.2), 1);
        assert!(quiet.smallest.unwrap() < 0.005, "{quiet:?}");
        assert!(loud.smallest.unwrap() > 0.02, "{loud:?}");
        assert!(quiet.wrong <= 0.06 && loud.wrong <= 0.06);
    }
}
