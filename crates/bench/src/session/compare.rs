//! One side against the first, for one kernel.

use super::recording::{Arm, Kernel};
use crate::decide::{Decision, Effect, walsh::Walsh};
use crate::run::{Choice, Metric};

/// B against A for one kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The kernel.
    pub kernel: String,
    /// The first side.
    pub a: String,
    /// The other side.
    pub b: String,
    /// The metric the verdict rests on.
    pub metric: Choice,
    /// The verdict.
    pub decision: Decision,
    /// Pairs measured, those after the deciding look included.
    pub pairs: usize,
    /// Medians of the metric, of A and of B: nanoseconds, bytes or a count.
    pub medians: (f64, f64),
    /// Spread (standard deviation, log scale) of each side's layouts, of A and
    /// of B, when layouts were drawn.
    pub layout_sd: Option<(f64, f64)>,
    /// The other metrics, without a verdict.
    pub beside: Vec<Beside>,
}

/// A metric shown beside the one that decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beside {
    /// The metric.
    pub metric: Metric,
    /// B against A, with a 95 % interval as if it were the only one looked at.
    pub effect: Effect,
    /// Medians, of A and of B.
    pub medians: (f64, f64),
}

/// The other metrics of a kernel.
pub(super) fn beside(kernel: &Kernel, side: usize, decisive: Metric) -> Vec<Beside> {
    Metric::ALL
        .into_iter()
        .filter(|&metric| metric != decisive)
        .filter_map(|metric| {
            let log_ratios = kernel.log_ratios(Arm::Side(side), metric);
            (!log_ratios.is_empty()).then(|| Beside {
                metric,
                effect: Walsh::of(&log_ratios).effect(0.05),
                medians: medians(kernel, side, metric),
            })
        })
        .collect()
}

pub(super) fn medians(kernel: &Kernel, side: usize, metric: Metric) -> (f64, f64) {
    (
        kernel.median(Arm::Side(0), metric),
        kernel.median(Arm::Side(side), metric),
    )
}
