//! Everything a session measured, in the order it did.

use serde::{Deserialize, Serialize};

use crate::run::{Metric, Observation};

/// All observations of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// The names of the sides; the first is what the others are compared with.
    pub sides: Vec<String>,
    /// What was run, each with its rounds.
    pub kernels: Vec<Kernel>,
}

/// One kernel's rounds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kernel {
    /// The kernel's name; "command" for whole commands.
    pub name: String,
    /// The rounds in the order run.
    pub rounds: Vec<Round>,
}

/// One run of each side, in the order they ran.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// The seed of Python's hashes that all runs of the round used.
    pub hash_seed: u32,
    /// The runs, in order.
    pub runs: Vec<Run>,
}

/// One process and who it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Which arm of the round.
    pub arm: Arm,
    /// What it took.
    pub observation: Observation,
}

/// The arms of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// The side of this number.
    Side(usize),
    /// The first side once more: against itself nothing may have changed.
    Again,
}

impl Round {
    /// The observation of an arm, if it took part.
    pub fn of(&self, arm: Arm) -> Option<&Observation> {
        let run = self.runs.iter().find(|run| run.arm == arm)?;
        Some(&run.observation)
    }
}

impl Kernel {
    /// ln(arm / first side) of every round that has both.
    pub fn log_ratios(&self, arm: Arm, metric: Metric) -> Vec<f64> {
        self.rounds
            .iter()
            .filter_map(|round| Some((round.of(Arm::Side(0))?, round.of(arm)?)))
            .map(|(a, b)| metric.log_ratio(a, b))
            .collect()
    }

    /// All observations.
    pub fn observations(&self) -> impl Iterator<Item = &Observation> {
        self.rounds
            .iter()
            .flat_map(|round| round.runs.iter().map(|run| &run.observation))
    }

    /// The median of a metric over an arm's runs; 0 without any.
    pub fn median(&self, arm: Arm, metric: Metric) -> f64 {
        let mut figures: Vec<f64> = self
            .rounds
            .iter()
            .filter_map(|round| round.of(arm))
            .map(|observation| metric.of(observation))
            .collect();
        if figures.is_empty() {
            return 0.0;
        }
        let middle = figures.len() / 2;
        *figures.select_nth_unstable_by(middle, f64::total_cmp).1
    }
}
