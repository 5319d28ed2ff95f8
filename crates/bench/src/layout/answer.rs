//! What a study of layouts says, for whoever reports it.

use super::sensitivity::{self, Sensitivity, Spread};
use super::study::{Family, Measured, Size};
use crate::run::{Choice, Metric};
use crate::session::End;

/// All that is known when a study is over.
#[derive(Debug)]
pub struct Answer {
    /// What was measured.
    pub measured: Measured,
    /// How much was asked for.
    pub size: Size,
    /// The metric that decides.
    pub metric: Choice,
    /// Every kernel and build.
    pub sensitivities: Vec<Sensitivity>,
    /// Why it ended.
    pub end: End,
    /// What a reader should know, in sentences.
    pub warnings: Vec<String>,
}

impl Answer {
    /// Works out what was measured.
    pub fn of(
        measured: Measured,
        size: Size,
        asked: Option<Metric>,
        end: End,
        warnings: Vec<String>,
    ) -> Answer {
        let metric = sensitivity::choose(&measured, asked);
        Answer {
            sensitivities: sensitivity::all(&measured, metric.metric),
            measured,
            size,
            metric,
            end,
            warnings,
        }
    }

    /// Does the same file differ from itself? Then the study proves nothing.
    pub fn is_void(&self) -> bool {
        let mut same = self
            .sensitivities
            .iter()
            .filter_map(|s| s.family(Family::Same));
        // As many checks as there are kernels and builds.
        let level = sensitivity::CERTAIN / self.sensitivities.len().max(1) as f64;
        same.any(|spread| spread.p_value <= level.max(SMALLEST_P))
    }

    /// The kernel that a family moves most in a build, if it moves any.
    pub fn most_moved(&self, build: &str, family: Family) -> Option<(&Sensitivity, &Spread)> {
        let of_build = self.sensitivities.iter().filter(|s| s.build == build);
        of_build
            .filter_map(|s| Some((s, s.family(family)?)))
            .filter(|(_, spread)| spread.moves())
            .max_by(|a, b| a.1.sd.total_cmp(&b.1.sd))
    }
}

/// What 999 permutations can say at most.
const SMALLEST_P: f64 = 0.001;
