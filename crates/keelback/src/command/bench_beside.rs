//! What is learned beside time: counts of instructions, and what recordings of
//! the sides say.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;
use keelback_analysis::difference::{Difference, Traced, traced};
use keelback_bench::layout::layouts::is_average;
use keelback_bench::run::{Around, Environment, Instructions, RunError, Tool};
use keelback_bench::session::{Arm, Comparison, Kernel, Outcome, Recording};
use keelback_trace::file::Trace;

use crate::ui;

/// When instructions are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Counting {
    /// If it takes no more than half a minute
    #[default]
    Auto,
    /// However long it takes
    Always,
    /// Never
    Never,
}

/// The longest that counting takes unasked, nanoseconds.
const UNASKED_NS: f64 = 30e9;

/// Counts every kernel's instructions once per side; says so where it cannot.
pub(super) fn count(
    subject: &mut dyn Around,
    recording: &Recording,
    when: Counting,
) -> Vec<Instructions> {
    let counts = match tool(recording, when) {
        Ok(Some(tool)) => all_counts(subject, recording, &tool),
        Ok(None) => return Vec::new(),
        Err(why) => Err(why),
    };
    counts.unwrap_or_else(|why| {
        ui::note(&why);
        Vec::new()
    })
}

fn tool(recording: &Recording, when: Counting) -> Result<Option<Tool>, String> {
    if when == Counting::Never {
        return Ok(None);
    }
    let found = Tool::found(&Environment::new(std::env::vars_os()));
    match found {
        None if when == Counting::Always => {
            Err("instructions are not counted: no counter in the processor, and valgrind is not installed".into())
        }
        None => Ok(None),
        Some(tool) => {
            let takes = tool.slowdown() * runs_ns(recording);
            if when == Counting::Auto && takes > UNASKED_NS {
                return Err(format!(
                    "instructions are not counted: {} would take about {:.0} s; --instructions always does it",
                    tool.name(),
                    takes / 1e9
                ));
            }
            Ok(Some(tool))
        }
    }
}

/// One process of every side and kernel, nanoseconds of CPU time.
fn runs_ns(recording: &Recording) -> f64 {
    let process = |kernel: &Kernel, side| {
        let runs = kernel
            .rounds
            .iter()
            .filter_map(|round| round.of(Arm::Side(side)));
        let times: Vec<u64> = runs.map(|run| run.cpu_ns()).collect();
        times.iter().sum::<u64>() as f64 / times.len().max(1) as f64
    };
    let sides = 0..recording.sides.len();
    let kernels = recording.kernels.iter();
    kernels
        .flat_map(|kernel| sides.clone().map(move |side| process(kernel, side)))
        .sum()
}

fn all_counts(
    subject: &mut dyn Around,
    recording: &Recording,
    tool: &Tool,
) -> Result<Vec<Instructions>, String> {
    let sides = recording.sides.len();
    let kernels = recording.kernels.iter().enumerate();
    kernels
        // Layouts do not change what is executed.
        .filter(|(_, kernel)| !is_average(&kernel.name))
        .map(|(number, kernel)| tool.count(subject, (number, &kernel.name), sides))
        .collect::<Result<_, RunError>>()
        .map_err(|error| format!("instructions are not counted: {error}"))
}

/// A comparison, explained.
#[derive(Debug)]
pub(super) struct Explained {
    pub(super) kernel: String,
    pub(super) a: String,
    pub(super) b: String,
    pub(super) difference: Difference,
}

/// Comparisons that are explained at most: each costs three recordings.
const EXPLAINED: usize = 3;

/// Records a run of both sides of the comparisons that changed, and of the
/// first comparison if none did.
///
/// # Errors
/// A run fails under the recorder, or nothing can be recorded here.
pub(super) fn explain(subject: &mut dyn Around, outcome: &Outcome) -> Result<Vec<Explained>> {
    let (summary, recording) = (&outcome.summary, &outcome.recording);
    let changed = summary
        .comparisons
        .iter()
        .filter(|it| it.decision.verdict.changed());
    let mut chosen: Vec<&Comparison> = changed.take(EXPLAINED).collect();
    if chosen.is_empty() {
        chosen.extend(summary.comparisons.first());
    }
    chosen
        .into_iter()
        .map(|it| explain_one(subject, it, recording))
        .collect()
}

fn explain_one(
    subject: &mut dyn Around,
    comparison: &Comparison,
    recording: &Recording,
) -> Result<Explained> {
    let Comparison { kernel, a, b, .. } = comparison;
    let number = recording
        .kernels
        .iter()
        .position(|it| it.name == *kernel)
        .unwrap_or(0);
    let side = recording.sides.iter().position(|it| it == b).unwrap_or(1);
    // The first side is recorded before and after: what warms up shows as its
    // own difference from itself.
    let [first, other, again] = [0, side, 0].map(|side| record(subject, number, side));
    Ok(Explained {
        kernel: kernel.clone(),
        a: a.clone(),
        b: b.clone(),
        difference: Difference::between(&first?, &other?, &again?),
    })
}

/// Runs a side as the command of another keelback, which records it.
fn record(subject: &mut dyn Around, kernel: usize, side: usize) -> Result<Traced> {
    let folder =
        tempfile::tempdir_in(subject.scratch()).context("cannot make a folder for recordings")?;
    let file = folder.path().join("explained.kb");
    subject.prepare(side)?;
    subject
        .run_around(kernel, side, &recorder(&file)?, "its recorded run")
        .context("--explain")?;
    let trace = Trace::open(&file).context("--explain: the recording cannot be read")?;
    Ok(traced(&trace)?)
}

fn recorder(file: &Path) -> Result<Vec<OsString>> {
    let keelback = std::env::current_exe().context("cannot find keelback itself")?;
    let options = [
        "run",
        "--quiet",
        "--mode",
        "full",
        "--sample-hz",
        "4999",
        "-o",
    ];
    let mut words = vec![keelback.into_os_string()];
    words.extend(options.map(OsString::from));
    words.extend([file.into(), "--".into()]);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keelback_bench::run::Observation;
    use keelback_bench::session::{Round, Run};

    fn recording(cpu_ns: u64) -> Recording {
        let run = |arm| Run {
            arm,
            observation: Observation {
                user_ns: cpu_ns,
                ..Observation::default()
            },
        };
        let round = Round {
            hash_seed: 1,
            runs: vec![run(Arm::Side(0)), run(Arm::Side(1))],
        };
        Recording {
            sides: vec!["A".into(), "B".into()],
            kernels: vec![Kernel {
                name: "command".into(),
                rounds: vec![round.clone(), round],
            }],
        }
    }

    #[test]
    fn one_process_of_each_side_is_what_counting_slows_down() {
        assert_eq!(runs_ns(&recording(5_000_000)), 10e6);
    }
}
