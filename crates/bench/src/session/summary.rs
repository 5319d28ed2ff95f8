//! From a recording to verdicts.

use super::compare::{Comparison, beside, medians};
use super::recording::{Arm, Recording};
use super::self_check::SelfCheck;
use crate::decide::{Decision, Overall, Rule, family};
use crate::run::{Choice, Metric};

/// What a session says.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Every side but the first, for every kernel: kernel by kernel.
    pub comparisons: Vec<Comparison>,
    /// The geometric mean over kernels, per side but the first.
    pub overall: Vec<(String, Overall)>,
    /// The first side against itself.
    pub self_check: Option<SelfCheck>,
}

/// Seed of the bootstrap: the same recording gives the same numbers.
const BOOTSTRAP_SEED: u64 = 0x6b65_656c;

impl Summary {
    /// Compares every side with the first.
    ///
    /// `asked` is the metric the user wants, if any; `rule` decides, with
    /// Holm's procedure over all comparisons.
    pub fn of(recording: &Recording, rule: &Rule, asked: Option<Metric>) -> Summary {
        let choice = choose(recording, rule, asked);
        let ratios = all_ratios(recording, choice.metric);
        let decisions = family::decide(rule, &ratios);
        Summary {
            comparisons: comparisons(recording, choice, decisions),
            overall: overall(recording, choice.metric),
            self_check: SelfCheck::of(recording, choice.metric),
        }
    }

    /// Does the first side differ from itself?
    pub fn is_void(&self) -> bool {
        self.self_check.as_ref().is_some_and(SelfCheck::is_void)
    }
}

/// Which metric decides: from the rounds up to the first look, so that it does
/// not change under the looks that follow.
fn choose(recording: &Recording, rule: &Rule, asked: Option<Metric>) -> Choice {
    let first_look = rule.looks.sizes()[0];
    let early = recording
        .kernels
        .iter()
        .flat_map(|kernel| kernel.rounds.iter().take(first_look))
        .flat_map(|round| round.runs.iter().map(|run| &run.observation));
    Choice::from(early, asked)
}

/// Kernel by kernel, side by side.
fn all_ratios(recording: &Recording, metric: Metric) -> Vec<Vec<f64>> {
    let sides = 1..recording.sides.len();
    recording
        .kernels
        .iter()
        .flat_map(|kernel| {
            sides
                .clone()
                .map(|side| kernel.log_ratios(Arm::Side(side), metric))
        })
        .collect()
}

fn comparisons(recording: &Recording, choice: Choice, decisions: Vec<Decision>) -> Vec<Comparison> {
    let sides = 1..recording.sides.len();
    let places = recording
        .kernels
        .iter()
        .flat_map(|kernel| sides.clone().map(move |side| (kernel, side)));
    places
        .zip(decisions)
        .map(|((kernel, side), decision)| Comparison {
            kernel: kernel.name.clone(),
            a: recording.sides[0].clone(),
            b: recording.sides[side].clone(),
            metric: choice,
            decision,
            pairs: kernel.log_ratios(Arm::Side(side), choice.metric).len(),
            medians: medians(kernel, side, choice.metric),
            layout_sd: None,
            beside: beside(kernel, side, choice.metric),
        })
        .collect()
}

pub(crate) fn overall(recording: &Recording, metric: Metric) -> Vec<(String, Overall)> {
    (1..recording.sides.len())
        .filter_map(|side| {
            let kernels: Vec<Vec<f64>> = recording
                .kernels
                .iter()
                .map(|kernel| kernel.log_ratios(Arm::Side(side), metric))
                .collect();
            let overall = Overall::of(&kernels, BOOTSTRAP_SEED)?;
            Some((recording.sides[side].clone(), overall))
        })
        .collect()
}
