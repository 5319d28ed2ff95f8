//! Recognises a file and reads its series.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::{hyperfine, ours, pyperf};

/// The series of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Which tool wrote it, and in which version of its format.
    pub format: &'static str,
    /// Its series, in the order of the file.
    pub series: Vec<Series>,
}

/// One benchmark's processes, in the order they ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The benchmark or command.
    pub name: String,
    /// One figure per process, seconds: elapsed time, because every tool has it.
    pub seconds: Vec<f64>,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// It cannot be opened.
    #[error("cannot read {0}: {1}")]
    Read(String, io::Error),
    /// It is not JSON.
    #[error("{0} is not JSON: {1}")]
    Json(String, serde_json::Error),
    /// It is JSON of no known tool.
    #[error(
        "{0} is from no tool known here: pyperf, hyperfine 1 and 2, and keelback bench --json are"
    )]
    Unknown(String),
}

/// Reads a file of pyperf (1.0), hyperfine (1 or 2) or keelback.
///
/// # Errors
/// The file is missing, broken or from another tool.
pub fn read(file: &Path) -> Result<History, HistoryError> {
    let name = file.display().to_string();
    let text = fs::read(file).map_err(|error| HistoryError::Read(name.clone(), error))?;
    let document: Value =
        serde_json::from_slice(&text).map_err(|error| HistoryError::Json(name.clone(), error))?;
    [ours::series, pyperf::series, hyperfine::series]
        .iter()
        .find_map(|read| read(&document))
        .ok_or(HistoryError::Unknown(name))
}
