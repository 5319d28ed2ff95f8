//! The switch interval, as the recorded waits show it.
//!
//! Who waits for the GIL sleeps for one interval at a time; unless somebody
//! lets go, a timer ends that sleep (CPython Python/ceval_gil.c: take_gil). A
//! timer is never early and seldom late: the shortest of these sleeps but a few
//! is the interval.

use super::latency::Latencies;
use crate::futex::FutexClass;
use crate::model::{Scene, Sleep, Span};
use crate::part::Part;

/// What `sys.getswitchinterval()` is unless the program sets it, nanoseconds.
pub(crate) const USUAL_NS: u64 = 5_000_000;
/// Fewer time-outs may all be late.
const ENOUGH: u64 = 4;
/// This share of the time-outs may look shorter: their wake-ups were lost.
const STRAY: f64 = 0.10;

/// Sums sleeps that a timer ended.
#[derive(Debug, Default)]
pub(super) struct SwitchInterval {
    slept: Latencies,
}

impl SwitchInterval {
    /// Takes a sleep of any kind. Without a wake-up nothing tells who ended it.
    pub(super) fn take(&mut self, span: &Span, sleep: &Sleep, scene: &Scene<'_>) {
        let by_timer = sleep.woken.is_some_and(|waker| !waker.is_giver(scene));
        if by_timer && sleep.returned && sleep.part == Part::Futex(FutexClass::Gil) {
            let (asleep, _) = span.asleep_and_queued(sleep);
            self.slept.add(asleep);
        }
    }

    /// The interval, nanoseconds; 0 when too few waits show it.
    pub(super) fn ns(&self) -> u64 {
        match self.slept.count() {
            0..ENOUGH => 0,
            _ => self.slept.percentile(STRAY),
        }
    }
}
