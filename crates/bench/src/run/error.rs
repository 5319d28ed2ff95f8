//! Why there is no observation.

use std::io;
use std::time::Duration;

/// Why a run gave no observation.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The program does not exist.
    #[error("{side}: no such command: {program}")]
    NotFound {
        /// The side's name.
        side: String,
        /// What was looked for.
        program: String,
    },
    /// The program exists, but execve(2) refuses it.
    #[error("{side}: cannot execute {program}: {source}")]
    NotExecutable {
        /// The side's name.
        side: String,
        /// What was to run.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The program ended with an error.
    #[error("{side}: {what} {status}{}", said(.stderr))]
    Failed {
        /// The side's name.
        side: String,
        /// What ran: the command itself, its setup or its preparation.
        what: &'static str,
        /// How it ended, in words.
        status: String,
        /// The end of what it wrote to stderr.
        stderr: String,
    },
    /// The program did not end in time; it was killed.
    #[error("{side}: {what} still ran after {} s and was ended (--timeout allows more){}", .limit.as_secs(), said(.stderr))]
    TimedOut {
        /// The side's name.
        side: String,
        /// What ran.
        what: &'static str,
        /// The time it had.
        limit: Duration,
        /// The end of what it wrote to stderr.
        stderr: String,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The kernel runner answered something that cannot be understood.
    #[error("{side}: {problem}")]
    Runner {
        /// The side's name.
        side: String,
        /// What is wrong.
        problem: String,
    },
    /// Anything else.
    #[error("cannot {what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

impl RunError {
    /// For `map_err`: what was tried.
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> RunError {
        let what = what.into();
        move |source| RunError::System { what, source }
    }
}

fn said(stderr: &str) -> String {
    let stderr = stderr.trim_end();
    if stderr.is_empty() {
        return String::new();
    }
    format!("; it said:\n{stderr}")
}
