//! Page faults of a process, as the kernel counts them by thread.

use std::collections::HashMap;

use keelback_trace::{EventKind, ThreadId};

/// Page faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultCount {
    /// Served without I/O.
    pub minor: u64,
    /// That waited for I/O.
    pub major: u64,
}

impl FaultCount {
    /// With and without I/O.
    pub fn sum(&self) -> u64 {
        self.minor + self.major
    }

    /// Adds others.
    pub fn add(&mut self, more: FaultCount) {
        self.minor += more.minor;
        self.major += more.major;
    }

    fn since(self, before: FaultCount) -> FaultCount {
        FaultCount {
            minor: self.minor.saturating_sub(before.minor),
            major: self.major.saturating_sub(before.major),
        }
    }
}

/// The last totals of each thread, and how far they are taken into account.
#[derive(Debug, Default)]
pub(super) struct Faults {
    totals: HashMap<ThreadId, FaultCount>,
    taken: HashMap<ThreadId, FaultCount>,
    /// Were they read on the way, and not at the threads' ends alone?
    pub(super) on_the_way: bool,
}

impl Faults {
    /// Takes an event of a thread of the process.
    pub(super) fn event(&mut self, thread: ThreadId, kind: &EventKind) {
        let (minor, major) = match *kind {
            EventKind::Faults { minor, major } => {
                self.on_the_way = true;
                (minor, major)
            }
            EventKind::Usage {
                minor_faults,
                major_faults,
                ..
            } => (minor_faults, major_faults),
            _ => return,
        };
        self.totals.insert(thread, FaultCount { minor, major });
    }

    /// Those of a thread that are not taken yet.
    pub(super) fn take(&mut self, thread: ThreadId) -> FaultCount {
        let now = self.totals.get(&thread).copied().unwrap_or_default();
        let before = self.taken.insert(thread, now).unwrap_or_default();
        now.since(before)
    }

    /// Those of all threads that are not taken yet.
    pub(super) fn rest(&self) -> FaultCount {
        let mut rest = FaultCount::default();
        for (thread, now) in &self.totals {
            let before = self.taken.get(thread).copied().unwrap_or_default();
            rest.add(now.since(before));
        }
        rest
    }
}
