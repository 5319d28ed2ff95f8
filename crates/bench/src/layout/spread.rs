//! How much a side's layouts differ, noise taken off.

use crate::decide::scale::{deviation, median};
use crate::run::Metric;
use crate::session::summary::overall;
use crate::session::{Arm, Kernel, Recording, Summary};

/// The standard deviation of a side's layouts (log scale).
///
/// A round runs the side's own build and a new layout of it; the spread of
/// their ratio is that of the layouts plus twice the noise of a run. That noise
/// is in what ran no layouts: the same build twice, and the stock builds against
/// each other, whose true ratio is one number. `None` until there are enough of
/// both.
pub fn layout_sd(stock: &Kernel, layouts: &Kernel, side: usize, metric: Metric) -> Option<f64> {
    let against_stock = paired(stock, layouts, side, metric);
    let noise = noise(stock, side.max(1), metric);
    if against_stock.len() < FEWEST || noise.len() < FEWEST {
        return None;
    }
    let variance = deviation(&against_stock).powi(2) - deviation(&noise).powi(2);
    Some(variance.max(0.0).sqrt())
}

/// Log ratios of two runs without layouts, each kind around its own center.
fn noise(stock: &Kernel, side: usize, metric: Metric) -> Vec<f64> {
    let arms = [Arm::Again, Arm::Side(side)].into_iter();
    arms.flat_map(|arm| centered(stock.log_ratios(arm, metric)))
        .collect()
}

fn centered(values: Vec<f64>) -> Vec<f64> {
    if values.is_empty() {
        return values;
    }
    let center = median(values.clone());
    values.iter().map(|value| value - center).collect()
}

/// Notes each side's spread of layouts in a summary of [`super::Layouts`].
///
/// The mean over kernels becomes one of the layout averages: the builds at hand
/// are single draws.
pub fn note(summary: &mut Summary, recording: &Recording) {
    let others = recording.sides.len() - 1;
    let kernels = recording.kernels.chunks_exact(2);
    let averages = summary.comparisons.chunks_exact_mut(2 * others);
    for (kernels, comparisons) in kernels.zip(averages) {
        for (side, comparison) in (1..).zip(&mut comparisons[others..]) {
            let metric = comparison.metric.metric;
            let of = |side| layout_sd(&kernels[0], &kernels[1], side, metric);
            comparison.layout_sd = Option::zip(of(0), of(side));
        }
    }
    let averages = Recording {
        sides: recording.sides.clone(),
        kernels: recording
            .kernels
            .iter()
            .skip(1)
            .step_by(2)
            .cloned()
            .collect(),
    };
    summary.overall = match summary.comparisons.first() {
        Some(comparison) => overall(&averages, comparison.metric.metric),
        None => Vec::new(),
    };
}

/// Fewer ratios than this say nothing about a spread.
const FEWEST: usize = 5;

/// ln(layout / stock) of every round that both kernels have.
fn paired(stock: &Kernel, layouts: &Kernel, side: usize, metric: Metric) -> Vec<f64> {
    let arm = Arm::Side(side);
    let rounds = stock.rounds.iter().zip(&layouts.rounds);
    rounds
        .filter_map(|(stock, layouts)| Some((stock.of(arm)?, layouts.of(arm)?)))
        .map(|(stock, layout)| metric.log_ratio(stock, layout))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Observation;
    use crate::session::{Round, Run};

    fn kernel(rounds: usize, mut of: impl FnMut(Arm) -> f64) -> Kernel {
        let mut run = |arm| Run {
            arm,
            observation: Observation {
                user_ns: (1e9 * of(arm)) as u64,
                ..Observation::default()
            },
        };
        let arms = [Arm::Side(0), Arm::Side(1), Arm::Again];
        let rounds = (0..rounds)
            .map(|_| Round {
                hash_seed: 1,
                runs: arms.map(&mut run).into(),
            })
            .collect();
        Kernel {
            name: String::new(),
            rounds,
        }
    }

    #[test]
    fn the_spread_of_layouts_is_told_from_noise() {
        let mut random = fastrand::Rng::with_seed(4);
        let mut normal = move |sd: f64| sd * (0..12).map(|_| random.f64()).sum::<f64>() - 6.0 * sd;
        let stock = kernel(400, |_| 1.0 + normal(0.01));
        let layouts = kernel(400, |arm| {
            1.0 + normal(0.01)
                + if arm == Arm::Side(1) {
                    normal(0.03)
                } else {
                    0.0
                }
        });
        let sd = |side| layout_sd(&stock, &layouts, side, Metric::Cpu).unwrap();
        assert!(sd(0) < 0.008, "{}", sd(0));
        assert!((0.025..0.035).contains(&sd(1)), "{}", sd(1));
    }
}
