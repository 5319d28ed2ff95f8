//! The first side against itself, inside the same session.

use super::recording::{Arm, Recording};
use crate::decide::{Decision, Looks, Rule, Verdict};
use crate::run::Metric;

/// What the third arm says about the session.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfCheck {
    /// Pairs of the first side with itself, all kernels together.
    pub pairs: usize,
    /// A against A: anything but "changed" is well.
    pub decision: Decision,
}

/// A sound session is called void this often, at most.
const FALSE_VOID: f64 = 0.01;

impl SelfCheck {
    /// Compares the first side with itself; `None` while no round had the arm.
    pub fn of(recording: &Recording, metric: Metric) -> Option<SelfCheck> {
        let log_ratios: Vec<f64> = recording
            .kernels
            .iter()
            .flat_map(|kernel| kernel.log_ratios(Arm::Again, metric))
            .collect();
        if log_ratios.is_empty() {
            return None;
        }
        let pairs = log_ratios.len();
        let decision = rule(pairs).decide(&log_ratios);
        Some(SelfCheck { pairs, decision })
    }

    /// Were there enough pairs to catch anything?
    pub fn can_tell(&self) -> bool {
        self.decision
            .effect
            .is_some_and(|effect| effect.low.is_finite())
    }

    /// Did the same thing differ from itself? Then the session proves nothing.
    pub fn is_void(&self) -> bool {
        matches!(self.decision.verdict, Verdict::Faster | Verdict::Slower)
    }
}

/// One look at the end: the check stops nothing early.
fn rule(pairs: usize) -> Rule {
    Rule {
        looks: Looks::once(pairs),
        error: FALSE_VOID,
        delta: 0.0,
        ..Rule::default()
    }
}
