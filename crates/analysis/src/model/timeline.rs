//! One thread's states over time.
//!
//! ```text
//!            Started by a thread            SwitchIn
//!   (none) ----------------------> Queued ------------> Running
//!      |                              ^                 |  |  ^
//!      | any first event   preempted  |                 |  |  | SwitchIn
//!      v                              +-----------------+  v  |
//!    Fresh --(the next event says what it was)-->        Asleep --Woken--> Asleep, woken
//! ```
//!
//! A recording may miss any event: rings overflow, and some kernels do not
//! trace what certain tasks do, the switch from such a task to a thread of ours
//! among it. What the rest still proves is used: who wakes somebody runs, and a
//! sleep without an end lasted until its wake-up. What nothing proves becomes
//! [`What::Unseen`]. No span is ever guessed longer than its evidence, and spans
//! always touch.

use keelback_trace::{Call, Event, EventKind, GilView, Nanos, OffState, Parked, StackId, ThreadId};

use super::span::{Sleep, Span, Waker, What};
use crate::part::Part;

/// A wake-up may be traced just before the switch it answers: the waker spins
/// until the sleeper has left its CPU (kernel `try_to_wake_up`, `p->on_cpu`).
const EARLY_WAKE_NS: u64 = 50_000;

/// The state machine of one thread.
#[derive(Clone, Debug)]
pub struct Timeline {
    thread: ThreadId,
    last: Nanos,
    state: State,
    exited: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Seen, but nothing has said yet what it does.
    Fresh { since: Nanos },
    /// On a CPU; `seen` is the last instant that proves it.
    Running {
        since: Nanos,
        seen: Nanos,
        early: Option<Waker>,
    },
    /// Runnable without having slept.
    Queued {
        since: Nanos,
        gil: GilView,
        call: Call,
    },
    /// Asleep, or woken and waiting for a CPU.
    Asleep {
        since: Nanos,
        sleep: Sleep,
        early: Option<Waker>,
    },
    /// Gone.
    Dead,
}

impl Timeline {
    /// A thread that is first seen in `event`.
    pub fn begin(event: &Event) -> Timeline {
        Timeline {
            thread: event.thread,
            last: event.at,
            state: State::Fresh { since: event.at },
            exited: false,
        }
    }

    /// Takes the thread's next event and hands out the spans that it ends.
    pub fn step(&mut self, event: &Event, emit: &mut impl FnMut(Span)) {
        if matches!(self.state, State::Dead) {
            return;
        }
        let at = event.at.max(self.last);
        self.last = at;
        match event.kind {
            EventKind::Started { by } => self.started(at, by),
            EventKind::SwitchIn { .. } => self.switch_in(at, emit),
            EventKind::SwitchOut {
                state,
                call,
                parked,
                gil,
                ..
            } => {
                let sleep = asleep(state, call, parked, gil, event.stack);
                self.switch_out(at, sleep, emit);
            }
            EventKind::Woken { by, call } => self.woken(Waker {
                at,
                thread: by,
                call,
                stack: event.stack,
            }),
            EventKind::Sample { .. } | EventKind::Call { .. } | EventKind::Exec { .. } => {
                self.runs(at, emit);
            }
            EventKind::Exited { .. } => self.exited(at, emit),
            // Another thread may rename it; its totals may be read from outside.
            EventKind::Named { .. }
            | EventKind::Faults { .. }
            | EventKind::Usage { .. }
            | EventKind::UnderGil { .. } => {}
        }
    }

    /// Another thread's event proves that it is on a CPU.
    pub fn ran(&mut self, at: Nanos, emit: &mut impl FnMut(Span)) {
        if !matches!(self.state, State::Dead) && !self.exited {
            self.last = at.max(self.last);
            self.runs(self.last, emit);
        }
    }

    /// Ends the thread's time: at its end when that was seen, else at the
    /// recording's.
    pub fn finish(&mut self, recording_end: Nanos, emit: &mut impl FnMut(Span)) {
        let end = match self.exited {
            true => self.last,
            false => recording_end.max(self.last),
        };
        if !matches!(self.state, State::Dead) {
            self.last = end;
            self.close(end, false, emit);
            self.state = State::Dead;
        }
    }

    fn started(&mut self, at: Nanos, by: ThreadId) {
        if let (State::Fresh { since }, true) = (self.state, by != ThreadId::NONE)
            && since == at
        {
            self.state = queued(at, GilView::Unknown, Call::NONE);
        }
    }

    fn switch_in(&mut self, at: Nanos, emit: &mut impl FnMut(Span)) {
        match self.state {
            State::Running { .. } => self.lose(at, emit),
            _ => self.close(at, true, emit),
        }
        self.run_from(at);
    }

    fn switch_out(&mut self, at: Nanos, sleep: Sleep, emit: &mut impl FnMut(Span)) {
        let early = match self.state {
            State::Running { early, .. } => early,
            _ => None,
        };
        self.runs(at, emit);
        self.close(at, true, emit);
        self.state = match sleep.state {
            OffState::Dead => State::Dead,
            OffState::Preempted => queued(at, sleep.gil, sleep.call),
            _ => State::Asleep {
                since: at,
                sleep,
                early: early.filter(|waker| at.since(waker.at).0 <= EARLY_WAKE_NS),
            },
        };
    }

    fn woken(&mut self, waker: Waker) {
        match &mut self.state {
            State::Asleep { sleep, .. } if sleep.woken.is_none() => sleep.woken = Some(waker),
            State::Running { early, .. } => *early = Some(waker),
            State::Fresh { since } => {
                let mut sleep = asleep_before_the_recording();
                sleep.woken = Some(waker);
                self.state = State::Asleep {
                    since: *since,
                    sleep,
                    early: None,
                };
            }
            _ => {}
        }
    }

    /// Something proves that it is on a CPU at `at`.
    fn runs(&mut self, at: Nanos, emit: &mut impl FnMut(Span)) {
        match &mut self.state {
            State::Running { seen, .. } => *seen = at,
            State::Fresh { since } => {
                let since = *since;
                self.run_from(since);
                self.runs(at, emit);
            }
            State::Queued { .. } | State::Asleep { .. } => {
                self.lose(at, emit);
                self.run_from(at);
            }
            State::Dead => {}
        }
    }

    fn exited(&mut self, at: Nanos, emit: &mut impl FnMut(Span)) {
        self.runs(at, emit);
        self.close(at, true, emit);
        self.exited = true;
        self.run_from(at);
    }

    fn run_from(&mut self, at: Nanos) {
        self.state = State::Running {
            since: at,
            seen: at,
            early: None,
        };
    }

    /// Ends the present state at `at`, as its own events say.
    fn close(&self, at: Nanos, returned: bool, emit: &mut impl FnMut(Span)) {
        match self.state {
            State::Running { since, .. } => {
                let exiting = self.exited;
                self.emit(since, at, What::Running { exiting }, emit);
            }
            State::Queued { since, gil, call } => {
                self.emit(since, at, What::Queued { gil, call }, emit);
            }
            State::Asleep {
                since,
                mut sleep,
                early,
            } => {
                sleep.returned = returned;
                if returned && sleep.woken.is_none() {
                    sleep.woken = early.map(|waker| Waker { at: since, ..waker });
                }
                self.emit(since, at, What::Asleep(sleep), emit);
            }
            State::Fresh { since } => {
                let mut sleep = asleep_before_the_recording();
                sleep.returned = returned;
                self.emit(since, at, What::Asleep(sleep), emit);
            }
            State::Dead => {}
        }
    }

    /// Ends the present state at `at` although an event in between is missing.
    fn lose(&self, at: Nanos, emit: &mut impl FnMut(Span)) {
        match self.state {
            State::Running { since, seen, .. } => {
                let exiting = self.exited;
                self.emit(since, seen, What::Running { exiting }, emit);
                self.emit(seen, at, What::Unseen(None), emit);
            }
            State::Asleep {
                sleep: Sleep {
                    woken: Some(waker), ..
                },
                ..
            } => {
                self.close(waker.at, true, emit);
                self.emit(waker.at, at, What::Unseen(None), emit);
            }
            State::Asleep {
                since, mut sleep, ..
            } => {
                sleep.returned = true;
                self.emit(since, at, What::Unseen(Some(sleep)), emit);
            }
            State::Queued { since, .. } => self.emit(since, at, What::Unseen(None), emit),
            State::Fresh { .. } | State::Dead => {}
        }
    }

    fn emit(&self, from: Nanos, to: Nanos, what: What, emit: &mut impl FnMut(Span)) {
        if from < to {
            emit(Span {
                thread: self.thread,
                from,
                to,
                what,
            });
        }
    }
}

fn queued(since: Nanos, gil: GilView, call: Call) -> State {
    State::Queued { since, gil, call }
}

fn asleep(state: OffState, call: Call, parked: Parked, gil: GilView, stack: StackId) -> Sleep {
    Sleep {
        state,
        call,
        parked,
        gil,
        stack,
        woken: None,
        returned: false,
        part: Part::Unseen,
    }
}

/// It slept when the recording began, in a call that nobody saw.
fn asleep_before_the_recording() -> Sleep {
    use crate::blocked::Blocked;
    Sleep {
        part: Part::Blocked(Blocked::BeforeAttach),
        ..asleep(
            OffState::Sleeping,
            Call::NONE,
            Parked::NONE,
            GilView::Unknown,
            StackId::NONE,
        )
    }
}
