//! What lints look at, and the list of lints.

use super::Finding;
use crate::budget::{Budget, ProcessBudget, ThreadBudget};
use crate::facts::Facts;
use crate::gil::{GilThread, GilWait, Handovers, USUAL_NS, UsageColumn, Wakeups};
use crate::lines::{BlockedLine, HotLine};
use crate::locks::Lock;
use crate::syscalls::{LineCalls, SyscallTable};
use crate::verdict::FINDINGS;

/// Everything that was worked out about a recording.
pub(crate) struct Case {
    pub(crate) facts: Facts,
    pub(crate) total: Budget,
    pub(crate) processes: Vec<ProcessBudget>,
    pub(crate) threads: Vec<ThreadBudget>,
    pub(crate) blocked: Vec<BlockedLine>,
    pub(crate) hot: Vec<HotLine>,
    pub(crate) gil_threads: Vec<GilThread>,
    pub(crate) gil_waits: Vec<GilWait>,
    pub(crate) handovers: Handovers,
    pub(crate) wakeups: Wakeups,
    /// The switch interval that the waits show; 0 for unknown.
    pub(crate) interval_ns: u64,
    pub(crate) locks: Vec<Lock>,
    pub(crate) usage: Vec<UsageColumn>,
    pub(crate) column_ns: u64,
    pub(crate) syscalls: SyscallTable,
    pub(crate) line_calls: Vec<LineCalls>,
    /// Threads that ran Python, and threads, of the process with most.
    pub(crate) most_threads: (u64, u64),
}

/// What a lint is about, so that `gil` and `syscalls` show their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Gil,
    Locks,
    Syscalls,
    Time,
    Trust,
}

type Lint = fn(&Case) -> Option<Finding>;

const LINTS: [(Subject, Lint); 22] = [
    (Subject::Syscalls, super::interpreter_futexes::check),
    (Subject::Gil, super::gil_contention::check),
    (Subject::Gil, super::gc_collect::check),
    (Subject::Gil, super::gil_hog::check),
    (Subject::Gil, super::gil_turns::check),
    (Subject::Gil, super::gil_convoy::check),
    (Subject::Gil, super::gil_interval::check),
    (Subject::Gil, super::gil_ping_pong::check),
    (Subject::Gil, super::gil_cpu::check),
    (Subject::Gil, super::gil_pool::check),
    (Subject::Gil, super::gil_cross_cpu::check),
    (Subject::Locks, super::stopped_world::check),
    (Subject::Locks, super::lock_contention::check),
    (Subject::Locks, super::library_lock::check),
    (Subject::Time, super::cpu_starvation::check),
    (Subject::Syscalls, super::hot_call_line::check),
    (Subject::Syscalls, super::failing_calls::check),
    (Subject::Syscalls, super::kernel_time::check),
    (Subject::Time, super::blocked_line::check),
    (Subject::Time, super::page_faults::check),
    (Subject::Trust, super::losses::check),
    (Subject::Trust, super::recorder_cost::check),
];

/// The findings of a case: doubts about the recording first, then by size.
pub(crate) fn all(case: &Case) -> Vec<Finding> {
    ranked(case, |_| true)
}

/// The findings about one subject, and doubts about the recording. A report
/// does not send its reader to `itself`.
pub(crate) fn in_subject(case: &Case, subject: Subject, itself: &str) -> Vec<Finding> {
    let mut found = ranked(case, |it| it == subject || it == Subject::Trust);
    for finding in found.iter_mut().filter(|finding| finding.next == itself) {
        finding.next.clear();
    }
    found
}

fn ranked(case: &Case, wanted: impl Fn(Subject) -> bool) -> Vec<Finding> {
    let lints = LINTS.into_iter().filter(|&(subject, _)| wanted(subject));
    let mut found: Vec<_> = lints
        .filter_map(|(subject, check)| Some((subject, check(case)?)))
        .collect();
    found.sort_by_key(|(subject, finding)| {
        (
            *subject != Subject::Trust,
            std::cmp::Reverse(finding.size_ns),
        )
    });
    found.truncate(FINDINGS);
    found.into_iter().map(|(_, finding)| finding).collect()
}

impl Case {
    /// The switch interval: as the waits show it, or the usual one.
    pub(crate) fn switch_interval_ns(&self) -> u64 {
        match self.interval_ns {
            0 => USUAL_NS,
            seen => seen,
        }
    }

    /// The command that records the same program once more with `options`.
    pub(crate) fn again(&self, options: &str) -> String {
        let facts = &self.facts;
        match facts.attached {
            true => format!("keelback attach {options} {}", facts.command),
            false => format!("keelback run {options} -- {}", facts.command),
        }
    }

    /// `keelback syscalls --by BY`, over the same recording if it has every
    /// call, else over a new one.
    pub(crate) fn syscalls_by(&self, by: &str) -> String {
        let facts = &self.facts;
        match (facts.every_call(), facts.attached) {
            (true, _) => format!("keelback syscalls --by {by}"),
            (false, true) => format!("keelback syscalls --by {by} -p {}", facts.command),
            (false, false) => format!("keelback syscalls --by {by} -- {}", facts.command),
        }
    }
}

/// ` at f (app.py:3)`, or nothing for no frame.
pub(crate) fn at(frame: &str) -> String {
    match frame {
        "" => String::new(),
        frame => format!(" at {frame}"),
    }
}

/// `, called from main (app.py:3)`, or nothing for no caller.
pub(crate) fn called_from(caller: &str) -> String {
    match caller {
        "" => String::new(),
        caller => format!(", called from {caller}"),
    }
}

/// A thread's name, or its number where it has none.
pub(crate) fn thread(name: &str, tid: u32) -> String {
    match name {
        "" => format!("thread {tid}"),
        name => name.to_owned(),
    }
}
