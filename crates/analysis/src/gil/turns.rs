//! How a thread's waits would change with another switch interval.

use super::blame::Parts;
use super::episode::{Episode, MERGE_NS};
use keelback_trace::Nanos;

/// One thread's waits, sorted by whether it had to let go itself. Nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Turns {
    /// Waits that began as it came back from elsewhere.
    pub(crate) returns: u64,
    /// How long others had the GIL in each of those, at most one wished
    /// interval each.
    pub(crate) capped_ns: u64,
    /// Waits that began as it let go of the GIL itself.
    pub(crate) drops: u64,
    /// From releases to running, in all waits.
    pub(crate) handover_ns: u64,
    /// When it let go last.
    let_go: Option<Nanos>,
}

impl Turns {
    /// It woke a waiter, letting go.
    pub(super) fn lets_go(&mut self, at: Nanos) {
        self.let_go = Some(at);
    }

    /// Takes a wait that has ended.
    pub(super) fn waited(&mut self, episode: &Episode, parts: &Parts, wished_ns: u64) {
        let gap = self.let_go.map(|at| episode.from.since(at).0);
        self.handover_ns += parts.handover_ns();
        match gap {
            Some(gap) if gap < MERGE_NS => self.drops += 1,
            _ => {
                self.returns += 1;
                self.capped_ns += parts.had_ns().min(wished_ns);
            }
        }
    }
}
