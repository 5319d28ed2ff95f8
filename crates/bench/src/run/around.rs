//! Sides that run as the command of another program: a recorder, a counter.

use std::ffi::OsString;
use std::path::Path;

use super::command::Commands;
use super::error::RunError;

/// What can be run under another program, beside being measured.
pub trait Around {
    /// A folder that lasts as long as the session.
    fn scratch(&self) -> &Path;

    /// Does what a side wants done before each run.
    ///
    /// # Errors
    /// It fails.
    fn prepare(&mut self, side: usize) -> Result<(), RunError>;

    /// Runs one process of `side` for `kernel` as the command of `around`, its
    /// words put in front; as it is if there are none. `what` names the run in
    /// errors.
    ///
    /// Every call has the same hash seed and an environment of the same length,
    /// so that counts differ by the side alone.
    ///
    /// # Errors
    /// It fails, takes too long, cannot be started, or stop was asked for.
    fn run_around(
        &mut self,
        kernel: usize,
        side: usize,
        around: &[OsString],
        what: &'static str,
    ) -> Result<(), RunError>;
}

impl Around for Commands {
    fn scratch(&self) -> &Path {
        self.scratch()
    }

    fn prepare(&mut self, side: usize) -> Result<(), RunError> {
        self.prepare(side)
    }

    fn run_around(
        &mut self,
        _: usize,
        side: usize,
        around: &[OsString],
        what: &'static str,
    ) -> Result<(), RunError> {
        self.run_around_with(side, &[], around, what)
    }
}
