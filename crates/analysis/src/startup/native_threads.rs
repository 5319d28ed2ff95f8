//! Threads that have not run Python: those of libraries.

use std::collections::HashMap;

use keelback_trace::{Nanos, ThreadId};

/// What such threads did.
#[derive(Debug, Default)]
pub(super) struct NativeThreads {
    /// sched_yield(2) calls, of a thread that spins.
    pub(super) yields: HashMap<ThreadId, u64>,
    /// Samples.
    pub(super) samples: HashMap<ThreadId, u64>,
    /// Those that were started while a module was imported.
    pub(super) imported: HashMap<ThreadId, Life>,
    /// Calibrated time of the calls that started them, nanoseconds.
    pub(super) clone_ns: u64,
}

/// What became of a thread.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Life {
    from: Nanos,
    until: Option<Nanos>,
    asleep_ns: u64,
}

impl Life {
    /// Asleep for nine tenths of its life, if the start-up ended then?
    pub(super) fn is_idle(&self, end: Nanos) -> bool {
        let lived = self.until.unwrap_or(end).since(self.from).0;
        self.asleep_ns >= lived - lived / 10
    }
}

impl NativeThreads {
    pub(super) fn yielded(&mut self, thread: ThreadId) {
        *self.yields.entry(thread).or_default() += 1;
    }

    pub(super) fn started(&mut self, thread: ThreadId, from: Nanos) {
        let life = Life {
            from,
            ..Life::default()
        };
        self.imported.insert(thread, life);
    }

    pub(super) fn slept(&mut self, thread: ThreadId, ns: u64) {
        if let Some(life) = self.imported.get_mut(&thread) {
            life.asleep_ns += ns;
        }
    }

    pub(super) fn ended(&mut self, thread: ThreadId, at: Nanos) {
        if let Some(life) = self.imported.get_mut(&thread) {
            life.until = Some(at);
        }
    }

    pub(super) fn sampled(&mut self, thread: ThreadId) {
        *self.samples.entry(thread).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sleeps_nearly_always_is_idle() {
        let mut threads = NativeThreads::default();
        let (idle, busy) = (ThreadId(1), ThreadId(2));
        for (thread, asleep_ns) in [(idle, 95), (busy, 80)] {
            threads.started(thread, Nanos(100));
            threads.slept(thread, asleep_ns);
        }
        threads.ended(busy, Nanos(200));
        let is_idle = |thread| threads.imported[&thread].is_idle(Nanos(200));
        assert!(is_idle(idle) && !is_idle(busy));
    }
}
