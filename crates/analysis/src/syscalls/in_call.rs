//! How long a thread was off the CPU inside the call it is in.

use keelback_trace::{Call, Nanos};

use crate::model::{Span, What};

/// A call that is preempted more often than this has its earliest stretches
/// off the CPU summed.
const KEPT: usize = 32;

/// A thread's stretches off the CPU inside calls, since the last call's end.
/// Most belong to the call it is in; some to one whose end was not recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct InCall {
    stretches: Vec<Stretch>,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    nr: u16,
    from: Nanos,
    ns: u64,
}

impl InCall {
    /// Takes a span of the thread.
    pub(crate) fn span(&mut self, span: &Span) {
        let call = match &span.what {
            What::Asleep(sleep) => sleep.call,
            What::Queued { call, .. } => *call,
            What::Running { .. } | What::Unseen => Call::NONE,
        };
        if call.is_some() {
            self.make_room();
            self.stretches.push(Stretch {
                nr: call.nr,
                from: span.from,
                ns: span.ns(),
            });
        }
    }

    /// A call ended that was entered at `entered`: how long was it off the CPU?
    pub(crate) fn end(&mut self, nr: u16, entered: Nanos) -> u64 {
        let inside = |it: &Stretch| it.nr == nr && it.from >= entered;
        let stretches = self.stretches.drain(..);
        stretches.filter(inside).map(|it| it.ns).sum()
    }

    fn make_room(&mut self) {
        if self.stretches.len() == KEPT {
            let oldest = self.stretches.remove(0);
            if self.stretches[0].nr == oldest.nr {
                self.stretches[0].from = oldest.from;
                self.stretches[0].ns += oldest.ns;
            }
        }
    }
}
