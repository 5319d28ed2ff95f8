//! Calls that ended, and how long their threads were off the CPU in them.

use keelback_trace::{Call, Event, EventKind, Nanos, StackId, TextId, ThreadId};

use crate::model::{Span, What};

/// A call that is preempted more often than this has its earliest stretches
/// off the CPU summed.
const KEPT: usize = 32;

/// A call that ended. Times in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndedCall {
    pub(crate) thread: ThreadId,
    pub(crate) stack: StackId,
    pub(crate) entered: Nanos,
    pub(crate) at: Nanos,
    pub(crate) call: Call,
    pub(crate) ret: i64,
    pub(crate) path: TextId,
    /// From entry to exit as the recorder saw it.
    pub(crate) took: u64,
    /// Asleep in it.
    pub(crate) asleep_ns: u64,
    /// Waiting for a CPU in it.
    pub(crate) queued_ns: u64,
}

impl EndedCall {
    /// The error it failed with; 0 for none. A call returns `-errno` for
    /// errors 1 to 4095 (kernel `IS_ERR_VALUE`).
    pub(crate) fn errno(&self) -> u16 {
        match self.ret {
            -4095..=-1 => self.ret.unsigned_abs() as u16,
            _ => 0,
        }
    }

    /// What it took less what reading it off added.
    pub(crate) fn calibrated_ns(&self, bias_ns: i64) -> u64 {
        self.took.saturating_add_signed(bias_ns.saturating_neg())
    }

    /// Asleep, or waiting for a CPU.
    pub(crate) fn off_ns(&self) -> u64 {
        self.asleep_ns + self.queued_ns
    }
}

/// The calls that all threads are in.
#[derive(Debug, Default)]
pub(crate) struct OpenCalls(Vec<OffCpu>);

impl OpenCalls {
    /// Takes a thread's span.
    pub(crate) fn span(&mut self, span: &Span) {
        let (call, asleep_ns, queued_ns) = match &span.what {
            What::Asleep(sleep) => {
                let (asleep, queued) = span.asleep_and_queued(sleep);
                (sleep.call, asleep, queued)
            }
            What::Queued { call, .. } => (*call, 0, span.ns()),
            What::Running { .. } | What::Unseen(_) => return,
        };
        if call.is_some() {
            self.of(span.thread).add(Stretch {
                nr: call.nr,
                from: span.from,
                asleep_ns,
                queued_ns,
            });
        }
    }

    /// The call that an event says has ended.
    pub(crate) fn end(&mut self, event: &Event) -> Option<EndedCall> {
        let EventKind::Call {
            call,
            ret,
            took,
            path,
        } = event.kind
        else {
            return None;
        };
        let entered = Nanos(event.at.0.saturating_sub(took));
        let (asleep_ns, queued_ns) = self.of(event.thread).end(call.nr, entered);
        Some(EndedCall {
            thread: event.thread,
            stack: event.stack,
            entered,
            at: event.at,
            call,
            ret,
            path,
            took,
            asleep_ns,
            queued_ns,
        })
    }

    fn of(&mut self, thread: ThreadId) -> &mut OffCpu {
        let index = thread.index();
        if index >= self.0.len() {
            self.0.resize(index + 1, OffCpu::default());
        }
        &mut self.0[index]
    }
}

/// A thread's stretches off the CPU inside calls, since the last call's end.
/// Most belong to the call it is in; some to one whose end was not recorded.
#[derive(Clone, Debug, Default)]
struct OffCpu(Vec<Stretch>);

#[derive(Clone, Copy, Debug)]
struct Stretch {
    nr: u16,
    from: Nanos,
    asleep_ns: u64,
    queued_ns: u64,
}

impl OffCpu {
    fn add(&mut self, stretch: Stretch) {
        if self.0.len() == KEPT {
            let oldest = self.0.remove(0);
            let next = &mut self.0[0];
            if next.nr == oldest.nr {
                next.from = oldest.from;
                next.asleep_ns += oldest.asleep_ns;
                next.queued_ns += oldest.queued_ns;
            }
        }
        self.0.push(stretch);
    }

    /// Asleep and queued in the call that was entered then.
    fn end(&mut self, nr: u16, entered: Nanos) -> (u64, u64) {
        let inside = |it: &Stretch| it.nr == nr && it.from >= entered;
        let stretches = self.0.drain(..).filter(inside);
        stretches.fold((0, 0), |(asleep, queued), it| {
            (asleep + it.asleep_ns, queued + it.queued_ns)
        })
    }
}

#[cfg(test)]
mod tests {
    use keelback_trace::GilView;

    use super::*;

    const READ: Call = Call {
        nr: 0,
        args: [0; 3],
    };

    fn queued(from: u64, to: u64) -> Span {
        Span {
            thread: ThreadId(1),
            from: Nanos(from),
            to: Nanos(to),
            what: What::Queued {
                gil: GilView::Unknown,
                call: READ,
            },
        }
    }

    fn ended(at: u64, took: u64) -> Event {
        Event {
            at: Nanos(at),
            thread: ThreadId(1),
            stack: StackId::NONE,
            kind: EventKind::Call {
                call: READ,
                ret: -2,
                took,
                path: TextId::NONE,
            },
        }
    }

    #[test]
    fn what_came_before_a_call_is_not_its_own() {
        let mut open = OpenCalls::default();
        open.span(&queued(10, 20));
        open.span(&queued(110, 140));
        let call = open.end(&ended(200, 100)).expect("a call");
        assert_eq!((call.queued_ns, call.asleep_ns, call.errno()), (30, 0, 2));
        assert_eq!((call.calibrated_ns(30), call.calibrated_ns(-5)), (70, 105));
        // The next one starts afresh.
        let next = open.end(&ended(300, 250)).expect("a call");
        assert_eq!(next.off_ns(), 0);
    }

    #[test]
    fn a_call_with_many_stretches_keeps_their_sum() {
        let mut open = OpenCalls::default();
        (0..100).for_each(|n| open.span(&queued(n * 10, n * 10 + 3)));
        let call = open.end(&ended(2_000, 2_000)).expect("a call");
        assert_eq!(call.queued_ns, 300);
    }
}
