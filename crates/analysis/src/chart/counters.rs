//! Values over time.

use std::collections::BTreeMap;

use keelback_trace::{Nanos, ProcessId};

use super::types::{Counter, CounterKind};

/// System calls are counted over this long, nanoseconds.
const STEP_NS: u64 = 10_000_000;

/// Counts waiters and calls.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Changes of the number of waiters.
    waiters: Vec<(Nanos, ProcessId, bool)>,
    calls: BTreeMap<(ProcessId, u64), u64>,
}

impl Counters {
    pub(super) fn waited(&mut self, process: ProcessId, from: Nanos, to: Nanos) {
        self.waiters.push((from, process, true));
        self.waiters.push((to, process, false));
    }

    pub(super) fn called(&mut self, process: ProcessId, at: Nanos) {
        *self.calls.entry((process, at.0 / STEP_NS)).or_default() += 1;
    }

    /// All values, in the order of time.
    pub(super) fn finish(self) -> Vec<Counter> {
        let calls = self.calls.iter().flat_map(|(&(process, step), &count)| {
            let one = |step: u64, value| Counter {
                at: Nanos(step * STEP_NS),
                process,
                kind: CounterKind::Calls,
                value,
            };
            let more = self.calls.contains_key(&(process, step + 1));
            let end = (!more).then(|| one(step + 1, 0));
            [Some(one(step, count * 1_000_000_000 / STEP_NS)), end]
        });
        let mut all: Vec<_> = calls.flatten().collect();
        all.extend(waiters(self.waiters));
        all.sort_by_key(|it| it.at);
        all
    }
}

fn waiters(mut changes: Vec<(Nanos, ProcessId, bool)>) -> Vec<Counter> {
    changes.sort();
    let mut now: BTreeMap<ProcessId, u64> = BTreeMap::new();
    let mut told: Vec<Counter> = Vec::new();
    for (at, process, more) in changes {
        let value = now.entry(process).or_default();
        *value = if more {
            *value + 1
        } else {
            value.saturating_sub(1)
        };
        told.push(Counter {
            at,
            process,
            kind: CounterKind::Waiters,
            value: *value,
        });
    }
    told
}
