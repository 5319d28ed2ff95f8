//! When the tracer wakes by itself: at irregular times.
//!
//! Threads that compute hand the GIL over every switch interval. Whoever looks at
//! them every 20 ms meets the same one of two again and again, because that is
//! close to a multiple of 5 ms.

use std::io;
use std::time::Duration;

use crate::cost::monotonic;
use crate::sys::alarm;

/// The tracer's alarm.
#[derive(Debug)]
pub(super) struct Rhythm {
    /// From one ring to the next, on the average, ns.
    period: u64,
    /// Of the random numbers; never 0.
    state: u64,
    /// When it rings next, `CLOCK_MONOTONIC`.
    due: u64,
}

/// A thread that was just born is looked at after so long, ns: it may be gone by the
/// next regular time.
const SOON: u64 = 10_000_000;

impl Rhythm {
    pub(super) fn new(hz: u32, seed: u64) -> Rhythm {
        Rhythm {
            period: 1_000_000_000 / u64::from(hz.max(1)),
            state: seed | 1,
            due: 0,
        }
    }

    pub(super) fn period(&self) -> u64 {
        self.period
    }

    /// Sets the alarm for the next time.
    pub(super) fn set(&mut self) -> io::Result<()> {
        let next = self.next();
        self.ring_after(next)
    }

    /// The same, sooner, unless it rings soon anyway.
    pub(super) fn hurry(&mut self) -> io::Result<()> {
        match monotonic() + SOON < self.due {
            true => self.ring_after(SOON),
            false => Ok(()),
        }
    }

    fn ring_after(&mut self, next: u64) -> io::Result<()> {
        self.due = monotonic() + next;
        alarm::set(
            Duration::from_nanos(next),
            Duration::from_nanos(self.period),
        )
    }

    /// The time to the next ring, ns: from a half to one and a half of the period.
    fn next(&mut self) -> u64 {
        // George Marsaglia, "Xorshift RNGs": three shifts go through all but 0.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.period / 2 + self.state % self.period
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_meets_all_who_take_turns() {
        const TURN: u64 = 5_000_000;
        for threads in [2, 4, 8] {
            let mut rhythm = Rhythm::new(50, 4);
            let mut met = vec![0_u64; threads];
            let mut at = 0;
            for _ in 0..800 {
                at += rhythm.next();
                met[(at / TURN) as usize % threads] += 1;
            }
            let share = 800 / threads as u64;
            let is_fair = |it: &u64| *it > share * 7 / 10 && *it < share * 13 / 10;
            assert!(met.iter().all(is_fair), "{met:?}");
        }
    }

    #[test]
    fn its_period_is_kept_on_the_average() {
        let mut rhythm = Rhythm::new(50, 7);
        let all: Vec<u64> = (0..1000).map(|_| rhythm.next()).collect();
        let mean = all.iter().sum::<u64>() / 1000;
        assert!((19_400_000..20_600_000).contains(&mean), "{mean}");
        assert!(all.iter().all(|it| (10_000_000..30_000_000).contains(it)));
    }
}
