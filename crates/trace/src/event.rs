//! What a recorder can see: one instant, one thread, one closed list of kinds.

use serde::{Deserialize, Serialize};

use crate::{Nanos, StackId, TextId, ThreadId};

/// Something seen at one instant on one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it was seen.
    pub at: Nanos,
    /// The thread it happened to.
    pub thread: ThreadId,
    /// The Python stack at that instant. For [`EventKind::Woken`] it is the
    /// *waker's* stack: the woken thread is asleep and its own stack is the
    /// one of its [`EventKind::SwitchOut`].
    pub stack: StackId,
    /// What was seen.
    pub kind: EventKind,
}

/// The kinds of event. Each says which engine and mode produces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// The thread left its CPU. (eBPF: both modes, `sched_switch`.)
    SwitchOut {
        /// The CPU it left.
        cpu: u16,
        /// Why: it was preempted, or it went to sleep in `call`.
        state: OffState,
        /// The system call it was in, from its saved user registers;
        /// [`Call::NONE`] when it was in user space (a fault, a preemption).
        call: Call,
        /// The lock object behind a futex wait on a parking-lot word.
        parked: Parked,
        /// The GIL that the thread is under, at that instant.
        gil: GilView,
    },
    /// The thread got a CPU. (eBPF: both modes, `sched_switch`.)
    SwitchIn {
        /// The CPU it got.
        cpu: u16,
    },
    /// The thread was made runnable. (eBPF: both modes, `sched_waking`.)
    Woken {
        /// The recorded thread whose action woke it; [`ThreadId::NONE`] for an
        /// interrupt, a timer or a process that is not recorded.
        by: ThreadId,
        /// What the waker was doing; a wake inside an interrupt shows the call
        /// that was interrupted, so only believe it where it fits the wait.
        call: Call,
    },
    /// A system call ended. (eBPF: full mode; ptrace: traced calls.)
    Call {
        /// Number and arguments.
        call: Call,
        /// Its return value; `-errno` on failure.
        ret: i64,
        /// Time from entry to exit as the recorder saw it, its own cost
        /// included; see `Provenance::calibration`. Nanoseconds.
        took: u64,
        /// The path argument, for calls that have one.
        path: TextId,
    },
    /// A sample of a running thread, every `Provenance::sample_period_ns` of
    /// CPU clock. (eBPF: both modes.)
    Sample {
        /// The CPU it ran on.
        cpu: u16,
        /// In user space?
        user: bool,
        /// The call it was in when it was in the kernel.
        call: Call,
        /// The GIL that the thread is under, at that instant.
        gil: GilView,
    },
    /// The thread's first instant: a fork or clone, or the attach.
    Started {
        /// The thread that made it; [`ThreadId::NONE`] when it existed before.
        by: ThreadId,
    },
    /// The process replaced its program; the thread is its only one now.
    Exec {
        /// The new executable's path.
        exe: TextId,
        /// The new command line, as a shell would take it.
        command: TextId,
    },
    /// The thread has this name from now on: the kernel's (`comm`,
    /// `prctl(PR_SET_NAME)`) or, once it is known, Python's
    /// (`threading.Thread.name`), which is told again after each of the
    /// kernel's, so that the last name told is the one to show.
    Named {
        /// The new name.
        name: TextId,
    },
    /// The thread runs under another GIL than its process's from now on, or
    /// under that one again: a sub-interpreter may have its own (CPython 3.12+).
    /// A [`GilView`] is about the GIL of the thread that it was taken on.
    /// (eBPF: both modes, when it is seen first.)
    UnderGil {
        /// Its `_gil_runtime_state`, one of `Interpreter::gil`.
        gil: u64,
    },
    /// The thread ended.
    Exited {
        /// `wait(2)` status of the process if this was its last thread's end
        /// or the group's code; 0 for a plain thread end.
        status: i32,
    },
    /// Page faults of the thread since its birth, as the kernel counts them at
    /// this instant: that of a call's end, a sample, an exec (told before
    /// these), or that at which a Python was found. Left out while there are
    /// no more than when they were read before. (Both engines and modes.)
    Faults {
        /// Those served without I/O.
        minor: u64,
        /// Those that waited for I/O.
        major: u64,
    },
    /// Running totals of the thread since its birth, as the kernel keeps them;
    /// seen at attach, at the thread's end and at the recording's end.
    Usage {
        /// Page faults served without I/O.
        minor_faults: u64,
        /// Page faults that waited for I/O.
        major_faults: u64,
        /// CPU time in user space, nanoseconds.
        user_ns: u64,
        /// CPU time in the kernel, nanoseconds.
        system_ns: u64,
    },
}

impl EventKind {
    /// In a `cpu` field: not known (`Provenance::unseen`).
    pub const NO_CPU: u16 = u16::MAX;
}

/// A system call: x86-64 number and the first arguments, raw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The number, or [`Call::NO_NUMBER`].
    pub nr: u16,
    /// The first three arguments as the registers held them. Of futex(2): the
    /// word's address, the operation, the value.
    pub args: [u64; 3],
}

impl Call {
    /// In no system call.
    pub const NO_NUMBER: u16 = u16::MAX;
    /// In no system call.
    pub const NONE: Call = Call {
        nr: Call::NO_NUMBER,
        args: [0; 3],
    };

    /// Is there a call at all?
    pub fn is_some(self) -> bool {
        self.nr != Call::NO_NUMBER
    }
}

/// How a thread left its CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum OffState {
    /// It was still runnable: another task took the CPU.
    Preempted = 0,
    /// `TASK_INTERRUPTIBLE`: waits for an event or a signal.
    Sleeping = 1,
    /// `TASK_UNINTERRUPTIBLE`: waits for I/O, a page, a kernel lock.
    Uninterruptible = 2,
    /// Stopped by a signal or a tracer.
    Stopped = 3,
    /// It ended.
    Dead = 4,
}

/// A lock object found behind a futex word on the waiter's own stack
/// (CPython 3.13+, `Python/parking_lot.c: struct wait_entry`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// Address of the `PyMutex` or event the thread is parked on; 0 for none.
    pub address: u64,
    /// `tp_name` of the object that holds it, such as `_thread.lock`;
    /// [`TextId::NONE`] when it is no object's first field. On free-threaded
    /// builds also what stands below, which no type is called.
    pub type_name: TextId,
}

impl Parked {
    /// Not parked.
    pub const NONE: Parked = Parked {
        address: 0,
        type_name: TextId::NONE,
    };
    /// Before the `tp_name` of the object whose lock a critical section takes.
    pub const CRITICAL_SECTION: &str = "<critical section> ";
    /// Until whoever stopped the world starts it again.
    pub const WORLD_STOPPED: &str = "<stop-the-world>";
    /// To stop the world: until its turn, and until all others have stopped.
    pub const STOPPING_WORLD: &str = "<stopping-the-world>";
}

/// The GIL at one instant, as its own fields say
/// (CPython `Include/internal/pycore_gil.h: struct _gil_runtime_state`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GilView {
    /// The process has no known GIL, or its memory could not be read.
    Unknown,
    /// `locked` is 0.
    Free,
    /// `locked` is 1 and `last_holder` is this thread's thread state;
    /// [`ThreadId::NONE`] when that thread state belongs to no thread seen yet.
    Held(ThreadId),
}
