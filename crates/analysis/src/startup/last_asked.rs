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

#[cfg(test)]
mod tests {
    use keelback_trace::{Call, Nanos, StackId, ThreadId};

    use super::*;

    fn made(sysno: Sysno, path: u32, ret: i64) -> EndedCall {
        EndedCall {
            thread: ThreadId(0),
            stack: StackId::NONE,
            entered: Nanos(0),
            at: Nanos(1),
            call: Call {
                nr: sysno as u16,
                args: [0; 3],
            },
            ret,
            path: TextId(path),
            took: 1,
            asleep_ns: 0,
            queued_ns: 0,
        }
    }

    #[test]
    fn a_question_holds_until_the_next_call_but_for_memory() {
        let (process, folder) = (ProcessId(1), TextId(7));
        let mut last = LastAsked::default();
        last.call(process, &made(Sysno::newfstatat, 7, 0));
        last.call(process, &made(Sysno::brk, 0, 0));
        assert!(last.is(process, folder));
        assert!(!last.is(process, TextId(8)) && !last.is(ProcessId(2), folder));
        last.call(process, &made(Sysno::read, 0, 10));
        assert!(!last.is(process, folder));
    }

    #[test]
    fn no_is_no_answer_to_go_by() {
        let mut last = LastAsked::default();
        last.call(ProcessId(1), &made(Sysno::stat, 7, -2));
        assert!(!last.is(ProcessId(1), TextId(7)));
    }
}
