//! What a machine's noise lets a session see.

use super::rule::{Rule, Verdict};
use super::walsh;

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

/// Neighbouring pairs that are drawn together: what disturbs one pair lasts.
const BLOCK: usize = 5;

impl Power {
    /// From the log ratios of something with itself, at least one, in the order
    /// measured.
    ///
    /// Sessions are made of blocks of neighbouring pairs, each pair with the
    /// sign it was measured with. Nothing in that makes the rate of wrong claims
    /// what the rule promises: where pairs depend on each other, it is not.
    /// Their common centre is taken off, because it is one draw of chance that
    /// all sessions would share.
    pub fn of(rule: &Rule, log_ratios: &[f64], seed: u64) -> Power {
        let center = walsh::center(log_ratios);
        let noise: Vec<f64> = log_ratios.iter().map(|ratio| ratio - center).collect();
        let found = |effect: f64| {
            let mut random = fastrand::Rng::with_seed(seed);
            let found = (0..SESSIONS).filter(|_| {
                let session = resampled(&noise, rule.looks.most(), effect, &mut random);
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

/// A session of blocks that begin anywhere; the recording's end is followed by
/// its start, so that every pair is drawn as often as any other.
fn resampled(noise: &[f64], pairs: usize, effect: f64, random: &mut fastrand::Rng) -> Vec<f64> {
    let starts = (0..pairs.div_ceil(BLOCK)).map(|_| random.usize(..noise.len()));
    starts
        .flat_map(|start| (start..start + BLOCK).map(|pair| noise[pair % noise.len()]))
        .map(|ratio| ratio + effect.ln_1p())
        .take(pairs)
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
        assert!(loud.smallest.unwrap() >= 0.02, "{loud:?}");
    }

    /// Pairs whose noise remembers `memory` of the pair before.
    fn remembering(memory: f64, seed: u64) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut last = 0.0;
        (0..80)
            .map(|_| {
                last = memory * last + 0.05 * (random.f64() - 0.5);
                last
            })
            .collect()
    }

    #[test]
    fn pairs_that_depend_on_each_other_make_more_wrong_claims() {
        let rule = Rule {
            delta: 0.0,
            ..Rule::default()
        };
        let wrong = |memory| {
            let rates = (0..8).map(|seed| Power::of(&rule, &remembering(memory, seed), 1).wrong);
            rates.sum::<f64>() / 8.0
        };
        let (apart, together) = (wrong(0.0), wrong(0.8));
        assert!((0.01..0.09).contains(&apart), "{apart}");
        assert!(together > 0.15, "the rule promises 0.05; {together}");
    }
}
