//! Every program, on the interpreters that it asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::coverage::Coverage;
use crate::expectation::Expectation;
use crate::keelback::Run;
use crate::program::{self, Program};
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::recording::Recording;
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};
use crate::truth::Truth;

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
                        engine,
                    };
                    trials.push(case.trial());
                }
            }
        }
    }
    Ok(trials)
}

/// A program on an interpreter.
struct Case {
    program: Program,
    python: Python,
    other: Option<Python>,
    variant: String,
    engine: &'static str,
}

impl Case {
    fn trial(self) -> Trial {
        let name = format!(
            "{} {} on {} by {}",
            self.program.name, self.variant, self.python, self.engine
        );
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(why) = self.obstacle() {
            return Trial::skipped(name, why);
        }
        let alone = self.program.header.alone;
        let is_for_anyone = self.engine == "ptrace";
        let trial = Trial::new(name, move |scratch| self.run(scratch)).alone(alone);
        match is_for_anyone {
            true => trial.without_recording(),
            false => trial,
        }
    }

    /// Why this program does not run on this interpreter.
    fn obstacle(&self) -> Option<String> {
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

    fn run(&self, scratch: &Scratch) -> Result<()> {
        let expectations = self.program.header.expectations(&self.variant)?;
        let (trace, notes) = (scratch.file("trace.kb"), scratch.file("notes"));
        let mode = self.program.header.mode.as_str();
        let words = ["run", "--engine", self.engine, "--mode", mode, "-o"];
        let mut words: Vec<OsString> = words.map(OsString::from).into();
        words.extend([trace.clone().into(), "--".into()]);
        words.extend(self.command(scratch)?);
        let ended = Run::keelback(scratch, words)?
            .env("KEELBACK_TRUTH", &notes)
            .finish()?;
        expectations
            .iter()
            .try_for_each(|it| it.check_ending(&ended))?;
        let recording = Recording::open(scratch, &trace)?;
        self.check(&recording, &Truth::read(&notes)?, &expectations)
            .with_context(|| format!("{ended}"))
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
