//! What a thread did between two instants.

use keelback_trace::{Call, GilView, Nanos, OffState, Parked, StackId, ThreadId};

use crate::part::Part;

/// A stretch of one thread's time. A thread's spans touch: each begins where
/// the one before ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The thread.
    pub thread: ThreadId,
    /// Its first instant.
    pub from: Nanos,
    /// The instant after its last.
    pub to: Nanos,
    /// What the thread did.
    pub what: What,
}

impl Span {
    /// Its length, nanoseconds.
    pub fn ns(&self) -> u64 {
        self.to.since(self.from).0
    }
}

/// What a thread does in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is on a CPU.
    Running {
        /// After its own end was reported: the kernel takes it apart.
        exiting: bool,
    },
    /// It could run, but another task has the CPU.
    Queued {
        /// The GIL when it lost the CPU.
        gil: GilView,
        /// The call it was in.
        call: Call,
    },
    /// It sleeps, is woken and waits for a CPU.
    Asleep(Sleep),
    /// Events that would tell are missing; the sleep that it begins with, if it
    /// begins with one: how long that lasted is not known.
    Unseen(Option<Sleep>),
}

/// How and why a thread slept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sleep {
    /// How it went to sleep.
    pub state: OffState,
    /// The system call it sleeps in.
    pub call: Call,
    /// The lock object it is parked on.
    pub parked: Parked,
    /// The GIL when it went to sleep.
    pub gil: GilView,
    /// Its Python stack.
    pub stack: StackId,
    /// When it became runnable and by whom; `None` when that was not seen, or
    /// not before the recording's end.
    pub woken: Option<Waker>,
    /// Did it get a CPU again before the recording ended?
    pub returned: bool,
    /// What it waited for: decided by [`super::pass`].
    pub part: Part,
}

/// A wake-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waker {
    /// When.
    pub at: Nanos,
    /// By whom; [`ThreadId::NONE`] for a timer, an interrupt, a stranger.
    pub thread: ThreadId,
    /// What the waker was doing.
    pub call: Call,
    /// The waker's Python stack.
    pub stack: StackId,
}

impl Span {
    /// The span's time asleep and its time waiting for a CPU, nanoseconds;
    /// they sum to [`Span::ns`] for a sleep.
    pub fn asleep_and_queued(&self, sleep: &Sleep) -> (u64, u64) {
        let queued = sleep.woken.map_or(0, |woken| self.to.since(woken.at).0);
        (self.ns().saturating_sub(queued), queued.min(self.ns()))
    }
}
