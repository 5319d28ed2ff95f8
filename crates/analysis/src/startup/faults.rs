//! Page faults of a process, as the kernel counts them by thread.

use std::collections::HashMap;

use keelback_trace::{EventKind, ThreadId};

/// The last totals of each thread: faults without and with I/O.
#[derive(Debug, Default)]
pub(super) struct Faults(HashMap<ThreadId, (u64, u64)>);

impl Faults {
    /// Takes an event of a thread of the process.
    pub(super) fn event(&mut self, thread: ThreadId, kind: &EventKind) {
        if let EventKind::Usage {
            minor_faults,
            major_faults,
            ..
        } = *kind
        {
            self.0.insert(thread, (minor_faults, major_faults));
        }
    }

    /// Of all threads.
    pub(super) fn sum(&self) -> (u64, u64) {
        let add = |sum: (u64, u64), it: &(u64, u64)| (sum.0 + it.0, sum.1 + it.1);
        self.0.values().fold((0, 0), add)
    }
}
