//! One GIL wait: from asking for it to running again.
//!
//! CPython waits for the GIL in slices of the switch interval, 5 ms by default
//! (Python/ceval_gil.c: take_gil): it sleeps, times out, asks the holder to let
//! go, sleeps again. Those sleeps are one wait. Between two of them a thread
//! runs some microseconds; more than [`MERGE_NS`] of running, another Python
//! stack or a wake-up of another waiter means that it had the GIL in between.
//! Sleeps on the GIL's own mutex, and losing the CPU on the way, belong to it.

use keelback_trace::{GilView, Nanos, StackId, ThreadId};

use crate::futex::{FutexClass, FutexOp, NR_FUTEX};
use crate::model::{Sleep, Span, Waker, What};
use crate::part::Part;

/// How long a thread may run between two sleeps of one wait, nanoseconds.
pub(super) const MERGE_NS: u64 = 60_000;

/// A GIL wait, finished or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Episode {
    /// When it went to sleep first.
    pub(super) from: Nanos,
    /// When it ran again last.
    pub(super) to: Nanos,
    /// How much of it was waiting for a CPU, nanoseconds.
    pub(super) runqueue_ns: u64,
    /// The waiter's Python stack.
    pub(super) stack: StackId,
    /// The word it slept on: in the GIL that it waits for.
    pub(super) word: u64,
    /// Who had the GIL when the wait began.
    pub(super) held_by: Option<ThreadId>,
    /// Who woke it last.
    pub(super) woken: Option<Waker>,
    /// Did it run again before the recording ended?
    pub(super) returned: bool,
    /// Time it ran since it slept last, nanoseconds.
    ran_ns: u64,
    /// Time waiting for a CPU since it slept last: part of the wait only if
    /// the wait goes on.
    queued_ns: u64,
    /// Has it woken a waiter, so had the GIL?
    let_go: bool,
}

impl Episode {
    fn begin(span: &Span, sleep: &Sleep) -> Episode {
        let (_, queued) = span.asleep_and_queued(sleep);
        Episode {
            from: span.from,
            to: span.to,
            runqueue_ns: queued,
            stack: sleep.stack,
            word: sleep.call.args[0],
            held_by: holder_seen(sleep.gil, span.thread),
            woken: sleep.woken,
            returned: sleep.returned,
            ran_ns: 0,
            queued_ns: 0,
            let_go: false,
        }
    }

    /// It slept on the GIL's mutex, or lost its CPU, before it had the GIL.
    fn goes_on_until(&mut self, to: Nanos, runqueue_ns: u64) {
        self.to = to;
        self.runqueue_ns += runqueue_ns + self.queued_ns;
        self.queued_ns = 0;
        self.ran_ns = 0;
    }

    /// Can a sleep with this stack be the same wait?
    fn may_go_on(&self, stack: StackId) -> bool {
        self.ran_ns < MERGE_NS && !self.let_go && self.stack == stack
    }

    fn go_on(&mut self, span: &Span, sleep: &Sleep) {
        let (_, queued) = span.asleep_and_queued(sleep);
        self.to = span.to;
        self.runqueue_ns += queued + self.queued_ns;
        self.held_by = holder_seen(sleep.gil, span.thread).or(self.held_by);
        self.woken = match sleep.part {
            // Who gives the mutex back has not given the GIL.
            Part::Futex(FutexClass::GilInternal) => self.woken,
            _ => sleep.woken,
        };
        self.returned = sleep.returned;
        self.ran_ns = 0;
        self.queued_ns = 0;
    }

    /// Its length, nanoseconds.
    pub(super) fn ns(&self) -> u64 {
        self.to.since(self.from).0
    }
}

/// Is it a sleep for the GIL? One on its mutex is, unless the thread has the
/// GIL and needs the mutex to let go of it.
fn waits(span: &Span, sleep: &Sleep) -> bool {
    let has_it = sleep.gil == GilView::Held(span.thread);
    match sleep.part {
        Part::Futex(FutexClass::Gil) => true,
        Part::Futex(FutexClass::GilInternal) => sleep.gil != GilView::Unknown && !has_it,
        _ => false,
    }
}

/// Is it a sleep on the condition variable's own lock (no time limit), with the
/// GIL free? A waiter's goes on with its wait; without one, it is the
/// releaser's, about to signal (glibc nptl/pthread_cond_common.c:
/// __condvar_acquire_lock).
fn on_own_lock(sleep: &Sleep) -> bool {
    const FUTEX_WAIT_PRIVATE: u64 = 128;
    sleep.part == Part::Futex(FutexClass::Gil)
        && sleep.call.args[1] == FUTEX_WAIT_PRIVATE
        && sleep.gil == GilView::Free
}

/// The GIL's fields name the holder; a thread that waits is not it.
fn holder_seen(gil: GilView, waiter: ThreadId) -> Option<ThreadId> {
    match gil {
        GilView::Held(holder) if holder != waiter && holder != ThreadId::NONE => Some(holder),
        _ => None,
    }
}

/// One thread's GIL waits: at most one is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Episodes {
    open: Option<Episode>,
}

impl Episodes {
    /// Takes the thread's next span; gives back a wait that turns out to have
    /// ended before it.
    pub(super) fn span(&mut self, span: &Span) -> Option<Episode> {
        match (&span.what, &mut self.open) {
            // One whose end is missing lasted until the thread was seen to run.
            (What::Asleep(sleep) | What::Unseen(Some(sleep)), open) if waits(span, sleep) => {
                match open {
                    Some(episode) if episode.may_go_on(sleep.stack) => {
                        episode.go_on(span, sleep);
                        None
                    }
                    _ if on_own_lock(sleep) => open.take(),
                    _ => open.replace(Episode::begin(span, sleep)),
                }
            }
            (_, None) => None,
            (What::Running { .. }, Some(episode)) => {
                episode.ran_ns += span.ns();
                let over = episode.ran_ns >= MERGE_NS;
                self.open.take_if(|_| over)
            }
            (What::Queued { gil, call }, Some(episode)) => {
                match gil {
                    GilView::Held(holder) if *holder == span.thread => return self.open.take(),
                    // Preempted in the middle of its sleeps.
                    _ if call.nr == NR_FUTEX && FutexOp::of(*call).waits() => {
                        episode.goes_on_until(span.to, span.ns());
                    }
                    _ => episode.queued_ns += span.ns(),
                }
                None
            }
            (What::Asleep(sleep), Some(episode))
                if sleep.part == Part::Futex(FutexClass::GilInternal)
                    && sleep.gil == GilView::Unknown =>
            {
                let (_, queued) = span.asleep_and_queued(sleep);
                episode.goes_on_until(span.to, queued);
                None
            }
            // Woken, and the switch to it is missing: had it got the GIL, it would
            // be seen to run with it, or to let go, before it asks again.
            (What::Unseen(None), Some(episode)) if episode.to == span.from => None,
            (What::Asleep(_) | What::Unseen(_), Some(_)) => self.open.take(),
        }
    }

    /// The thread wakes another waiter: it lets go of what it has got.
    pub(super) fn lets_go(&mut self) {
        if let Some(episode) = &mut self.open {
            episode.let_go = true;
        }
    }

    /// When the open wait began.
    pub(super) fn since(&self) -> Option<Nanos> {
        self.open.as_ref().map(|episode| episode.from)
    }

    /// The wait that is open at the recording's end.
    pub(super) fn finish(&mut self) -> Option<Episode> {
        self.open.take()
    }
}
