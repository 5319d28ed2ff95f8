//! Samples of the CPU clock: where they fell, and what one stands for.
//!
//! A sample costs the program time, and so does the recording of a call: a
//! tick of the clock every 200 us is less than 200 us of the program. How much
//! less differs by machine (a virtual machine's timer costs ten times a real
//! one's), by depth of stack, and by what else runs. What is certain is how
//! much CPU time the same program takes without a recorder: so all its samples
//! together stand for that, less the time in calls, which is measured.

use keelback_trace::{Call, Nanos};
use syscalls::x86_64::Sysno;

use super::place::Step;
use super::tree::{ROOT, Seat};
use crate::ended_call::EndedCall;

/// Samples of the main thread by where they fell, and of all threads.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// CPU time between two of them, nanoseconds; 0 for none.
    pub(super) period_ns: u64,
    /// In user space, in page faults and interrupts, and in the process's end.
    pub(super) in_program: u64,
    /// Inside calls.
    in_calls: u64,
    /// In the recorder: between a call's end and the program's next step, or
    /// before its entry.
    in_recorder: u64,
    /// Of threads without Python: they wait for work, mostly, and do so as
    /// long with a recorder as without.
    native: u64,
    /// Of all other threads and processes: a recorder slows them like the main
    /// thread.
    others: u64,
    /// In imports, by step.
    by_step: [u64; 7],
    /// On-CPU time of the main thread's calls, nanoseconds.
    calls_ns: u64,
    /// In a call, and it is not known yet on which side of its entry.
    open: Vec<(Nanos, Call)>,
}

/// Where the samples since the last call fell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fell {
    pub(super) in_call: u64,
    pub(super) in_recorder: u64,
}

impl Samples {
    pub(super) fn new(period_ns: u64) -> Samples {
        Samples {
            period_ns,
            ..Samples::default()
        }
    }

    /// One of another thread, with or without Python.
    pub(super) fn elsewhere(&mut self, is_native: bool) {
        match is_native {
            true => self.native += 1,
            false => self.others += 1,
        }
    }

    /// One of the main thread, outside of calls.
    pub(super) fn outside(&mut self, seat: Seat) {
        self.in_program += 1;
        if seat.node != ROOT {
            self.by_step[seat.step as usize] += 1;
        }
    }

    /// How many fell into a step of imports.
    pub(super) fn in_step(&self, step: Step) -> u64 {
        self.by_step[step as usize]
    }

    /// One of the main thread, in or about a call.
    pub(super) fn about(&mut self, at: Nanos, call: Call) {
        self.open.push((at, call));
    }

    /// A call of the main thread ended.
    pub(super) fn call(&mut self, it: &EndedCall, calibrated_ns: u64) -> Fell {
        let all = self.open.len() as u64;
        let inside = |(at, call): &(Nanos, Call)| *at >= it.entered && call.nr == it.call.nr;
        let in_call = self.open.iter().filter(|it| inside(it)).count() as u64;
        self.open.clear();
        let fell = Fell {
            in_call,
            in_recorder: all - in_call,
        };
        self.in_calls += fell.in_call;
        self.in_recorder += fell.in_recorder;
        self.calls_ns += calibrated_ns.saturating_sub(it.asleep_ns);
        fell
    }

    /// The recording is over. A call that ends its process has no end itself:
    /// its samples are the program's.
    pub(super) fn finish(&mut self) {
        let is_end = |call: &Call| call.nr == Sysno::exit_group as u16;
        let (end, rest): (Vec<_>, Vec<_>) = self.open.drain(..).partition(|it| is_end(&it.1));
        self.in_program += end.len() as u64;
        self.in_recorder += rest.len() as u64;
    }

    /// What one sample in the program stands for, nanoseconds, if the command
    /// takes `cpu_ns` without a recorder; the period itself if that is not
    /// known.
    pub(super) fn weight(&self, cpu_ns: Option<u64>) -> u64 {
        let Some(cpu_ns) = cpu_ns.filter(|_| self.in_program > 0) else {
            return self.period_ns;
        };
        let own = self.in_program + self.in_calls;
        let slowed = cpu_ns.saturating_sub(self.native * self.period_ns);
        let mine = portion(slowed, own, own + self.others);
        // Samples inside calls lengthened these: by the difference between the
        // period and what is looked for.
        let lengthened = self.in_calls * self.period_ns;
        let program = (mine + lengthened).saturating_sub(self.calls_ns);
        // Beyond these bounds something else happened to one of the runs.
        (program / own).clamp(self.period_ns / 4, self.period_ns)
    }

    /// What recording added to a stretch with so many samples in all, of which
    /// some fell into the recorder.
    pub(super) fn added_ns(&self, weight: u64, all: u64, in_recorder: u64) -> u64 {
        all * (self.period_ns - weight) + in_recorder * weight
    }
}

fn portion(ns: u64, part: u64, whole: u64) -> u64 {
    (u128::from(ns) * u128::from(part) / u128::from(whole.max(1))) as u64
}

#[cfg(test)]
mod tests {
    use keelback_trace::{StackId, TextId, ThreadId};

    use super::*;

    const READ: Call = Call {
        nr: Sysno::read as u16,
        args: [0; 3],
    };

    fn read(entered: u64, at: u64) -> EndedCall {
        EndedCall {
            thread: ThreadId(0),
            stack: StackId::NONE,
            entered: Nanos(entered),
            at: Nanos(at),
            call: READ,
            ret: 0,
            path: TextId::NONE,
            took: at - entered,
            asleep_ns: 0,
            queued_ns: 0,
        }
    }

    /// 100 samples of 200 us, a fifth of each the recorder's, and a call of
    /// 1 ms with 5 more.
    fn recorded() -> Samples {
        let mut samples = Samples::new(200_000);
        (0..100).for_each(|_| samples.outside(Seat::default()));
        let call = read(1_000_000, 2_200_000);
        [1_000_000, 1_200_000, 1_400_000, 1_600_000, 1_800_000]
            .into_iter()
            .for_each(|at| samples.about(Nanos(at), READ));
        samples.about(Nanos(999_999), READ);
        let fell = samples.call(&call, 1_200_000);
        assert_eq!((fell.in_call, fell.in_recorder), (5, 1));
        samples
    }

    #[test]
    fn samples_stand_for_the_time_without_a_recorder() {
        // 100 * 160 us in user space and 1 ms in the call.
        assert_eq!(recorded().weight(Some(17_000_000)), 160_000);
    }

    #[test]
    fn without_such_a_run_they_stand_for_the_period() {
        assert_eq!(recorded().weight(None), 200_000);
        assert_eq!(recorded().weight(Some(u64::MAX / 2)), 200_000);
    }

    #[test]
    fn other_threads_have_their_share_of_the_time() {
        let mut samples = Samples::new(200_000);
        (0..100).for_each(|_| samples.outside(Seat::default()));
        (0..100).for_each(|_| samples.elsewhere(false));
        assert_eq!(samples.weight(Some(30_000_000)), 150_000);
        // A thread that spins for a while does so as long in both.
        (0..50).for_each(|_| samples.elsewhere(true));
        assert_eq!(samples.weight(Some(40_000_000)), 150_000);
    }

    #[test]
    fn the_end_of_a_process_is_the_programs() {
        let mut samples = Samples::new(200_000);
        let end = Call {
            nr: Sysno::exit_group as u16,
            args: [0; 3],
        };
        samples.about(Nanos(5), end);
        samples.about(Nanos(5), READ);
        samples.finish();
        assert_eq!((samples.in_program, samples.in_recorder), (1, 1));
    }

    #[test]
    fn what_recording_added() {
        let samples = Samples::new(200_000);
        // Ten samples of 40 us, and two periods inside the recorder.
        assert_eq!(samples.added_ns(160_000, 10, 2), 400_000 + 320_000);
    }
}
