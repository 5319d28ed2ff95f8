//! Every program, on the interpreters that it asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::coverage::Coverage;
use crate::expectation::Expectation;
use crate::keelback::{Ended, Run};
use crate::program::{self, Program};
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::recording::Recording;
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};
use crate::truth::Truth;
use crate::user;

/// Both engines see the same of the same program.
pub(super) const ENGINES: [&str; 2] = ["ebpf", "ptrace"];

/// One trial for each program, interpreter, variant and engine.
pub(super) fn trials(pythons: &Pythons) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for program in program::all()? {
        let on = match program.header.on_every {
            true => pythons.found.clone(),
            false => pythons.pair(),
        };
        for python in on {
            let other = pythons.other_than(&python);
            for variant in &program.header.variants {
                for engine in ENGINES {
                    let case = Case {
                        program: program.clone(),
                        python: python.clone(),
                        other: other.clone(),
                        variant: variant.clone(),
                    };
                    trials.push(case.trial(engine));
                }
            }
        }
    }
    Ok(trials)
}

/// A program on an interpreter.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) program: Program,
    pub(super) python: Python,
    pub(super) other: Option<Python>,
    pub(super) variant: String,
}

/// Who records it.
#[derive(Clone, Copy)]
pub(super) enum Who {
    /// Whoever runs the trials.
    Oneself,
    /// Somebody without any privilege.
    User,
}

/// A case that was recorded.
pub(super) struct Made {
    pub(super) ended: Ended,
    pub(super) trace: PathBuf,
    pub(super) recording: Recording,
    truth: Truth,
}

impl Case {
    fn trial(self, engine: &'static str) -> Trial {
        let name = format!("{} by {engine}", self.name());
        if let Some(why) = self.obstacle() {
            return Trial::skipped(name, why);
        }
        let alone = self.program.header.alone;
        let is_for_anyone = engine == "ptrace";
        let trial = Trial::new(name, move |scratch| self.run(scratch, engine, Who::Oneself));
        let trial = trial.alone(alone);
        match is_for_anyone {
            true => trial.without_recording(),
            false => trial,
        }
    }

    /// Such as `processes fork on system-3.11.2`.
    pub(super) fn name(&self) -> String {
        let name = format!("{} {} on {}", self.program.name, self.variant, self.python);
        name.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Why this program does not run on this interpreter.
    pub(super) fn obstacle(&self) -> Option<String> {
        let header = &self.program.header;
        let (major, minor) = header.needs;
        if self.python.version < header.needs {
            return Some(format!("needs Python {major}.{minor}"));
        }
        if self.python.launcher && !header.launcher {
            return Some("this Python is started by a script, so its executable cannot be".into());
        }
        (header.command.contains("{other}") && self.other.is_none())
            .then(|| "there is no second Python".to_owned())
    }

    /// Records it, and holds it to what it says of itself.
    pub(super) fn run(&self, scratch: &Scratch, engine: &str, who: Who) -> Result<()> {
        let expectations = self.program.header.expectations(&self.variant)?;
        let mode = &self.program.header.mode;
        let made = self.record(scratch, engine, mode, who)?;
        self.check(&made.recording, &made.truth, &expectations)
            .with_context(|| format!("{}", made.ended))
    }

    /// Records it, and checks how it ended.
    pub(super) fn record(
        &self,
        scratch: &Scratch,
        engine: &str,
        mode: &str,
        who: Who,
    ) -> Result<Made> {
        let (trace, notes) = (scratch.file("trace.kb"), scratch.file("notes"));
        // A second run must not find the first one's.
        let _ = std::fs::remove_file(&notes);
        let words = ["run", "--force", "--engine", engine, "--mode", mode, "-o"];
        let mut words: Vec<OsString> = words.map(OsString::from).into();
        words.extend([trace.clone().into(), "--".into()]);
        words.extend(self.command(scratch)?);
        let run = match who {
            Who::Oneself => Run::keelback(scratch, words)?,
            Who::User => user::keelback(scratch, words)?,
        };
        let ended = run.env("KEELBACK_TRUTH", &notes).finish()?;
        self.program
            .header
            .expectations(&self.variant)?
            .iter()
            .try_for_each(|it| it.check_ending(&ended))?;
        Ok(Made {
            recording: Recording::open(scratch, &trace)?,
            truth: Truth::read(&notes)?,
            trace,
            ended,
        })
    }

    fn check(&self, recording: &Recording, truth: &Truth, expected: &[Expectation]) -> Result<()> {
        for expectation in expected {
            if let Expectation::Truth(bound) = expectation {
                bound.hold("marked calls", truth.marked() as f64)?;
            }
            expectation.check_recording(recording)?;
        }
        truth.check_clocks(&recording.all_budgets()?)?;
        if truth.marked() > 0 && self.python.version >= FIRST_WITH_FRAMES {
            truth.check_stacks(&recording.events)?;
            let file = format!("{}:", self.program.path.display());
            Coverage::measure(&recording.events, &file).check()?;
        }
        Ok(())
    }

    /// The words to run, with every `{name}` replaced.
    fn command(&self, scratch: &Scratch) -> Result<Vec<OsString>> {
        let mut text = self.program.header.command.clone();
        let other = self.other.as_ref().unwrap_or(&self.python);
        for (name, value) in [
            ("{python}", &self.python.path),
            ("{program}", &self.program.path),
            ("{other}", &other.path),
        ] {
            text = text.replace(name, value.to_str().context("a path that is text")?);
        }
        if text.contains("{venv}") {
            let venv = self.venv(scratch)?;
            text = text.replace("{venv}", venv.to_str().context("a path that is text")?);
        }
        let variant = Some(&self.variant).filter(|it| !it.is_empty()).cloned();
        Ok(words(&text)
            .into_iter()
            .chain(variant)
            .map(OsString::from)
            .collect())
    }

    fn venv(&self, scratch: &Scratch) -> Result<PathBuf> {
        let folder = scratch.file("venv");
        let make = ["-m", "venv", "--without-pip"].map(OsString::from);
        let make = make.into_iter().chain([folder.clone().into()]);
        let made = Run::new(scratch, &self.python.path, make).finish()?;
        match made.stderr.contains("No module named") {
            true => Err(Skip("this Python has no venv module".into()).into()),
            false => {
                ensure!(made.status.success(), "no virtual environment\n{made}");
                Ok(folder.join("bin/python"))
            }
        }
    }
}

/// Splits at spaces; what stands between double quotes is one word.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, piece) in text.split('"').enumerate() {
        match index % 2 {
            1 => words.push(piece.to_owned()),
            _ => words.extend(piece.split_whitespace().map(str::to_owned)),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(words("sh -c \"a b; c\" d"), ["sh", "-c", "a b; c", "d"]);
    }
}
