//! A session from its rules to its end, for whoever reports it.

use super::compare::Comparison;
use super::play::End;
use super::recording::{Arm, Recording};
use super::summary::Summary;
use crate::decide::{Power, Rule};
use crate::layout::layouts::is_stock;
use crate::machine::Fact;
use crate::run::{Instructions, Placement};

/// Seed of the resampling: the same recording gives the same numbers.
const POWER_SEED: u64 = 0x0070_6f77_6572;

/// All that is known when a session is over.
#[derive(Debug)]
pub struct Outcome {
    /// What was measured.
    pub recording: Recording,
    /// What follows from it.
    pub summary: Summary,
    /// How it was decided.
    pub rule: Rule,
    /// Why it ended.
    pub end: End,
    /// How the programs' pages were drawn anew.
    pub placement: Placement,
    /// For a session of something with itself: per kernel, what a session on
    /// this machine can see.
    pub power: Vec<(String, Power)>,
    /// Instructions of each side, per kernel, where something counts them.
    pub instructions: Vec<Instructions>,
    /// What the machine was like when the session ended.
    pub machine: Vec<Fact>,
    /// What a reader should know, in sentences.
    pub warnings: Vec<String>,
}

impl Outcome {
    /// What sessions on this machine can see, from one of something with
    /// itself: per kernel.
    pub fn power_of(recording: &Recording, summary: &Summary, rule: &Rule) -> Vec<(String, Power)> {
        let metric = summary
            .comparisons
            .first()
            .map(|comparison| comparison.metric.metric);
        recording
            .kernels
            .iter()
            .zip(metric.into_iter().cycle())
            .map(|(kernel, metric)| (&kernel.name, kernel.log_ratios(Arm::Side(1), metric)))
            .filter(|(_, log_ratios)| !log_ratios.is_empty())
            .map(|(name, log_ratios)| (name.clone(), Power::of(rule, &log_ratios, POWER_SEED)))
            .collect()
    }

    /// The instructions of a comparison: how they differ (log scale), and
    /// whether that is nothing.
    pub fn instructions_of(&self, comparison: &Comparison) -> Option<(f64, bool)> {
        let side = self
            .recording
            .sides
            .iter()
            .position(|it| *it == comparison.b)?;
        let counted = self
            .instructions
            .iter()
            .find(|it| it.kernel == comparison.kernel)?;
        counted.log_ratio(side).zip(counted.is_same(side))
    }

    /// Is any side slower than the first, in a session that proves something?
    pub fn has_slower(&self) -> bool {
        use crate::decide::Verdict::Slower;
        // Where layouts were drawn, they speak and not the builds at hand.
        let mut comparisons = self
            .summary
            .comparisons
            .iter()
            .filter(|c| !is_stock(&c.kernel));
        !self.summary.is_void()
            && self.power.is_empty()
            && comparisons.any(|comparison| comparison.decision.verdict == Slower)
    }
}
