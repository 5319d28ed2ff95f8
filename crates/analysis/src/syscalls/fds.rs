//! What each open file descriptor was opened for.

use std::collections::HashMap;

use keelback_trace::ProcessId;

use super::Purpose;

/// Descriptors by process. Forks inherit in silence: an unknown descriptor is
/// not an error, only less known.
#[derive(Debug, Default)]
pub(crate) struct Fds {
    open: HashMap<ProcessId, HashMap<u32, Purpose>>,
}

impl Fds {
    /// A call gave `fd` out.
    pub(crate) fn opened(&mut self, process: ProcessId, fd: u32, purpose: Purpose) {
        self.open.entry(process).or_default().insert(fd, purpose);
    }

    /// What it was opened for.
    pub(crate) fn purpose(&self, process: ProcessId, fd: u32) -> Option<Purpose> {
        self.open.get(&process)?.get(&fd).copied()
    }

    /// It was closed.
    pub(crate) fn closed(&mut self, process: ProcessId, fd: u32) {
        if let Some(open) = self.open.get_mut(&process) {
            open.remove(&fd);
        }
    }

    /// The process is gone.
    pub(crate) fn ended(&mut self, process: ProcessId) {
        self.open.remove(&process);
    }
}
