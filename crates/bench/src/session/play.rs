//! Round after round, until everything is decided.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::recording::{Arm, Kernel, Recording, Round, Run};
use super::summary::Summary;
use crate::decide::{Decision, Rule, Verdict};
use crate::run::command::Draw;
use crate::run::{Metric, Observation, RunError};

/// What can be run and measured: commands, or kernels inside interpreters.
pub trait Subject {
    /// The names of the sides, two at least, the first one the baseline.
    fn sides(&self) -> Vec<String>;

    /// The names of the kernels.
    fn kernels(&self) -> Vec<String>;

    /// Runs one process of `side` for `kernel`.
    ///
    /// # Errors
    /// It gave no observation.
    fn observe(&mut self, kernel: usize, side: usize, draw: Draw) -> Result<Observation, RunError>;
}

/// How a session goes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When to look and how to decide.
    pub rule: Rule,
    /// The metric asked for; chosen from the machine's state if `None`.
    pub metric: Option<Metric>,
    /// Every how many rounds the first side runs twice; 0 for never.
    pub self_check_every: usize,
    /// Go on to the last look even when all is decided?
    pub to_the_end: bool,
    /// Seed of all orders and draws.
    pub seed: u64,
    /// Set to end the session soon.
    pub stop: Arc<AtomicBool>,
}

/// Why a session ended.
#[derive(Debug)]
pub enum End {
    /// Every comparison was decided.
    Decided,
    /// The last look was reached.
    OutOfPairs,
    /// Stop was asked for.
    Interrupted,
    /// A run failed; what was measured before is kept.
    Failed(RunError),
}

/// How far a session is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The kernel that ran last.
    pub kernel: &'a str,
    /// Rounds done.
    pub rounds: usize,
    /// Rounds at most.
    pub most: usize,
    /// Comparisons decided so far, of how many.
    pub decided: (usize, usize),
    /// Time left if nothing more is decided early.
    pub at_most: Duration,
}

/// Runs a session; whatever happens, what was measured is given back.
pub fn play(
    subject: &mut dyn Subject,
    plan: &Plan,
    mut watch: impl FnMut(&Progress),
) -> (Recording, End) {
    let mut session = Session::new(subject, plan);
    let end = session.play(&mut watch);
    (session.recording, end)
}

struct Session<'a> {
    subject: &'a mut dyn Subject,
    plan: &'a Plan,
    random: fastrand::Rng,
    recording: Recording,
    /// Per kernel and side but the first: is it decided?
    decided: Vec<Vec<bool>>,
    started: Instant,
    runs: u32,
}

impl<'a> Session<'a> {
    fn new(subject: &'a mut dyn Subject, plan: &'a Plan) -> Session<'a> {
        let sides = subject.sides();
        let kernels = subject.kernels();
        let decided = vec![vec![false; sides.len() - 1]; kernels.len()];
        let kernels = kernels
            .into_iter()
            .map(|name| Kernel {
                name,
                rounds: Vec::new(),
            })
            .collect();
        Session {
            subject,
            plan,
            random: fastrand::Rng::with_seed(plan.seed),
            recording: Recording { sides, kernels },
            decided,
            started: Instant::now(),
            runs: 0,
        }
    }

    fn play(&mut self, watch: &mut dyn FnMut(&Progress)) -> End {
        for round in 1..=self.plan.rule.looks.most() {
            if let Err(error) = self.round(round, watch) {
                return match error {
                    RunError::Interrupted => End::Interrupted,
                    error => End::Failed(error),
                };
            }
            if self.plan.rule.looks.sizes().contains(&round) && self.look() && !self.plan.to_the_end
            {
                return End::Decided;
            }
        }
        if self.is_decided() {
            End::Decided
        } else {
            End::OutOfPairs
        }
    }

    /// One round of every kernel that is still open, in random order.
    fn round(&mut self, round: usize, watch: &mut dyn FnMut(&Progress)) -> Result<(), RunError> {
        let mut kernels: Vec<usize> = (0..self.decided.len())
            .filter(|&kernel| self.is_open(kernel))
            .collect();
        self.random.shuffle(&mut kernels);
        for kernel in kernels {
            let measured = self.measure(kernel, round)?;
            self.recording.kernels[kernel].rounds.push(measured);
            watch(&self.progress(kernel, round));
        }
        Ok(())
    }

    /// One process of each arm, in random order.
    fn measure(&mut self, kernel: usize, round: usize) -> Result<Round, RunError> {
        let draw = Draw {
            hash_seed: self.random.u32(1..),
        };
        let mut arms = self.arms(kernel, round);
        self.random.shuffle(&mut arms);
        let mut runs = Vec::with_capacity(arms.len());
        for arm in arms {
            if self.plan.stop.load(Ordering::Relaxed) {
                return Err(RunError::Interrupted);
            }
            let side = match arm {
                Arm::Side(side) => side,
                Arm::Again => 0,
            };
            let observation = self.subject.observe(kernel, side, draw)?;
            self.runs += 1;
            runs.push(Run { arm, observation });
        }
        Ok(Round {
            hash_seed: draw.hash_seed,
            runs,
        })
    }

    fn arms(&self, kernel: usize, round: usize) -> Vec<Arm> {
        let every = self.plan.self_check_every;
        let again = (every > 0 && round.is_multiple_of(every)).then_some(Arm::Again);
        let open = self.decided[kernel]
            .iter()
            .enumerate()
            .filter(|&(_, &decided)| !decided || self.plan.to_the_end)
            .map(|(other, _)| Arm::Side(other + 1));
        std::iter::once(Arm::Side(0))
            .chain(open)
            .chain(again)
            .collect()
    }

    /// Decides what can be decided; is nothing left?
    fn look(&mut self) -> bool {
        let summary = Summary::of(&self.recording, &self.plan.rule, self.plan.metric);
        let others = self.recording.sides.len() - 1;
        let decided: Vec<bool> = summary
            .comparisons
            .iter()
            .map(|c| is_decided(&c.decision))
            .collect();
        self.decided = decided.chunks(others).map(<[bool]>::to_vec).collect();
        self.is_decided()
    }

    fn is_open(&self, kernel: usize) -> bool {
        self.plan.to_the_end || self.decided[kernel].contains(&false)
    }

    fn is_decided(&self) -> bool {
        self.decided.iter().flatten().all(|&decided| decided)
    }

    fn self_checks_after(&self, round: usize) -> usize {
        let left = self.plan.rule.looks.most() - round;
        left.checked_div(self.plan.self_check_every).unwrap_or(0)
    }

    fn progress(&self, kernel: usize, round: usize) -> Progress<'_> {
        let most = self.plan.rule.looks.most();
        let per_run = self.started.elapsed() / self.runs.max(1);
        let runs_a_round: usize = (0..self.decided.len())
            .filter(|&kernel| self.is_open(kernel))
            .map(|kernel| self.decided[kernel].len() + 1)
            .sum();
        let left = (most - round) * runs_a_round + self.self_checks_after(round);
        let flat = self.decided.iter().flatten();
        Progress {
            kernel: &self.recording.kernels[kernel].name,
            rounds: round,
            most,
            decided: (
                flat.clone().filter(|&&decided| decided).count(),
                flat.count(),
            ),
            at_most: per_run * left as u32,
        }
    }
}

fn is_decided(decision: &Decision) -> bool {
    decision.verdict != Verdict::Undecided
}
