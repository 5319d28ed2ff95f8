//! futex(2) by the lock behind it.

use std::collections::{BTreeMap, HashMap};

use keelback_trace::{Event, EventKind, OffState, Parked, ProcessId};

use super::FutexRow;
use crate::futex::{Evidence, FutexClass, FutexKind, FutexUse, NR_FUTEX, classify};
use crate::model::{Scene, Span, What};

/// Counts futex calls and sleeps by class.
#[derive(Debug, Default)]
pub(crate) struct FutexBook {
    rows: BTreeMap<FutexClass, FutexSum>,
    /// What a sleep told about a word. Calls that do not sleep show less
    /// (nothing is parked), and so do wake-ups.
    words: HashMap<(ProcessId, u64), FutexKind>,
}

#[derive(Clone, Copy, Debug)]
struct FutexSum {
    evidence: Evidence,
    count: u64,
    waits: u64,
    wait_ns: u64,
}

impl FutexBook {
    /// A thread goes to sleep: learn whose word it is.
    pub(crate) fn sleeps(&mut self, event: &Event, scene: &Scene<'_>) {
        let EventKind::SwitchOut {
            state,
            call,
            parked,
            ..
        } = event.kind
        else {
            return;
        };
        if call.nr != NR_FUTEX || state == OffState::Preempted {
            return;
        }
        let futex = FutexUse {
            thread: event.thread,
            call,
            parked,
            stack: event.stack,
        };
        let kind = classify(&futex, scene);
        let word = (scene.process_of(event.thread), call.args[0]);
        match kind.evidence {
            Evidence::Presumed => self.words.remove(&word),
            _ => self.words.insert(word, kind),
        };
    }

    /// A futex call ended (full mode).
    pub(crate) fn call(&mut self, event: &Event, scene: &Scene<'_>) {
        let EventKind::Call { call, .. } = event.kind else {
            return;
        };
        let futex = FutexUse {
            thread: event.thread,
            call,
            parked: Parked::NONE,
            stack: event.stack,
        };
        let word = (scene.process_of(event.thread), call.args[0]);
        let mut kind = classify(&futex, scene);
        if kind.evidence != Evidence::Address
            && let Some(known) = self.words.get(&word)
        {
            kind = *known;
        }
        self.sum(kind).count += 1;
    }

    /// A sleep ended; in wait mode it is counted as a call too.
    pub(crate) fn span(&mut self, span: &Span, count: bool, scene: &Scene<'_>) {
        let What::Asleep(sleep) = &span.what else {
            return;
        };
        if sleep.call.nr != NR_FUTEX {
            return;
        }
        let futex = FutexUse {
            thread: span.thread,
            call: sleep.call,
            parked: sleep.parked,
            stack: sleep.stack,
        };
        let sum = self.sum(classify(&futex, scene));
        sum.count += u64::from(count);
        sum.waits += 1;
        sum.wait_ns += span.ns();
    }

    /// Calls that were counted in the kernel only: no word, no class.
    pub(crate) fn tallied(&mut self, count: u64) {
        let kind = FutexKind {
            class: FutexClass::Unknown,
            evidence: Evidence::Presumed,
        };
        self.sum(kind).count += count;
    }

    /// The rows, most calls first.
    pub(crate) fn rows(&self) -> Vec<FutexRow> {
        let rows = self.rows.iter().map(|(&class, sum)| FutexRow {
            class,
            evidence: sum.evidence,
            count: sum.count,
            waits: sum.waits,
            wait_ns: sum.wait_ns,
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.count, row.wait_ns)));
        rows
    }

    fn sum(&mut self, kind: FutexKind) -> &mut FutexSum {
        let sum = self.rows.entry(kind.class).or_insert(FutexSum {
            evidence: kind.evidence,
            count: 0,
            waits: 0,
            wait_ns: 0,
        });
        sum.evidence = sum.evidence.max(kind.evidence);
        sum
    }
}
