//! Threads of one process that run one after the other and stop all the time.
//!
//! A fight for the GIL is made of calls of many threads, none of which stops often
//! by itself. Together they lose as much by stops on several CPUs as a busy thread
//! does, and nothing by being on one: only one of them runs Python at a time. That
//! holds unless they compute without the GIL, which their time on CPUs shows.

use nix::time::ClockId;
use nix::unistd::Pid;

use super::pace::Stride;
use crate::cost::nanos;

/// Stops of all of them that are timed together.
const STRIDE: u32 = 64;
/// Stops that come as close as this one after the other, ns, are worth being made
/// cheap.
const BUSY: u64 = 1_000_000;

/// The stops of a process's threads that take turns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Crowd {
    stride: Stride<STRIDE>,
    /// What the process had of CPUs when it began, ns.
    cpu: u64,
}

/// What a stride of all of them shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// It is not over.
    Unknown,
    /// Stops are rare, or more than one computes at a time.
    Loose,
    /// They stop all the time, and one runs at a time.
    Dense,
}

impl Crowd {
    /// One stop more; `cpu`: what the process has had of CPUs, ns.
    pub(super) fn step(&mut self, at: u64, cpu: impl FnOnce() -> u64) -> Press {
        let Some(took) = self.stride.step(at) else {
            return Press::Unknown;
        };
        let before = std::mem::replace(&mut self.cpu, cpu());
        let computed = self.cpu.saturating_sub(before);
        let is_dense = took / u64::from(STRIDE) < BUSY && computed <= took + took / 8;
        if is_dense { Press::Dense } else { Press::Loose }
    }

    /// Begins a stride.
    pub(super) fn begin(now: u64, cpu: u64) -> Crowd {
        let stride = Stride::at(now);
        Crowd { stride, cpu }
    }

    /// Has it not stopped for long?
    pub(super) fn is_over(&self, now: u64) -> bool {
        self.stride.is_over(now, BUSY)
    }
}

/// What a process has had of CPUs, all threads together, ns.
pub(super) fn cpu_of(tgid: u32) -> u64 {
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(tgid.cast_signed()));
    let now = clock.and_then(|it| it.now());
    now.map_or(0, |it| nanos(it.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of stops so far apart, while the process gets so much per stop.
    fn press(between: u64, computed: u64) -> Press {
        let mut crowd = Crowd::begin(1_000_000, 500);
        let mut all = (1..=u64::from(STRIDE))
            .map(|it| crowd.step(1_000_000 + it * between, || 500 + it * computed));
        assert!(all.by_ref().take(63).all(|it| it == Press::Unknown));
        all.next().expect("a stride")
    }

    #[test]
    fn who_takes_turns_and_stops_often_is_a_crowd() {
        assert_eq!(press(300_000, 300_000), Press::Dense);
        assert_eq!(press(300_000, 20_000), Press::Dense);
    }

    #[test]
    fn who_stops_rarely_or_computes_beside_others_is_not() {
        assert_eq!(press(1_100_000, 300_000), Press::Loose);
        assert_eq!(press(300_000, 500_000), Press::Loose);
    }

    #[test]
    fn the_time_of_a_process_goes_on() {
        let me = std::process::id();
        let before = cpu_of(me);
        while cpu_of(me) < before + 1_000_000 {}
    }
}
