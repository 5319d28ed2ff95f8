//! A folder for fresh copies, gone at the end.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder whose files have names of one length: the name of the executable
/// lies on the stack of the new process, and its length must not tell the sides
/// apart.
#[derive(Debug)]
pub(super) struct Scratch(TempDir);

impl Scratch {
    pub(super) fn new() -> io::Result<Scratch> {
        tempfile::Builder::new()
            .prefix("keelback-bench-")
            .tempdir()
            .map(Scratch)
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A folder in it that is not there yet.
    pub(super) fn fresh(&self, random: u64) -> PathBuf {
        self.path().join(format!("{random:016x}"))
    }
}
