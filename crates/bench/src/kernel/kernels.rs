//! Sides that are interpreters, and what they run.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::answer::{self, Calibrated, Function, Listed, Timed};
use crate::run::command::Draw;
use crate::run::{Around, Commands, Linked, Observation, RunError};
use crate::session::Subject;

/// The runner that is started in the interpreters; nothing is installed there.
const RUNNER: &str = include_str!("runner.py");

/// The least time a value takes, unless said otherwise: ten thousand times what
/// reading the clocks costs.
pub const VALUE: Duration = Duration::from_millis(20);

/// Values per process, after one that warms up. The best of them counts.
const VALUES: u32 = 4;

/// One function of one file.
#[derive(Clone, Debug)]
struct Kernel {
    name: String,
    function: Function,
    file: PathBuf,
    /// The same for all sides.
    loops: u64,
}

/// Kernels, listed and calibrated.
#[derive(Debug)]
pub struct Kernels {
    interpreters: Commands,
    kernels: Vec<Kernel>,
    runner: PathBuf,
    answer: PathBuf,
    warnings: Vec<String>,
}

impl Kernels {
    /// Lists the kernels of `files` in every interpreter and finds out how
    /// often each is to run for a timing to take at least `value`.
    ///
    /// # Errors
    /// A file has no kernel, or an interpreter fails on it.
    pub fn new(
        interpreters: Commands,
        files: &[PathBuf],
        value: Duration,
    ) -> Result<Kernels, RunError> {
        let runner = interpreters.scratch().join("runner.py");
        fs::write(&runner, RUNNER).map_err(RunError::system("write the kernel runner"))?;
        let mut kernels = Kernels {
            answer: interpreters.scratch().join("answer.json"),
            interpreters,
            kernels: Vec::new(),
            runner,
            warnings: Vec::new(),
        };
        for file in files {
            kernels.list(file)?;
        }
        for kernel in 0..kernels.kernels.len() {
            kernels.kernels[kernel].loops = kernels.calibrate(kernel, value)?;
        }
        Ok(kernels)
    }

    /// The interpreters.
    pub fn interpreters(&self) -> &Commands {
        &self.interpreters
    }

    /// The interpreters, to run something beside them.
    pub(crate) fn interpreters_mut(&mut self) -> &mut Commands {
        &mut self.interpreters
    }

    /// What a reader of the results should know, in sentences.
    pub fn warnings(&self) -> impl Iterator<Item = &String> {
        self.interpreters.warnings().iter().chain(&self.warnings)
    }

    /// Only kernels that every side has can be compared.
    fn list(&mut self, file: &Path) -> Result<(), RunError> {
        let mut lists = Vec::new();
        for side in 0..self.interpreters.sides().len() {
            let listed: Listed = self
                .ask(side, None, "list", file, &[], Draw { hash_seed: 1 })?
                .1;
            lists.push(listed.kernels);
        }
        let mut functions: Vec<Function> = Vec::new();
        for function in lists.iter().flatten() {
            if !functions.contains(function) {
                functions.push(function.clone());
            }
        }
        let (everywhere, somewhere): (Vec<Function>, Vec<Function>) = functions
            .into_iter()
            .partition(|function| lists.iter().all(|list| list.contains(function)));
        self.note_missing(&somewhere);
        if everywhere.is_empty() {
            return Err(no_kernels(file));
        }
        for function in everywhere {
            let name = self.unused_name(&function.name, file);
            self.kernels.push(Kernel {
                name,
                function,
                file: file.to_owned(),
                loops: 1,
            });
        }
        Ok(())
    }

    fn note_missing(&mut self, somewhere: &[Function]) {
        for Function { name, .. } in somewhere {
            self.warnings.push(format!(
                "{name} does not exist on every side; it is left out"
            ));
        }
    }

    /// The function's name, with its file's in front if there is another.
    fn unused_name(&self, function: &str, file: &Path) -> String {
        if self.kernels.iter().all(|kernel| kernel.name != function) {
            return function.to_owned();
        }
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        format!("{stem}.{function}")
    }

    /// Enough loops for the fastest side, the same for all.
    fn calibrate(&mut self, kernel: usize, value: Duration) -> Result<u64, RunError> {
        let Kernel { file, function, .. } = self.kernels[kernel].clone();
        let mut loops = 1;
        for side in 0..self.interpreters.sides().len() {
            let mut rest = vec![function.name.clone(), value.as_nanos().to_string()];
            rest.extend(function.arguments.iter().cloned());
            let calibrated: Calibrated = self
                .ask(side, None, "calibrate", &file, &rest, Draw { hash_seed: 1 })?
                .1;
            loops = loops.max(calibrated.loops);
        }
        Ok(loops)
    }

    /// Times a kernel in one process of `side`, or of what a linker made of it.
    pub(crate) fn observe_as(
        &mut self,
        kernel: usize,
        side: usize,
        linked: Option<&Linked>,
        draw: Draw,
    ) -> Result<Observation, RunError> {
        let kernel = self.kernels[kernel].clone();
        let (observation, timed): (_, Timed) =
            self.ask(side, linked, "run", &kernel.file, &kernel.to_run(), draw)?;
        Ok(Observation {
            values: timed.values(),
            loops: kernel.loops,
            ..observation
        })
    }

    fn ask<T: serde::de::DeserializeOwned>(
        &mut self,
        side: usize,
        linked: Option<&Linked>,
        mode: &str,
        file: &Path,
        rest: &[String],
        draw: Draw,
    ) -> Result<(Observation, T), RunError> {
        let arguments = self.arguments(mode, file, rest);
        let observation = match linked {
            Some(linked) => self
                .interpreters
                .observe_linked(side, linked, &arguments, draw)?,
            None => self.interpreters.observe_with(side, &arguments, draw)?,
        };
        let answer = answer::read(&self.answer, &self.interpreters.sides()[side])?;
        Ok((observation, answer))
    }

    fn arguments(&self, mode: &str, file: &Path, rest: &[String]) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec![
            self.runner.clone().into(),
            mode.into(),
            file.into(),
            self.answer.clone().into(),
        ];
        arguments.extend(rest.iter().map(OsString::from));
        arguments
    }
}

impl Kernel {
    /// What the runner is told to time it.
    fn to_run(&self) -> Vec<String> {
        let Function { name, arguments } = &self.function;
        let own = [name.clone(), self.loops.to_string(), VALUES.to_string()];
        own.into_iter().chain(arguments.iter().cloned()).collect()
    }
}

impl Around for Kernels {
    fn scratch(&self) -> &Path {
        self.interpreters.scratch()
    }

    fn prepare(&mut self, side: usize) -> Result<(), RunError> {
        Around::prepare(&mut self.interpreters, side)
    }

    fn run_around(
        &mut self,
        kernel: usize,
        side: usize,
        around: &[OsString],
        what: &'static str,
    ) -> Result<(), RunError> {
        let kernel = &self.kernels[kernel];
        let arguments = self.arguments("run", &kernel.file, &kernel.to_run());
        self.interpreters
            .run_around_with(side, &arguments, around, what)
    }
}

impl Subject for Kernels {
    fn sides(&self) -> Vec<String> {
        self.interpreters.sides()
    }

    fn kernels(&self) -> Vec<String> {
        self.kernels
            .iter()
            .map(|kernel| kernel.name.clone())
            .collect()
    }

    fn observe(&mut self, kernel: usize, side: usize, draw: Draw) -> Result<Observation, RunError> {
        self.observe_as(kernel, side, None, draw)
    }
}

fn no_kernels(file: &Path) -> RunError {
    RunError::Runner {
        side: file.display().to_string(),
        problem: "no kernel that every side has: define functions called bench_NAME, or use pyperf.Runner".to_owned(),
    }
}
