//! The table of system calls.

use crate::facts::Facts;
use crate::finding::Finding;
use crate::futex::{Evidence, FutexClass};

use super::By;

/// System calls, by call, by futex class and by one more way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyscallTable {
    /// The recording.
    pub facts: Facts,
    /// Is every call in it (full mode), or only those that blocked (wait
    /// mode)?
    pub every_call: bool,
    /// All threads' wall time, nanoseconds.
    pub thread_ns: u64,
    /// All threads' wall time without what recording the calls added: shares
    /// are of this.
    pub untraced_ns: u64,
    /// Sums of the rows.
    pub total: CallRow,
    /// One row per system call, longest calibrated time first.
    pub calls: Vec<CallRow>,
    /// What `groups` are grouped by.
    pub by: Option<By>,
    /// The same calls grouped, longest time first; empty without `by`.
    pub groups: Vec<CallGroup>,
    /// futex(2) by the lock behind it, most calls first.
    pub futex: Vec<FutexRow>,
    /// Story 1 in one line; empty when there was no futex call.
    pub futex_line: String,
    /// What stands out.
    pub findings: Vec<Finding>,
}

/// One system call. All times in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallRow {
    /// Its name.
    pub name: String,
    /// How many ended (full mode), or how often it put a thread to sleep
    /// (wait mode).
    pub count: u64,
    /// How many of them were counted in the kernel only, because their events
    /// could not be kept: they have no stack and no path.
    pub tallied: u64,
    /// Failures by error, most first.
    pub errors: Vec<ErrorCount>,
    /// From entry to exit as the recorder saw it; in wait mode the time off
    /// the CPU.
    pub time_ns: u64,
    /// The same less what the recorder added to each call.
    pub calibrated_ns: u64,
    /// How much of `calibrated_ns` the thread was off the CPU: asleep, or
    /// waiting for a CPU.
    pub blocked_ns: u64,
    /// `calibrated_ns` as a share of `SyscallTable::untraced_ns`, 0 to 1.
    pub share: f64,
}

impl CallRow {
    /// Time in the kernel on a CPU, nanoseconds.
    pub fn cpu_ns(&self) -> u64 {
        self.calibrated_ns.saturating_sub(self.blocked_ns)
    }

    /// How many failed.
    pub fn failed(&self) -> u64 {
        self.errors.iter().map(|error| error.count).sum()
    }
}

/// How often a call failed with one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorCount {
    /// `ENOENT`.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// Calls with one key. All times in nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct CallGroup {
    /// The function, line, purpose ...
    pub key: String,
    /// How many calls.
    pub count: u64,
    /// How many failed.
    pub failed: u64,
    /// As in [`CallRow`].
    pub time_ns: u64,
    /// As in [`CallRow`].
    pub calibrated_ns: u64,
    /// As in [`CallRow`].
    pub blocked_ns: u64,
    /// As in [`CallRow`].
    pub share: f64,
    /// The call that is made most in it.
    pub top_call: String,
}

impl CallGroup {
    /// Time in the kernel on a CPU, nanoseconds.
    pub fn cpu_ns(&self) -> u64 {
        self.calibrated_ns.saturating_sub(self.blocked_ns)
    }
}

/// futex(2) calls on one class of lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FutexRow {
    /// Whose lock.
    pub class: FutexClass,
    /// The weakest evidence that any of the calls was classed by.
    pub evidence: Evidence,
    /// Calls (full mode), or sleeps (wait mode).
    pub count: u64,
    /// How often a thread slept.
    pub waits: u64,
    /// Time asleep and waiting for a CPU afterwards, nanoseconds.
    pub wait_ns: u64,
}
