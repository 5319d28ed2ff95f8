//! What the runner inside the interpreter answers.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::run::{RunError, Value};

/// To `list`.
#[derive(Deserialize)]
pub(super) struct Listed {
    /// In the order of the file.
    pub(super) kernels: Vec<Function>,
}

/// What can be timed in a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Function {
    /// Its name inside the file.
    pub(super) name: String,
    /// What the file is to be run with: pyperformance's `extra_opts`.
    pub(super) arguments: Vec<String>,
}

/// To `calibrate`.
#[derive(Deserialize)]
pub(super) struct Calibrated {
    /// How often the kernel is to run in one value.
    pub(super) loops: u64,
}

/// To `run`.
#[derive(Deserialize)]
pub(super) struct Timed {
    /// Elapsed and CPU time of each value, nanoseconds.
    values: Vec<(u64, u64)>,
}

impl Timed {
    pub(super) fn values(self) -> Vec<Value> {
        let value = |(wall_ns, cpu_ns)| Value { wall_ns, cpu_ns };
        self.values.into_iter().map(value).collect()
    }
}

/// Reads and removes an answer.
pub(super) fn read<T: DeserializeOwned>(file: &Path, side: &str) -> Result<T, RunError> {
    let problem = |problem: String| RunError::Runner {
        side: side.to_owned(),
        problem,
    };
    let text = fs::read(file)
        .map_err(|error| problem(format!("the kernel ended without an answer: {error}")))?;
    let _ = fs::remove_file(file);
    serde_json::from_slice(&text)
        .map_err(|error| problem(format!("the kernel's answer makes no sense: {error}")))
}
