//! How long a thread had a CPU, and how long it waited for one.
//!
//! A thread beside others on one CPU may be long in a call without sleeping in
//! it: it waited for the CPU. The kernel counts that.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// A thread's `schedstat`, kept open.
#[derive(Debug)]
pub(super) struct Meter(File);

/// What it says (Documentation/scheduler/sched-stats.rst).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// On a CPU, nanoseconds.
    ran: u64,
    /// Waiting for one, nanoseconds.
    waited: u64,
    /// How often it was given one.
    turns: u64,
}

impl Meter {
    pub(super) fn of(tgid: u32, tid: u32) -> Option<Meter> {
        let file = File::open(format!("/proc/{tgid}/task/{tid}/schedstat"));
        file.ok().map(Meter)
    }

    pub(super) fn read(&self) -> Option<Reading> {
        let mut text = [0; 80];
        let length = self.0.read_at(&mut text, 0).ok()?;
        parse(str::from_utf8(&text[..length]).ok()?)
    }
}

fn parse(text: &str) -> Option<Reading> {
    let mut numbers = text.split_whitespace().map(|it| it.parse().ok());
    Some(Reading {
        ran: numbers.next()??,
        waited: numbers.next()??,
        turns: numbers.next()??,
    })
}

impl Reading {
    /// How much of the time between two stops the thread slept; `before` was
    /// read at the first of them. One turn brings it from there to here.
    pub(super) fn slept_since(&self, before: &Reading, took: u64) -> u64 {
        let ran = self.ran.saturating_sub(before.ran);
        let awake = ran + self.waited.saturating_sub(before.waited);
        match self.turns.saturating_sub(before.turns) {
            0 | 1 => 0,
            _ => took.saturating_sub(awake),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(ran: u64, waited: u64, turns: u64) -> Reading {
        Reading { ran, waited, turns }
    }

    #[test]
    fn who_waited_for_a_cpu_did_not_sleep() {
        let before = reading(1_000, 50, 7);
        // One turn: however late the tracer was.
        assert_eq!(reading(3_000, 50, 8).slept_since(&before, 900_000), 0);
        // Preempted for 400 us of 410.
        assert_eq!(
            reading(8_000, 400_050, 9).slept_since(&before, 410_000),
            3_000
        );
        // Asleep for most of it.
        assert_eq!(
            reading(8_000, 1_050, 9).slept_since(&before, 410_000),
            402_000
        );
    }

    #[test]
    fn this_very_thread_has_had_a_cpu() {
        let me = std::process::id();
        let before = Meter::of(me, me)
            .expect("it lives")
            .read()
            .expect("three numbers");
        assert!(before.turns > 0);
        assert_eq!(parse("1 2"), None);
    }
}
