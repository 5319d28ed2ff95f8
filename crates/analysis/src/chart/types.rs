//! What a picture is made of.

use keelback_trace::{CodeId, Nanos, ProcessId, StackId, ThreadId};

use crate::part::Part;

/// A recording as a picture. Slices of one thread, or of one process's GIL, do
/// not overlap and come in order.
#[derive(Debug, Default)]
pub struct Chart {
    /// The command that was recorded.
    pub command: String,
    /// `CLOCK_MONOTONIC` at the first instant, nanoseconds.
    pub started_monotonic_ns: u64,
    /// Wall clock at the first instant, nanoseconds since 1970.
    pub started_unix_ns: u64,
    /// The last instant.
    pub end: Nanos,
    /// CPU clock between two samples, nanoseconds; 0 for none.
    pub sample_period_ns: u64,
    /// By [`ProcessId`].
    pub processes: Vec<ChartProcess>,
    /// By [`ThreadId`].
    pub threads: Vec<ChartThread>,
    /// What threads did.
    pub states: Vec<Vec<StateSlice>>,
    /// Who had the GIL, by process.
    pub owners: Vec<Vec<OwnerSlice>>,
    /// Python functions as they were seen on stacks, by thread, outer before
    /// inner. Nested.
    pub stacks: Vec<Vec<StackSlice>>,
    /// Samples of running threads, in the order of time.
    pub samples: Vec<SampleAt>,
    /// Hand-overs of the GIL.
    pub flows: Vec<Flow>,
    /// Values over time.
    pub counters: Vec<Counter>,
}

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartProcess {
    /// Its pid.
    pub pid: u32,
    /// Its last command line.
    pub command: String,
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartThread {
    /// Its tid.
    pub tid: u32,
    /// Its process.
    pub process: ProcessId,
    /// Its last name.
    pub name: String,
}

/// What a thread did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateSlice {
    /// Its first instant.
    pub from: Nanos,
    /// The instant after its last.
    pub to: Nanos,
    /// What.
    pub what: What,
}

/// What a thread does at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// On a CPU with the GIL.
    WithGil,
    /// On a CPU without it, or in a process that has none.
    Running,
    /// Asleep in this system call.
    Call(u16, Part),
    /// Any other part.
    Part(Part),
}

impl What {
    /// What viewers call it.
    pub fn label(self) -> String {
        match self {
            What::WithGil => "running with the GIL".into(),
            What::Running => "running".into(),
            What::Call(nr, _) => crate::syscalls::call_name(nr),
            What::Part(part) => part.label().into(),
        }
    }
}

/// Who had the GIL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerSlice {
    /// Its first instant.
    pub from: Nanos,
    /// The instant after its last.
    pub to: Nanos,
    /// Who.
    pub thread: ThreadId,
    /// Was it on a CPU?
    pub on_cpu: bool,
}

/// A function on a thread's stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackSlice {
    /// Since when it is seen there.
    pub from: Nanos,
    /// Until when.
    pub to: Nanos,
    /// The function.
    pub code: CodeId,
    /// How many functions are below it.
    pub depth: usize,
}

/// A sample of a running thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleAt {
    /// When.
    pub at: Nanos,
    /// Which thread.
    pub thread: ThreadId,
    /// Its Python stack.
    pub stack: StackId,
    /// Did it have the GIL?
    pub with_gil: bool,
}

/// The GIL goes from one thread to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Who let go.
    pub from: ThreadId,
    /// When.
    pub from_at: Nanos,
    /// Who was woken for it.
    pub to: ThreadId,
    /// When it ran.
    pub to_at: Nanos,
}

/// A value of a process that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Since when.
    pub at: Nanos,
    /// Of which process.
    pub process: ProcessId,
    /// Of what.
    pub kind: CounterKind,
    /// The value from then on.
    pub value: u64,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CounterKind {
    /// Threads that wait for the GIL.
    Waiters,
    /// System calls a second.
    Calls,
}

impl CounterKind {
    /// What viewers call it.
    pub fn label(self) -> &'static str {
        match self {
            CounterKind::Waiters => "threads waiting for the GIL",
            CounterKind::Calls => "system calls/s",
        }
    }
}
