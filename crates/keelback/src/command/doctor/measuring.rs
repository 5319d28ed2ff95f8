//! `keelback doctor --bench`: what this machine does to comparisons.

use std::path::Path;

use keelback_bench::machine::{self, Bytecode, Change, Done, Fact, Folios, Knob, Probe, Tuning};
use keelback_report::bench_machine;
use serde::Serialize;
use serde_json::json;

use crate::args::Doctor;
use crate::exit::{Ending, OWN_FAILURE};
use crate::ui::{self, Destination, Failure, Progress};

/// The contract of `doctor --bench --json`.
#[derive(Debug, Serialize)]
struct Diagnosis {
    /// Of this format.
    version: u32,
    /// What was measured just now.
    measured: Probe,
    /// Of the python3 of the PATH, if there is one.
    bytecode: Option<Bytecode>,
    /// ... where the kernel tells.
    folios: Option<Folios>,
    /// Settings, and what each does.
    settings: Vec<Fact>,
    /// What could be set better and put back.
    knobs: Vec<Knob>,
    /// What keelback has set, and not put back.
    changes: Vec<Change>,
}

pub(super) fn doctor(args: &Doctor) -> Result<Ending, Failure> {
    match (args.tune, args.untune) {
        (true, _) => told(
            &Tuning::here().tune(),
            args.json,
            "is",
            "can be set better and put back again",
        ),
        (_, true) => told(
            &Tuning::here().untune(),
            args.json,
            "is again",
            "was set by keelback",
        ),
        _ => bench(args.json),
    }
}

/// Measures, and says what it costs.
///
/// # Errors
/// stdout is closed.
pub(crate) fn bench(json: bool) -> Result<Ending, Failure> {
    let diagnosis = Diagnosis::make();
    let text = match json {
        true => serde_json::to_string_pretty(&diagnosis).map_err(Failure::new)? + "\n",
        false => diagnosis.text(),
    };
    Destination::Stdout.write(&text)?;
    Ok(Ending::SUCCESS)
}

impl Diagnosis {
    fn make() -> Diagnosis {
        let progress = Progress::show("measuring this machine".into());
        let python = Path::new("python3");
        let tuning = Tuning::here();
        let diagnosis = Diagnosis {
            version: 1,
            measured: Probe::take(),
            bytecode: machine::bytecode(python),
            folios: machine::folios(python),
            settings: machine::facts(),
            knobs: tuning.knobs(),
            changes: tuning.changes(),
        };
        drop(progress);
        diagnosis
    }

    fn text(&self) -> String {
        let measured =
            bench_machine::measured(&self.measured, self.bytecode.as_ref(), self.folios.as_ref());
        format!(
            "Measured for {:.1} s\n{}\nSettings\n{}\nTuning\n{}",
            self.measured.took_ns as f64 / 1e9,
            indented(&measured),
            indented(&bench_machine::list(&self.settings)),
            indented(&bench_machine::knobs(&self.knobs, &self.changes)),
        )
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// What became of each setting; a failure if one could not be written.
fn told(done: &[Done], json: bool, set: &str, nothing: &str) -> Result<Ending, Failure> {
    let text = match (json, done.is_empty()) {
        (true, _) => document(done),
        (false, true) => format!("nothing on this machine {nothing}\n"),
        (false, false) => done.iter().map(|it| line(it, set)).collect(),
    };
    Destination::Stdout.write(&text)?;
    let failures: Vec<String> = done
        .iter()
        .filter_map(|it| it.result.as_ref().err().map(ToString::to_string))
        .collect();
    failures.iter().for_each(|failure| ui::warn(failure));
    Ok(match failures.is_empty() {
        true => Ending::SUCCESS,
        false => Ending::Code(OWN_FAILURE),
    })
}

fn document(done: &[Done]) -> String {
    let error = |it: &Done| it.result.as_ref().err().map(ToString::to_string);
    let list = done
        .iter()
        .map(|it| json!({ "change": it.change, "error": error(it) }));
    format!(
        "{:#}\n",
        json!({ "version": 1, "changes": list.collect::<Vec<_>>() })
    )
}

fn line(done: &Done, set: &str) -> String {
    let Change {
        name,
        before,
        after,
        ..
    } = &done.change;
    match (&done.result, set) {
        (Ok(()), "is") => format!("{name} is {after}; it was {before}\n"),
        (Ok(()), _) => format!("{name} is {before} again\n"),
        (Err(_), _) => format!("{name} stays as it is\n"),
    }
}
