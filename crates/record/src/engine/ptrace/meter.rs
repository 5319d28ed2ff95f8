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
    pub(super) ran: u64,
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

/// Turns that a thread takes which sleeps once: one to fall asleep in, one when
/// it is awake.
const ONE_SLEEP: u64 = 2;

impl Reading {
    /// Was the thread woken since it was let go at `before`? It may have lost
    /// its CPU instead before it fell asleep.
    pub(super) fn has_woken_since(&self, before: &Reading) -> bool {
        self.turns.saturating_sub(before.turns) >= ONE_SLEEP
    }

    /// For how long before this reading it has been awake and on a CPU, or could
    /// have been, if it slept once since it was let go at `before`, ns. The
    /// moments that it ran before it fell asleep are about as long as the tracer
    /// needs to see it stopped. Every turn begins with a wait for a CPU; those
    /// of the first two turns came before.
    pub(super) fn awake_since(&self, before: &Reading) -> u64 {
        let ran = self.ran.saturating_sub(before.ran);
        let waited = self.waited.saturating_sub(before.waited);
        let turns = self.turns.saturating_sub(before.turns).max(ONE_SLEEP);
        ran + waited / turns * (turns - ONE_SLEEP)
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
    fn a_wait_ends_when_the_thread_ran_again() {
        let before = reading(1_000, 50, 7);
        assert!(!reading(3_000, 50, 8).has_woken_since(&before));
        // Waited 40 us for its CPU, then ran.
        let woken = reading(2_001_000, 40_050, 9);
        assert!(woken.has_woken_since(&before));
        assert_eq!(woken.awake_since(&before), 2_000_000);
        // Preempted twice since.
        let later = reading(2_001_000, 400_050, 11);
        assert_eq!(later.awake_since(&before), 2_200_000);
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
