//! Directories that were listed: how often, by whom, at what cost.

use std::collections::HashMap;

use keelback_trace::{ProcessId, StackId, TextId};

use super::StartPurpose;

/// One directory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listed {
    /// Listed by the import system.
    pub(super) by_imports: u64,
    /// Listed by others.
    pub(super) by_others: u64,
    /// Calibrated time from open to close, nanoseconds.
    pub(super) ns: u64,
    /// The stack of the last listing by others.
    pub(super) stack: StackId,
}

/// Listings by path.
#[derive(Debug, Default)]
pub(super) struct Directories {
    pub(super) by_path: HashMap<TextId, Listed>,
    open: HashMap<(ProcessId, u32), TextId>,
}

impl Directories {
    /// How often it was listed so far.
    pub(super) fn times_listed(&self, path: TextId) -> u64 {
        let listed = self.by_path.get(&path);
        listed.map_or(0, |it| it.by_imports + it.by_others)
    }

    /// A directory was opened to be listed, as `fd`.
    pub(super) fn opened(
        &mut self,
        at: (ProcessId, u32),
        path: TextId,
        stack: StackId,
        purpose: StartPurpose,
    ) {
        let listed = self.by_path.entry(path).or_default();
        match purpose {
            StartPurpose::DirectoryScan => listed.by_imports += 1,
            _ => {
                listed.by_others += 1;
                listed.stack = stack;
            }
        }
        self.open.insert(at, path);
    }

    /// A call on a descriptor took so long; the descriptor may be a
    /// directory's.
    pub(super) fn took(&mut self, at: (ProcessId, u32), ns: u64) {
        if let Some(path) = self.open.get(&at) {
            self.by_path.entry(*path).or_default().ns += ns;
        }
    }

    /// The descriptor was closed.
    pub(super) fn closed(&mut self, at: (ProcessId, u32)) {
        self.open.remove(&at);
    }
}
