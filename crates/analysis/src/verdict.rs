//! The verdict: everything a report prints after a recording.

use crate::budget::{Budget, ProcessBudget, ThreadBudget};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::lines::{BlockedLine, HotLine};

/// What a recording says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The recording.
    pub facts: Facts,
    /// Its processes, in the order of their start.
    pub processes: Vec<ProcessBudget>,
    /// Its threads, longest first.
    pub threads: Vec<ThreadBudget>,
    /// All threads' budgets summed; `wall_ns` is thread-time.
    pub total: Budget,
    /// Where threads slept, longest first; at most [`BLOCKED_LINES`].
    pub blocked: Vec<BlockedLine>,
    /// Lines that ran, hottest first, by samples; at most [`HOT_LINES`].
    pub hot: Vec<HotLine>,
    /// At most [`FINDINGS`], most important first.
    pub findings: Vec<Finding>,
}

/// How many blocked lines a verdict keeps.
pub const BLOCKED_LINES: usize = 20;

/// How many running lines a verdict keeps.
pub const HOT_LINES: usize = 10;

/// How many findings a verdict keeps: more would not be read.
pub const FINDINGS: usize = 5;
