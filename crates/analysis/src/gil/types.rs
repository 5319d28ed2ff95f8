//! What a GIL report says.

use crate::facts::Facts;
use crate::finding::Finding;

/// The GIL of every process in the recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GilReport {
    /// The recording.
    pub facts: Facts,
    /// Threads that ran Python, longest GIL wait first.
    pub threads: Vec<GilThread>,
    /// Waits by waiter, its line, holder and its line; longest total first.
    pub waits: Vec<GilWait>,
    /// How many hand-overs are understood.
    pub handovers: Handovers,
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
    /// How many waits.
    pub gil_waits: u64,
    /// The longest wait.
    pub gil_wait_max_ns: u64,
    /// Time as the holder: on a CPU by samples, off it by what the GIL's
    /// fields said when it left.
    pub gil_hold_ns: u64,
    /// How much of `gil_hold_ns` it was off the CPU while others waited for
    /// it; exact.
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

/// Waits from one line for one holder at one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GilWait {
    /// Who waited.
    pub waiter_tid: u32,
    /// Its name.
    pub waiter: String,
    /// Where: `function (file:line)`.
    pub waiter_frame: String,
    /// Who had it and gave it up; 0 when that is not known.
    pub holder_tid: u32,
    /// Its name; empty when not known.
    pub holder: String,
    /// Where it gave it up; empty when not known.
    pub holder_frame: String,
    /// How many waits.
    pub count: u64,
    /// Their time, nanoseconds.
    pub total_ns: u64,
    /// The longest, nanoseconds.
    pub max_ns: u64,
    /// How much of `total_ns` was waiting for a CPU after the wake-up.
    pub runqueue_ns: u64,
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
