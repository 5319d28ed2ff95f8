//! How much a side's layouts differ, noise taken off.

use crate::run::Metric;
use crate::session::{Arm, Kernel, Recording, Summary};

/// The standard deviation of a side's layouts (log scale).
///
/// A round runs the side's own build and a new layout of it; the spread of
/// their ratio is that of the layouts plus twice the noise of a run. The noise
/// comes from the rounds that ran the same build twice. `None` until there are
/// enough of both.
pub fn layout_sd(stock: &Kernel, layouts: &Kernel, side: usize, metric: Metric) -> Option<f64> {
    let against_stock = paired(stock, layouts, side, metric);
    let noise = stock.log_ratios(Arm::Again, metric);
    if against_stock.len() < FEWEST || noise.len() < FEWEST {
        return None;
    }
    let variance = spread(&against_stock).powi(2) - spread(&noise).powi(2);
    Some(variance.max(0.0).sqrt())
}

/// Notes each side's spread of layouts in a summary of [`super::Layouts`].
pub fn note(summary: &mut Summary, recording: &Recording) {
    let [stock, layouts] = recording.kernels.as_slice() else {
        return;
    };
    let sides = 1..recording.sides.len();
    for (comparison, side) in summary.comparisons.iter_mut().rev().zip(sides.rev()) {
        let of = |side| layout_sd(stock, layouts, side, comparison.metric.metric);
        comparison.layout_sd = Option::zip(of(0), of(side));
    }
    // A mean of one build and of many is a mean of nothing.
    summary.overall.clear();
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

/// The median absolute deviation, scaled to be a normal sample's standard
/// deviation: a few disturbed runs do not move it.
fn spread(values: &[f64]) -> f64 {
    let center = median(values.to_vec());
    1.4826 * median(values.iter().map(|value| (value - center).abs()).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
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
