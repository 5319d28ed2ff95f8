//! Runs trials, two at a time where they allow it, and prints a line for each.
#![expect(clippy::print_stdout, reason = "a test harness talks on stdout")]

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::anyhow;

use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

/// How many trials run at once: as many as the smallest machine has CPUs.
const WORKERS: usize = 2;

/// How many trials may pass at the second attempt only. The bounds of some hold
/// on a machine that gives a program its CPU; a run with more such trials than
/// that tells of a fault.
const MOST_REPEATED: usize = 7;

/// What came out, counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Trials that passed.
    pub passed: usize,
    /// Trials among them that made a recording.
    pub recorded: usize,
    /// Trials that could not be made.
    pub skipped: usize,
    /// Names and reasons of those that failed beside others and then passed
    /// alone.
    pub repeated: Vec<(String, String)>,
    /// Names and reasons of those that failed.
    pub failed: Vec<(String, String)>,
}

/// Runs all trials: first those that may run side by side, then the others,
/// then once more, alone, those that failed.
pub fn run(trials: Vec<Trial>) -> Tally {
    let (alone, shared): (Vec<Trial>, Vec<Trial>) = trials.into_iter().partition(|it| it.alone);
    let board = Mutex::new(Board::default());
    let queue = Mutex::new(shared.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(trial) = next(&queue) {
                    run_one(trial, &board);
                }
            });
        }
    });
    alone.into_iter().for_each(|trial| run_one(trial, &board));
    board.into_inner().map(Board::try_again).unwrap_or_default()
}

fn next(queue: &Mutex<std::vec::IntoIter<Trial>>) -> Option<Trial> {
    queue.lock().ok()?.next()
}

fn run_one(trial: Trial, board: &Mutex<Board>) {
    let start = Instant::now();
    let outcome = attempt(&trial);
    let Ok(mut board) = board.lock() else { return };
    say(&trial.name, &outcome, start.elapsed());
    match outcome {
        Ok(()) => board.tally.pass(&trial),
        Err(error) if error.is::<Skip>() => board.tally.skipped += 1,
        Err(error) => board.failed.push((trial, reasons(&error))),
    }
}

/// A run under way.
#[derive(Default)]
struct Board {
    tally: Tally,
    failed: Vec<(Trial, String)>,
}

impl Board {
    fn try_again(mut self) -> Tally {
        let hopeless = self.failed.len() > MOST_REPEATED;
        for (trial, first) in self.failed {
            let start = Instant::now();
            match hopeless {
                true => self.tally.failed.push((trial.name, first)),
                false => {
                    let outcome = attempt(&trial);
                    say(
                        &format!("{} once more", trial.name),
                        &outcome,
                        start.elapsed(),
                    );
                    self.tally.second(trial, first, outcome);
                }
            }
        }
        self.tally
    }
}

/// A panic is a failure of this trial, not of the whole run.
fn attempt(trial: &Trial) -> anyhow::Result<()> {
    let scratch = Scratch::new()?;
    let tried = catch_unwind(AssertUnwindSafe(|| (trial.body)(&scratch)));
    let outcome = tried.unwrap_or_else(|_| Err(anyhow!("the trial panicked")));
    match &outcome {
        Err(error) if !error.is::<Skip>() => {}
        _ => scratch.remove(),
    }
    outcome.map_err(|error| match error.is::<Skip>() {
        true => error,
        false => error.context(format!("kept in {}", scratch.folder().display())),
    })
}

/// An error and its causes, a line each. Not `{:?}`: where backtraces are
/// wanted, that takes seconds for each failure.
fn reasons(error: &anyhow::Error) -> String {
    let lines: Vec<String> = error.chain().map(ToString::to_string).collect();
    lines.join("\n")
}

fn say(name: &str, outcome: &anyhow::Result<()>, took: Duration) {
    let said = match outcome {
        Ok(()) => format!("ok ({:.1} s)", took.as_secs_f64()),
        Err(error) if error.is::<Skip>() => format!("skipped: {error}"),
        Err(_) => "FAILED".into(),
    };
    println!("test {name} ... {said}");
    // A harness that is killed should have shown what it had.
    let _ = std::io::stdout().flush();
}

impl Tally {
    fn pass(&mut self, trial: &Trial) {
        self.passed += 1;
        self.recorded += usize::from(trial.records);
    }

    fn second(&mut self, trial: Trial, first: String, outcome: anyhow::Result<()>) {
        match outcome {
            Ok(()) => {
                self.pass(&trial);
                self.repeated.push((trial.name, first));
            }
            Err(second) => self.failed.push((trial.name, reasons(&second))),
        }
    }

    /// Prints the failures and the closing line; is all well?
    ///
    /// With `strict`, a run in which nothing was recorded is not well: CI must
    /// not be green because a machine could not record.
    pub fn close(&self, strict: bool, took: Duration) -> bool {
        for (name, why) in &self.repeated {
            println!("\n---- {name}: passed at the second attempt; at the first ----\n{why}");
        }
        for (name, why) in &self.failed {
            println!("\n---- {name} ----\n{why}");
        }
        let nothing = self.passed + self.failed.len() == 0;
        let idle = strict && self.recorded == 0 && self.failed.is_empty();
        if nothing || idle {
            println!("\nnothing was recorded: every such trial was skipped, for the reasons above");
        }
        let good = self.failed.is_empty() && !nothing && !idle;
        println!(
            "\ntest result: {}. {} passed; {} failed; {} ignored; 0 measured; 0 filtered out; finished in {:.2}s",
            if good { "ok" } else { "FAILED" },
            self.passed,
            self.failed.len(),
            self.skipped,
            took.as_secs_f64()
        );
        good
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use anyhow::bail;

    use super::{MOST_REPEATED, run};
    use crate::trial::Trial;

    #[test]
    fn each_outcome_is_counted() {
        let tally = run(vec![
            Trial::new("good", |_| Ok(())),
            Trial::new("alone", |_| Ok(())).alone(true),
            Trial::new("bad", |_| bail!("no")),
            Trial::skipped("not here", "no such Python"),
        ]);
        assert_eq!((tally.passed, tally.recorded, tally.skipped), (2, 2, 1));
        assert_eq!(tally.failed[0].0, "bad");
        assert!(!tally.close(false, Duration::ZERO));
    }

    /// Fails once, then passes.
    fn shy(name: &str) -> Trial {
        let first = AtomicBool::new(true);
        Trial::new(name, move |_| match first.swap(false, Ordering::Relaxed) {
            true => bail!("not now"),
            false => Ok(()),
        })
    }

    #[test]
    fn what_passes_at_the_second_attempt_is_told() {
        let tally = run(vec![shy("a")]);
        assert_eq!((tally.passed, tally.failed.len()), (1, 0));
        assert_eq!(tally.repeated[0].0, "a");
        assert!(tally.close(false, Duration::ZERO));
    }

    #[test]
    fn many_failures_are_no_accident() {
        let names = ["a"; MOST_REPEATED + 1];
        let tally = run(names.map(shy).into());
        assert_eq!(tally.failed.len(), names.len());
    }

    #[test]
    fn a_run_that_only_skipped_is_not_well() {
        let tally = run(vec![Trial::skipped("a", "why")]);
        assert!(!tally.close(false, Duration::ZERO));
    }

    #[test]
    fn strictness_asks_for_a_recording() {
        let tally = run(vec![Trial::new("a", |_| Ok(())).without_recording()]);
        assert!(tally.close(false, Duration::ZERO));
        assert!(!tally.close(true, Duration::ZERO));
    }
}
