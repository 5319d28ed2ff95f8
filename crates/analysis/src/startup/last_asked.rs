//! What was asked last: by it a finder is known, where no Python stack tells.

use std::collections::HashMap;

use keelback_trace::{ProcessId, TextId};
use syscalls::x86_64::Sysno;

use super::StartPurpose;
use crate::ended_call::EndedCall;

/// The last questions by path of each process.
#[derive(Debug, Default)]
pub(super) struct LastAsked(HashMap<ProcessId, Asked>);

/// Questions for one path, one after the other.
#[derive(Debug)]
struct Asked {
    path: TextId,
    there: bool,
    questions: Vec<Question>,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// What it was taken for.
    pub(super) purpose: StartPurpose,
    /// From entry to exit as the recorder saw it, nanoseconds.
    pub(super) took: u64,
    /// The same, calibrated.
    pub(super) ns: u64,
}

impl LastAsked {
    /// A call ended, which was taken for this. Memory calls come between any
    /// two others.
    pub(super) fn call(
        &mut self,
        process: ProcessId,
        it: &EndedCall,
        purpose: StartPurpose,
        ns: u64,
    ) {
        use Sysno as S;
        match Sysno::new(it.call.nr.into()) {
            Some(S::mmap | S::munmap | S::brk | S::mremap | S::madvise | S::mprotect) => {}
            Some(S::stat | S::newfstatat | S::statx) if it.path != TextId::NONE => {
                let took = it.took;
                self.asked(process, it, Question { purpose, took, ns });
            }
            _ => {
                self.0.remove(&process);
            }
        }
    }

    fn asked(&mut self, process: ProcessId, it: &EndedCall, question: Question) {
        let there = it.ret == 0;
        let fresh = Asked {
            path: it.path,
            there,
            questions: Vec::new(),
        };
        let last = self.0.entry(process).or_insert(fresh);
        if (last.path, last.there) != (it.path, there) {
            (last.path, last.there) = (it.path, there);
            last.questions.clear();
        }
        last.questions.push(question);
    }

    /// The questions for this path, which was there, if nothing was asked
    /// since.
    pub(super) fn of(&self, process: ProcessId, path: TextId) -> &[Question] {
        let last = self.0.get(&process);
        let last = last.filter(|it| it.there && it.path == path);
        last.map_or(&[], |it| &it.questions)
    }

    /// The path that was asked for last, if it was not there.
    pub(super) fn missed(&self, process: ProcessId) -> Option<TextId> {
        let last = self.0.get(&process).filter(|it| !it.there)?;
        Some(last.path)
    }
}

#[cfg(test)]
mod tests {
    use keelback_trace::{Call, Nanos, StackId, ThreadId};

    use super::*;

    const PROCESS: ProcessId = ProcessId(1);
    const FOLDER: TextId = TextId(7);

    fn told(calls: &[(Sysno, u32, i64)]) -> LastAsked {
        let mut last = LastAsked::default();
        for (sysno, path, ret) in calls {
            let made = EndedCall {
                thread: ThreadId(0),
                stack: StackId::NONE,
                entered: Nanos(0),
                at: Nanos(1),
                call: Call {
                    nr: *sysno as u16,
                    args: [0; 3],
                },
                ret: *ret,
                path: TextId(*path),
                took: 1,
                asleep_ns: 0,
                queued_ns: 0,
            };
            last.call(PROCESS, &made, StartPurpose::Files, 1);
        }
        last
    }

    #[test]
    fn questions_hold_until_the_next_call_but_for_memory() {
        use Sysno as S;
        let twice = [(S::newfstatat, 7, 0), (S::brk, 0, 0), (S::newfstatat, 7, 0)];
        let last = told(&twice);
        assert_eq!(last.of(PROCESS, FOLDER).len(), 2);
        assert!(last.of(PROCESS, TextId(8)).is_empty());
        assert!(last.of(ProcessId(2), FOLDER).is_empty());
        let last = told(&[(S::newfstatat, 7, 0), (S::read, 0, 10)]);
        assert!(last.of(PROCESS, FOLDER).is_empty());
    }

    #[test]
    fn no_is_told_apart_from_yes() {
        let last = told(&[(Sysno::stat, 7, -2)]);
        assert!(last.of(PROCESS, FOLDER).is_empty());
        assert_eq!(last.missed(PROCESS), Some(FOLDER));
        let last = told(&[(Sysno::stat, 7, -2), (Sysno::stat, 8, 0)]);
        assert_eq!(last.missed(PROCESS), None);
    }
}
