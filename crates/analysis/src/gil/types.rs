//! What a GIL report says.

use std::collections::HashMap;

use super::usage::UsageColumn;
use crate::facts::Facts;
use crate::finding::Finding;

/// The GIL of every process in the recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GilReport {
    /// The recording.
    pub facts: Facts,
    /// Threads that ran Python, longest GIL wait first.
    pub threads: Vec<GilThread>,
    /// Waits by waiter, its line, holder and its line; longest total first, at
    /// most 2,000: the sums of all are the threads'.
    pub waits: Vec<GilWait>,
    /// How many hand-overs are understood.
    pub handovers: Handovers,
    /// How long the woken took to get a CPU.
    pub wakeups: Wakeups,
    /// The switch interval that the waits show, nanoseconds; 0 for unknown.
    pub interval_ns: u64,
    /// The GIL over time; the columns are `column_ns` wide.
    pub usage: Vec<UsageColumn>,
    /// Width of a column, nanoseconds.
    pub column_ns: u64,
    /// What stands out.
    pub findings: Vec<Finding>,
}

/// One thread and the GIL. All times in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GilThread {
    /// Its tid.
    pub tid: u32,
    /// The pid of its process.
    pub pid: u32,
    /// Its name.
    pub name: String,
    /// From its first to its last instant.
    pub wall_ns: u64,
    /// Time on a CPU.
    pub cpu_ns: u64,
    /// From asking for the GIL to running again: asleep, between the 5 ms
    /// slices, and waiting for a CPU after the wake-up. Compare with a probe
    /// on `take_gil`; the budget's part has the sleep alone.
    pub gil_wait_ns: u64,
    /// How much of `gil_wait_ns` was waiting for a CPU.
    pub gil_wait_runqueue_ns: u64,
    /// How much of `gil_wait_ns` another thread had the GIL and ran. With the
    /// three after it, it sums to `gil_wait_ns`.
    pub gil_wait_running_ns: u64,
    /// How much of it another thread had the GIL but no CPU.
    pub gil_wait_off_cpu_ns: u64,
    /// How much of it nobody had the GIL: from a release to running with it.
    pub gil_wait_handover_ns: u64,
    /// How much of it nothing proves who had the GIL.
    pub gil_wait_unknown_ns: u64,
    /// How many waits.
    pub gil_waits: u64,
    /// Half of the waits were no longer than this (within 6 %).
    pub gil_wait_p50_ns: u64,
    /// 90 % of the waits were no longer than this (within 6 %).
    pub gil_wait_p90_ns: u64,
    /// 99 % of the waits were no longer than this (within 6 %).
    pub gil_wait_p99_ns: u64,
    /// The longest wait.
    pub gil_wait_max_ns: u64,
    /// Time as the holder, until it begins to let go. On a CPU: exact from a
    /// wait's end to the wake-up of the next waiter, by samples where nobody
    /// waits: its own, and from four Python threads on those of its process
    /// that do alike. Off it: exact.
    pub gil_hold_ns: u64,
    /// How much of `gil_hold_ns` it was off the CPU; exact.
    pub gil_hold_off_cpu_ns: u64,
    /// Asleep in forced switches.
    pub forced_switch_ns: u64,
    /// Asleep in anything else.
    pub blocked_ns: u64,
    /// Waiting for a CPU, after GIL waits included.
    pub runqueue_ns: u64,
    /// Samples behind `gil_hold_ns`.
    pub samples: u64,
}

/// Time in which one line waited while one line of another thread had the
/// GIL, and until the wait's end if that thread let go last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GilWait {
    /// Who waited.
    pub waiter_tid: u32,
    /// Its name.
    pub waiter: String,
    /// Where: `function (file:line)`.
    pub waiter_frame: String,
    /// Who had it; 0 when that is not known.
    pub holder_tid: u32,
    /// Its name; empty when not known.
    pub holder: String,
    /// Where it had it; empty when not known.
    pub holder_frame: String,
    /// In how many waits.
    pub count: u64,
    /// The time, nanoseconds: the sum of the next four.
    pub total_ns: u64,
    /// The holder ran.
    pub running_ns: u64,
    /// The holder had no CPU.
    pub off_cpu_ns: u64,
    /// Nobody had it: from the holder's release to the waiter's running.
    pub handover_ns: u64,
    /// Not known.
    pub unknown_ns: u64,
    /// How much of `running_ns` and `off_cpu_ns` the holder collected garbage;
    /// sampled.
    pub gc_ns: u64,
    /// Most of `total_ns` that fell into one wait, nanoseconds.
    pub max_ns: u64,
    /// Most of `running_ns` that fell into one wait, nanoseconds: what asks
    /// for the GIL has it after a switch interval, unless the holder is in C.
    pub max_running_ns: u64,
    /// How much of `total_ns` the waiter waited for a CPU after its wake-up.
    pub runqueue_ns: u64,
}

/// From a release to the running of the thread that it woke.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wakeups {
    /// Woken threads that ran on the releaser's CPU.
    pub same_cpu: u64,
    /// From their wake-up to their running, summed, nanoseconds.
    pub same_cpu_ns: u64,
    /// Woken threads that ran on another CPU.
    pub other_cpu: u64,
    /// From their wake-up to their running, summed, nanoseconds.
    pub other_cpu_ns: u64,
}

/// Waits that ended with the GIL, and for how many it is known from whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handovers {
    /// From whom it came is known.
    pub known: u64,
    /// Known because the releaser's wake-up was seen; the rest of `known` by
    /// who held the GIL when the wait began.
    pub by_wake: u64,
    /// All.
    pub total: u64,
}

impl GilThread {
    /// Time on a CPU without the GIL, nanoseconds.
    pub fn cpu_without_gil_ns(&self) -> u64 {
        let held_on_cpu = self.gil_hold_ns.saturating_sub(self.gil_hold_off_cpu_ns);
        self.cpu_ns.saturating_sub(held_on_cpu)
    }
}

/// A line that waited, and who had the GIL meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingLine<'a> {
    /// Who waited.
    pub waiter: &'a str,
    /// Its tid.
    pub waiter_tid: u32,
    /// Where; empty without a Python stack.
    pub frame: &'a str,
    /// All its waits, nanoseconds.
    pub total_ns: u64,
    /// The same time by holder and line, longest first.
    pub holders: Vec<&'a GilWait>,
}

/// A thread as reports call it: by its name, with its tid where another thread
/// has the same name (CPython up to 3.13 does not tell the system its names).
pub fn thread_label(threads: &[GilThread], name: &str, tid: u32) -> String {
    let namesakes = threads.iter().filter(|it| it.name == name && it.tid != tid);
    match (name, namesakes.count()) {
        ("", _) => format!("thread {tid}"),
        (name, 0) => name.to_owned(),
        (name, _) => format!("{name}-{tid}"),
    }
}

impl GilReport {
    /// A thread as reports call it.
    pub fn label(&self, name: &str, tid: u32) -> String {
        thread_label(&self.threads, name, tid)
    }

    /// The waits by waiting line, longest first.
    pub fn waiting_lines(&self) -> Vec<WaitingLine<'_>> {
        let mut index = HashMap::new();
        let mut lines: Vec<WaitingLine<'_>> = Vec::new();
        for wait in &self.waits {
            let key = (wait.waiter_tid, wait.waiter_frame.as_str());
            let at = *index.entry(key).or_insert(lines.len());
            if at == lines.len() {
                lines.push(WaitingLine {
                    waiter: &wait.waiter,
                    waiter_tid: wait.waiter_tid,
                    frame: &wait.waiter_frame,
                    total_ns: 0,
                    holders: Vec::new(),
                });
            }
            lines[at].total_ns += wait.total_ns;
            lines[at].holders.push(wait);
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.total_ns));
        lines
    }
}
