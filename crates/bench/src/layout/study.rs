//! One program, many link orders, each of them run again and again.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::link::{self, Order};
use super::relink::Relink;
use super::relinkable::Relinkable;
use crate::run::command::Draw;
use crate::run::{Linked, Observation, RunError};
use crate::session::End;

/// Why one link differs from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// It does not: the same file, under another number.
    Same,
    /// Its parts are in another order.
    Orders,
    /// Functions that nobody calls are linked in front.
    DeadCode,
}

/// One way in which a program was built: a side of the subject.
#[derive(Clone, Debug)]
pub struct Build {
    /// How it is linked.
    pub relink: Relink,
    /// Objects of functions that nobody calls, each with their number; empty
    /// where they cannot be linked in.
    pub dead_code: Vec<(u32, PathBuf)>,
}

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Size {
    /// The same file, so many times.
    pub copies: u32,
    /// Link orders of each build.
    pub orders: u32,
    /// Runs of every one of them, for every kernel.
    pub rounds: u32,
}

/// One linked file among those that are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// The side it is of.
    pub build: usize,
    /// Why it differs from the others.
    pub family: Family,
    /// Which of its family: a count, or the number of functions.
    pub number: u32,
}

/// Everything that was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The names of the builds.
    pub builds: Vec<String>,
    /// What was run.
    pub arms: Vec<Arm>,
    /// For each kernel its name and its whole rounds, each with one observation
    /// per arm.
    pub kernels: Vec<(String, Vec<Vec<Observation>>)>,
}

/// Links ready to run.
#[derive(Debug)]
pub struct Study<S> {
    subject: S,
    arms: Vec<(Arm, Linked)>,
    random: fastrand::Rng,
    /// For each build, links in a drawn order that failed.
    failed: Vec<u32>,
}

/// Orders in a row that may fail before the command itself is to blame.
const TRIES: u32 = 4;

impl<S: Relinkable> Study<S> {
    /// Links every build, one per side of the subject, in all its ways.
    ///
    /// # Errors
    /// A link fails.
    pub fn new(subject: S, builds: &[Build], size: &Size, seed: u64) -> Result<Self, RunError> {
        let random = fastrand::Rng::with_seed(seed);
        let mut study = Study {
            subject,
            arms: Vec::new(),
            random,
            failed: vec![0; builds.len()],
        };
        for (side, build) in builds.iter().enumerate() {
            study.link_build(side, build, size)?;
        }
        Ok(study)
    }

    /// What is run.
    pub fn subject(&self) -> &S {
        &self.subject
    }

    fn link_build(&mut self, side: usize, build: &Build, size: &Size) -> Result<(), RunError> {
        let Build { relink, dead_code } = build;
        let commands = self.subject.commands_mut();
        let stock = link::link(commands, side, relink, Order::Stock, None)?;
        for number in 1..=size.copies {
            self.push(side, Family::Same, number, stock.clone());
        }
        for number in 1..=size.orders {
            let linked = self.link_in_any_order(side, relink)?;
            self.push(side, Family::Orders, number, linked);
        }
        for (number, object) in dead_code {
            let commands = self.subject.commands_mut();
            let linked = link::link(commands, side, relink, Order::Stock, Some(object))?;
            self.push(side, Family::DeadCode, *number, linked);
        }
        Ok(())
    }

    /// Some tools behind a linker crash on some orders; another order is as good.
    fn link_in_any_order(&mut self, side: usize, relink: &Relink) -> Result<Linked, RunError> {
        for _ in 0..TRIES {
            let order = Order::Drawn(&mut self.random);
            match link::link(self.subject.commands_mut(), side, relink, order, None) {
                Err(RunError::Failed { .. }) => self.failed[side] += 1,
                linked => return linked,
            }
        }
        let order = Order::Drawn(&mut self.random);
        link::link(self.subject.commands_mut(), side, relink, order, None)
    }

    /// What a reader of the results should know, in sentences.
    pub fn warnings(&self) -> Vec<String> {
        let sides = self.subject.sides().into_iter().zip(&self.failed);
        sides
            .filter(|(_, failed)| **failed > 0)
            .map(|(side, failed)| {
                format!(
                    "{side}: {failed} link order(s) could not be linked; others took their place"
                )
            })
            .collect()
    }

    fn push(&mut self, build: usize, family: Family, number: u32, linked: Linked) {
        let arm = Arm {
            build,
            family,
            number,
        };
        self.arms.push((arm, linked));
    }

    /// The file that an arm runs.
    pub fn linked(&self, arm: &Arm) -> Option<&Linked> {
        let found = self.arms.iter().find(|(other, _)| other == arm)?;
        Some(&found.1)
    }

    /// Runs every arm once per round and kernel, in random order; whatever
    /// happens, the whole rounds are given back.
    pub fn play(
        &mut self,
        size: &Size,
        stop: &Arc<AtomicBool>,
        mut watch: impl FnMut(&Step),
    ) -> (Measured, End) {
        let mut measured = self.nothing_yet();
        let (kernels, started) = (measured.kernels.len(), Instant::now());
        let of = size.rounds as usize * kernels;
        for done in 0..of {
            let kernel = done % kernels;
            match self.round(kernel, stop) {
                Ok(round) => measured.kernels[kernel].1.push(round),
                Err(RunError::Interrupted) => return (measured, End::Interrupted),
                Err(error) => return (measured, End::Failed(error)),
            }
            watch(&Step {
                done: done + 1,
                of,
                left: started
                    .elapsed()
                    .mul_f64((of - done - 1) as f64 / (done + 1) as f64),
            });
        }
        (measured, End::Decided)
    }

    /// Runs one arm once more.
    ///
    /// # Errors
    /// It gave no observation.
    pub(super) fn observe(&mut self, kernel: usize, arm: &Arm) -> Result<Observation, RunError> {
        let draw = self.draw();
        let linked = self.linked(arm).cloned();
        let linked = linked.ok_or_else(|| RunError::Runner {
            side: self.subject.sides()[arm.build].clone(),
            problem: "there is no such link".to_owned(),
        })?;
        self.subject
            .observe_linked(kernel, arm.build, &linked, draw)
    }

    fn nothing_yet(&self) -> Measured {
        let kernels = self.subject.kernels().into_iter();
        Measured {
            builds: self.subject.sides(),
            arms: self.arms.iter().map(|(arm, _)| arm.clone()).collect(),
            kernels: kernels.map(|name| (name, Vec::new())).collect(),
        }
    }

    fn draw(&mut self) -> Draw {
        Draw {
            hash_seed: self.random.u32(1..),
        }
    }

    fn round(&mut self, kernel: usize, stop: &AtomicBool) -> Result<Vec<Observation>, RunError> {
        let draw = self.draw();
        let mut order: Vec<usize> = (0..self.arms.len()).collect();
        self.random.shuffle(&mut order);
        let mut round = vec![Observation::default(); order.len()];
        for arm in order {
            if stop.load(Ordering::Relaxed) {
                return Err(RunError::Interrupted);
            }
            let (Arm { build, .. }, linked) = &self.arms[arm];
            round[arm] = self.subject.observe_linked(kernel, *build, linked, draw)?;
        }
        Ok(round)
    }
}

/// How far a study is.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Rounds of single kernels done.
    pub done: usize,
    /// Of how many.
    pub of: usize,
    /// Time left, if it goes on like this.
    pub left: Duration,
}
