//! How often a thread stops.

use rustix::thread::CpuSet;

/// Stops of a thread that are timed together.
const STRIDE: u32 = 16;
/// Stops that come as close as this one after the other, ns, are worth being
/// made cheap: each costs some 50 us less.
const BUSY: u64 = 500_000;
/// The same for further threads, which then take turns on one CPU.
const BUSIEST: u64 = 150_000;

/// So many stops that are timed together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stride<const STOPS: u32> {
    since: u64,
    stops: u32,
}

impl<const STOPS: u32> Stride<STOPS> {
    /// Begins.
    pub(super) fn at(now: u64) -> Self {
        let (since, stops) = (now, 0);
        Stride { since, stops }
    }

    /// One stop more. Was it the last? Then the time that all took, ns; the next
    /// stride begins.
    pub(super) fn step(&mut self, at: u64) -> Option<u64> {
        self.stops += 1;
        if self.stops < STOPS {
            return None;
        }
        let before = std::mem::replace(self, Stride::at(at));
        Some(at.saturating_sub(before.since))
    }

    /// Does it take so long already that stops are not as close as `busy` ns?
    pub(super) fn is_over(&self, now: u64, busy: u64) -> bool {
        now.saturating_sub(self.since) > 2 * busy * u64::from(STOPS)
    }
}

/// The stops of a thread.
#[derive(Debug, Default)]
pub(super) struct Pace {
    stride: Stride<STRIDE>,
    /// Its own CPUs, while it is kept beside the tracer.
    pub(super) kept: Option<Box<CpuSet>>,
}

/// What a stride shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speed {
    /// It is not over.
    Unknown,
    Quiet,
    Busy,
    Busiest,
}

impl Pace {
    /// One stop more.
    pub(super) fn step(&mut self, at: u64) -> Speed {
        let Some(took) = self.stride.step(at) else {
            return Speed::Unknown;
        };
        match took / u64::from(STRIDE) {
            0..BUSIEST => Speed::Busiest,
            BUSIEST..BUSY => Speed::Busy,
            _ => Speed::Quiet,
        }
    }

    /// Begins a stride.
    pub(super) fn rest(&mut self, at: u64) {
        self.stride = Stride::at(at);
    }

    /// Has it not stopped for long?
    pub(super) fn is_over(&self, now: u64) -> bool {
        self.stride.is_over(now, BUSY)
    }

    pub(super) fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Its own CPUs, if it is kept elsewhere.
    pub(super) fn cpus(&self) -> Option<CpuSet> {
        self.kept.as_deref().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: u64 = 2 * BUSY * STRIDE as u64;

    fn speed(between: u64) -> Speed {
        let mut pace = Pace::default();
        pace.rest(1_000_000);
        let mut all = (1..=u64::from(STRIDE)).map(|it| pace.step(1_000_000 + it * between));
        let first = all.by_ref().take(STRIDE as usize - 1);
        assert!(first.eq(std::iter::repeat_n(Speed::Unknown, STRIDE as usize - 1)));
        all.next().expect("a stride")
    }

    #[test]
    fn a_stride_shows_the_speed() {
        assert_eq!(speed(10_000), Speed::Busiest);
        assert_eq!(speed(200_000), Speed::Busy);
        assert_eq!(speed(5_000_000), Speed::Quiet);
    }

    #[test]
    fn who_stops_no_more_is_not_waited_for() {
        let mut pace = Pace::default();
        pace.rest(5);
        assert!(!pace.is_over(LONGEST));
        assert!(pace.is_over(LONGEST + 6));
    }
}
