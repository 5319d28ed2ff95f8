//! One GIL wait: from asking for it to running again.
//!
//! CPython waits for the GIL in slices of the switch interval, 5 ms by default
//! (Python/ceval_gil.c: take_gil): it sleeps, times out, asks the holder to let
//! go, sleeps again. Those sleeps are one wait. Between two of them a thread
//! runs some microseconds; more than [`MERGE_NS`] of running means that it had
//! the GIL in between.

use keelback_trace::{GilView, Nanos, StackId, ThreadId};

use crate::futex::FutexClass;
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
}

impl Episode {
    fn begin(span: &Span, sleep: &Sleep) -> Episode {
        let (_, queued) = span.asleep_and_queued(sleep);
        Episode {
            from: span.from,
            to: span.to,
            runqueue_ns: queued,
            stack: sleep.stack,
            held_by: holder_seen(sleep.gil, span.thread),
            woken: sleep.woken,
            returned: sleep.returned,
            ran_ns: 0,
            queued_ns: 0,
        }
    }

    fn go_on(&mut self, span: &Span, sleep: &Sleep) {
        let (_, queued) = span.asleep_and_queued(sleep);
        self.to = span.to;
        self.runqueue_ns += queued + self.queued_ns;
        self.held_by = holder_seen(sleep.gil, span.thread).or(self.held_by);
        self.woken = sleep.woken;
        self.returned = sleep.returned;
        self.ran_ns = 0;
        self.queued_ns = 0;
    }

    /// Its length, nanoseconds.
    pub(super) fn ns(&self) -> u64 {
        self.to.since(self.from).0
    }
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
            (What::Asleep(sleep), open) if sleep.part == Part::Futex(FutexClass::Gil) => match open
            {
                Some(episode) if episode.ran_ns < MERGE_NS => {
                    episode.go_on(span, sleep);
                    None
                }
                _ => open.replace(Episode::begin(span, sleep)),
            },
            (_, None) => None,
            (What::Running { .. }, Some(episode)) => {
                episode.ran_ns += span.ns();
                let over = episode.ran_ns >= MERGE_NS;
                self.open.take_if(|_| over)
            }
            (What::Queued { .. }, Some(episode)) => {
                episode.queued_ns += span.ns();
                None
            }
            // The waiter holds the GIL's own mutex around its sleep.
            (What::Asleep(sleep), Some(_))
                if sleep.part == Part::Futex(FutexClass::GilInternal) =>
            {
                None
            }
            (What::Asleep(_) | What::Unseen, Some(_)) => self.open.take(),
        }
    }

    /// The wait that is open at the recording's end.
    pub(super) fn finish(&mut self) -> Option<Episode> {
        self.open.take()
    }
}
