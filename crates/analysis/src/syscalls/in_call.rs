//! How long a thread was off the CPU inside the call it is in.

use keelback_trace::{Call, Nanos};

use crate::model::{Span, What};

/// Off-CPU time of one thread since it entered its present call. Calls do not
/// nest, so the last one's time is dropped when the next one's begins.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InCall {
    nr: u16,
    from: Nanos,
    off_ns: u64,
}

impl InCall {
    /// Takes a span of the thread.
    pub(crate) fn span(&mut self, span: &Span) {
        let call = match &span.what {
            What::Asleep(sleep) => sleep.call,
            What::Queued { call, .. } => *call,
            What::Running { .. } | What::Unseen => Call::NONE,
        };
        if !call.is_some() {
            return;
        }
        if self.off_ns == 0 || self.nr != call.nr {
            *self = InCall {
                nr: call.nr,
                from: span.from,
                off_ns: 0,
            };
        }
        self.off_ns += span.ns();
    }

    /// The call ended: how long was it off the CPU? Time that began before the
    /// call did belongs to one whose end was not recorded.
    pub(crate) fn end(&mut self, nr: u16, entered: Nanos) -> u64 {
        let ended = std::mem::take(self);
        match ended.nr == nr && ended.from >= entered {
            true => ended.off_ns,
            false => 0,
        }
    }
}
