//! A broken promise and where it stands.

use std::fmt;
use std::path::PathBuf;

/// A broken promise and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, from the repository's top.
    pub path: PathBuf,
    /// The line; 0 for the whole file.
    pub line: usize,
    /// What is wrong, and why that matters.
    pub what: String,
}

impl Finding {
    /// A finding about a line of a file, or about all of it with line 0.
    pub fn new(path: impl Into<PathBuf>, line: usize, what: impl Into<String>) -> Finding {
        Finding {
            path: path.into(),
            line,
            what: what.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.path.display(), self.what),
            line => write!(out, "{}:{line}: {}", self.path.display(), self.what),
        }
    }
}
