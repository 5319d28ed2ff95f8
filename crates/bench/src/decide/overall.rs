//! The geometric mean over kernels, by a bootstrap of blocks of rounds.

use super::{effect::Effect, walsh};

/// Rounds that are drawn together. Neighbouring processes resemble each other
/// (lag-1 autocorrelation 0.1 to 0.35 on a shared machine); the random order
/// inside a pair takes most of it out of the ratios, so short blocks do.
const BLOCK: usize = 3;

/// Resamples: the ends of the 95 % interval then wander by a few percent of
/// its width.
const RESAMPLES: usize = 1_000;

/// One number for several kernels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overall {
    /// The geometric mean of B / A over the kernels, with a 95 % interval.
    pub effect: Effect,
    /// How many kernels it is a mean of.
    pub kernels: usize,
}

impl Overall {
    /// The mean over `kernels`, each given as its log ratios, round by round.
    ///
    /// Rounds are resampled for all kernels at once, because what disturbs a
    /// round disturbs every kernel in it. `None` without two kernels of two
    /// blocks each.
    pub fn of<P: AsRef<[f64]>>(kernels: &[P], seed: u64) -> Option<Overall> {
        let kernels: Vec<&[f64]> = kernels.iter().map(AsRef::as_ref).collect();
        let shortest = kernels.iter().map(|pairs| pairs.len()).min()?;
        if kernels.len() < 2 || shortest < 2 * BLOCK {
            return None;
        }
        let mut random = fastrand::Rng::with_seed(seed);
        let mut means: Vec<f64> = (0..RESAMPLES)
            .map(|_| resampled_mean(&kernels, &mut random))
            .collect();
        means.sort_by(f64::total_cmp);
        let center = mean(kernels.iter().map(|pairs| walsh::center(pairs)));
        let expand = expansion(shortest / BLOCK);
        let effect = Effect {
            log_ratio: center,
            low: center + expand * (means[RESAMPLES / 40] - center),
            high: center + expand * (means[RESAMPLES - 1 - RESAMPLES / 40] - center),
        };
        Some(Overall {
            effect,
            kernels: kernels.len(),
        })
    }
}

/// How much wider than its percentiles a bootstrap of few blocks must be.
///
/// A resample of n blocks has (n - 1) / n of the variance, and a sample that
/// small asks for Student's quantile instead of the normal one (T. Hesterberg,
/// What teachers should know about the bootstrap, The American Statistician 69,
/// 2015); Student's at 2.5 % by its expansion in 1 / (n - 1).
fn expansion(blocks: usize) -> f64 {
    let freedom = (blocks - 1) as f64;
    let student = 1.0 + 1.21 / freedom + 1.44 / freedom.powi(2);
    student * (blocks as f64 / freedom).sqrt()
}

fn resampled_mean(kernels: &[&[f64]], random: &mut fastrand::Rng) -> f64 {
    let longest = kernels.iter().map(|pairs| pairs.len()).max().unwrap_or(0);
    let starts: Vec<f64> = (0..longest.div_ceil(BLOCK)).map(|_| random.f64()).collect();
    mean(
        kernels
            .iter()
            .map(|pairs| walsh::center(&resample(pairs, &starts))),
    )
}

/// As many values as `pairs` has, in whole blocks that begin at `starts`, given
/// as fractions so that kernels that stopped early take part.
fn resample(pairs: &[f64], starts: &[f64]) -> Vec<f64> {
    let room = (pairs.len() - BLOCK + 1) as f64;
    starts
        .iter()
        .map(|start| (start * room) as usize)
        .flat_map(|start| &pairs[start..start + BLOCK])
        .copied()
        .take(pairs.len())
        .collect()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noisy(center: f64, seed: u64) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..40)
            .map(|_| center + 0.04 * (random.f64() - 0.5))
            .collect()
    }

    #[test]
    fn opposite_kernels_cancel() {
        let kernels = [noisy(0.05, 3), noisy(-0.05, 4)];
        let overall = Overall::of(&kernels, 7).unwrap();
        assert!(overall.effect.low < 0.0 && overall.effect.high > 0.0);
        assert!(overall.effect.log_ratio.abs() < 0.005);
    }

    #[test]
    fn the_interval_covers_the_truth_about_as_often_as_promised() {
        let covered = (0..200)
            .filter(|trial| {
                let kernels = [noisy(0.02, 2 * trial), noisy(0.04, 2 * trial + 1)];
                let effect = Overall::of(&kernels, *trial).unwrap().effect;
                effect.low <= 0.03 && 0.03 <= effect.high
            })
            .count();
        assert!((186..=197).contains(&covered), "{covered} of 200");
    }

    #[test]
    fn one_kernel_has_no_mean() {
        assert_eq!(Overall::of(&[noisy(0.0, 1)], 7), None);
    }
}
