//! Who asked about a folder last: a finder, where no Python stack tells.

use std::collections::HashMap;

use keelback_trace::{ProcessId, TextId};
use syscalls::x86_64::Sysno;

use crate::ended_call::EndedCall;

/// The last question each process asked by path, if the answer was yes.
#[derive(Debug, Default)]
pub(super) struct LastAsked(HashMap<ProcessId, TextId>);

impl LastAsked {
    /// A call ended. Memory calls come between any two others.
    pub(super) fn call(&mut self, process: ProcessId, it: &EndedCall) {
        use Sysno as S;
        match Sysno::new(it.call.nr.into()) {
            Some(S::mmap | S::munmap | S::brk | S::mremap | S::madvise | S::mprotect) => {}
            Some(S::stat | S::newfstatat | S::statx) if it.ret == 0 && it.path != TextId::NONE => {
                self.0.insert(process, it.path);
            }
            _ => {
                self.0.remove(&process);
            }
        }
    }

    /// Was it this path?
    pub(super) fn is(&self, process: ProcessId, path: TextId) -> bool {
        self.0.get(&process) == Some(&path)
    }
}
