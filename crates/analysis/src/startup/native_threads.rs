//! Threads that have not run Python: those of libraries.

use std::collections::HashMap;

use keelback_trace::ThreadId;

/// What such threads did.
#[derive(Debug, Default)]
pub(super) struct NativeThreads {
    /// sched_yield(2) calls, of a thread that spins.
    pub(super) yields: HashMap<ThreadId, u64>,
    /// Samples.
    pub(super) samples: HashMap<ThreadId, u64>,
}

impl NativeThreads {
    pub(super) fn yielded(&mut self, thread: ThreadId) {
        *self.yields.entry(thread).or_default() += 1;
    }

    pub(super) fn sampled(&mut self, thread: ThreadId) {
        *self.samples.entry(thread).or_default() += 1;
    }
}
