//! From samples' periods to the program's time, by step of imports.

use super::book::StartupBook;
use super::gaps::STEPS;
use super::place::Step;
use super::tree::{Node, ROOT, Time};

/// What to take a step's sampled time by: `part` for each `whole`.
///
/// How the time of a short gap is split between steps is an expectation, made
/// from like gaps. Which step each sample fell into is known: so the expected
/// times of a step are stretched until their sum is that of its samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights([Weight; 7]);

#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    part: u64,
    whole: u64,
}

impl Weights {
    /// For a recording of which each sample stands for `sample_ns`.
    pub(super) fn of(book: &StartupBook, sample_ns: u64) -> Weights {
        Weights(STEPS.map(|step| {
            let times = book.tree.nodes[ROOT as usize + 1..].iter();
            Weight {
                part: book.samples.in_step(step) * sample_ns,
                whole: times.map(|it| it.steps[step as usize].sampled).sum(),
            }
        }))
    }

    /// The time of a module's step, nanoseconds.
    pub(super) fn ns(&self, node: &Node, step: Step) -> u64 {
        let Weight { part, whole } = self.0[step as usize];
        let time: Time = node.steps[step as usize];
        match part {
            // Without samples there is nothing to stretch to.
            0 => time.ns(1, 1),
            part => time.ns(part, whole),
        }
    }
}
