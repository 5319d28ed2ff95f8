//! What a study of layouts says, for whoever reports it.

use super::hot::{self, Hot, HotError};
use super::relinkable::Relinkable;
use super::sensitivity::{self, Sensitivity, Spread};
use super::study::{Arm, Family, Measured, Size, Study};
use crate::run::{Choice, Metric, Observation};
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
    /// For builds that link order moves: where the time went in the kernel that
    /// it moves most.
    pub hot: Vec<Hot>,
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
            hot: Vec::new(),
            measured,
            size,
            metric,
            end,
            warnings,
        }
    }

    /// Samples, for every build that link order moves, its fastest and its slowest
    /// link, `pairs` times each.
    ///
    /// # Errors
    /// The kernel refuses, or a run fails; what was sampled before is kept.
    pub fn sample<S: Relinkable>(
        &mut self,
        study: &mut Study<S>,
        pairs: u32,
    ) -> Result<(), HotError> {
        for (place, build) in self.measured.builds.iter().enumerate() {
            let Some((moved, spread)) = self.most_moved(build, Family::Orders) else {
                continue;
            };
            let Some(((fast, _), (slow, _))) = spread.ends() else {
                continue;
            };
            let arm = |number| Arm {
                build: place,
                family: Family::Orders,
                number,
            };
            let kernel = (moved.place.0, moved.kernel.as_str());
            let cpu_ns = self.cpu_ns(kernel.0);
            let hot = hot::compare(study, kernel, (arm(fast), arm(slow)), cpu_ns, pairs)?;
            self.hot.push(hot);
        }
        Ok(())
    }

    /// The longest run of a kernel.
    fn cpu_ns(&self, kernel: usize) -> u64 {
        let rounds = self.measured.kernels[kernel].1.iter().flatten();
        rounds.map(Observation::cpu_ns).max().unwrap_or_default()
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
