//! The threads and processes that are traced now.

use keelback_trace::{Call, GilView, ProcessId, StackId, TextId, ThreadId};

use super::chain::Turn;
use super::crowd::Crowd;
use super::faults::FaultMeter;
use super::meter::{Meter, Reading};
use super::pace::Pace;
use super::python::Python;
use super::quick::QuickMap;
use super::quiet::Quiet;
use super::seen::Places;
use super::silence::Silence;
use super::tracee::Stopped;
use super::usage::Look;

/// A traced thread.
#[derive(Debug)]
pub(super) struct Tracee {
    pub(super) id: ThreadId,
    pub(super) tgid: u32,
    /// `pthread_self()`; 0 before it is known.
    pub(super) fs_base: u64,
    /// Its `PyThreadState`; 0 before it is known.
    pub(super) tstate: u64,
    /// The thread state that its name is looked up with; 0 before there is one.
    pub(super) asked: u64,
    /// Searches for its thread state that found none.
    pub(super) misses: u8,
    /// No search for its thread state before this instant.
    pub(super) retry_at: u64,
    /// The call it is in, if its end will be seen.
    pub(super) call: Option<InCall>,
    /// Has it not run yet?
    pub(super) is_new: bool,
    /// Is it in a stop of job control?
    pub(super) held: bool,
    /// How it stands with samples.
    pub(super) sampled: Sampled,
    /// Its name, as far as it was told.
    pub(super) name: TextId,
    /// Its Python stacks at the last looks.
    pub(super) seen: Places,
    pub(super) pace: Pace,
    /// Its times on a CPU, if it is one of the first threads.
    pub(super) meter: Option<Meter>,
    /// The same of its page faults.
    pub(super) faults: Option<FaultMeter>,
    /// What is noted of its switches, if anything is.
    pub(super) quiet: Option<Box<Quiet>>,
    /// Does it stop at every call, because nothing is noted?
    pub(super) every_call: bool,
    /// The end of its last call, if that was one on a word of the GIL.
    pub(super) turn: Option<Turn>,
}

/// A thread as it was sampled.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sampled {
    /// How much of its time on a CPU samples have been taken for, nanoseconds;
    /// `None` before the first look.
    pub(super) paid: Option<u64>,
    /// When it was looked at last, and its time on a CPU then.
    pub(super) looked: (u64, u64),
    /// Clock ticks in user space and in the kernel at the last sample.
    pub(super) user: u64,
    pub(super) system: u64,
}

/// A call whose end will be seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct InCall {
    pub(super) call: Call,
    /// When the thread was let go into it; if it ends silently, when it came to
    /// it: what the tracer does then is part of the wait.
    pub(super) entered: u64,
    /// The GIL then.
    pub(super) gil: GilView,
    /// The stack pointer.
    pub(super) stack: u64,
    pub(super) may_block: bool,
    /// What its meter said when the thread was let go, if it has one.
    pub(super) before: Option<Reading>,
    /// Is it told already that the thread sleeps in it?
    pub(super) told: bool,
    /// Is it one on a word of the GIL, at which the thread stops at the end?
    pub(super) of_gil: bool,
    /// The Python stack, if it is known already: who waits for the GIL runs no
    /// Python.
    pub(super) seen: Option<StackId>,
    pub(super) end: End,
}

/// How a call's end comes to be known.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// The thread stops at it.
    Stop,
    /// Nobody stops: it is worked out at the thread's next stop.
    Silent(Silence),
}

/// A traced process.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) id: ProcessId,
    pub(super) exe: TextId,
    pub(super) command: TextId,
    pub(super) python: Python,
    /// Could it have open a file that names threads (`/proc/self/comm`)?
    pub(super) writes_names: bool,
    /// The stops of its threads that take turns.
    pub(super) crowd: Crowd,
}

/// Everything that is traced.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) threads: QuickMap<u32, Tracee>,
    pub(super) processes: QuickMap<u32, Process>,
    /// Newborn threads that stopped before their parent's birth report came,
    /// and when.
    pub(super) early: QuickMap<u32, (Stopped, u64)>,
}

impl Tracee {
    pub(super) fn new(id: ThreadId, tgid: u32) -> Tracee {
        Tracee {
            id,
            tgid,
            fs_base: 0,
            tstate: 0,
            asked: 0,
            misses: 0,
            retry_at: 0,
            call: None,
            is_new: true,
            held: false,
            sampled: Sampled::default(),
            name: TextId::NONE,
            seen: Places::default(),
            pace: Pace::default(),
            meter: None,
            faults: None,
            quiet: None,
            every_call: false,
            turn: None,
        }
    }

    /// The call it is in, if it stops at the end.
    pub(super) fn call_with_stop(&self) -> Option<InCall> {
        self.call.filter(|it| matches!(it.end, End::Stop))
    }

    /// The call it is in, if that ends silently.
    pub(super) fn silent_call(&self) -> Option<(InCall, Silence)> {
        let call = self.call?;
        match call.end {
            End::Stop => None,
            End::Silent(silence) => Some((call, silence)),
        }
    }

    /// Its times on a CPU now.
    pub(super) fn reading(&self) -> Option<Reading> {
        self.meter.as_ref()?.read()
    }

    /// What `/proc` says of it.
    pub(super) fn look(&self, tid: u32) -> Option<Look> {
        let kept = self.faults.as_ref().and_then(FaultMeter::look);
        kept.or_else(|| Look::at(self.tgid, tid))
    }

    /// Its time on a CPU so far, nanoseconds, since some instant.
    pub(super) fn ran(&self, tid: u32, now: u64) -> Option<u64> {
        if let Some(quiet) = &self.quiet {
            return Some(quiet.ran(now));
        }
        let reading = self.reading().or_else(|| Meter::of(self.tgid, tid)?.read());
        reading.map(|it| it.ran)
    }

    /// Another program runs in it: nothing known of the old one holds.
    pub(super) fn forget_program(&mut self) {
        (self.fs_base, self.tstate, self.retry_at) = (0, 0, 0);
        (self.asked, self.misses) = (0, 0);
        self.seen = Places::default();
        (self.quiet, self.every_call) = (None, false);
    }
}

/// Threads whose times and page faults are at hand: each takes two descriptors.
const MOST_METERS: usize = 128;

impl Table {
    /// May one thread more have meters?
    pub(super) fn has_meters(&self) -> bool {
        self.threads.len() < MOST_METERS
    }

    /// Is it one of those that only run one after the other, because of a GIL?
    pub(super) fn takes_turns(&self, thread: &Tracee) -> bool {
        let process = self.processes.get(&thread.tgid);
        thread.tstate != 0 && process.is_some_and(|it| it.python.has_gil())
    }

    /// The tids of threads that are so.
    pub(super) fn threads_that(&self, are: impl Fn(&Tracee) -> bool) -> Vec<u32> {
        let threads = self.threads.iter();
        threads.filter(|it| are(it.1)).map(|it| *it.0).collect()
    }

    /// How many threads a process has.
    pub(super) fn threads_of(&self, tgid: u32) -> usize {
        self.threads.values().filter(|it| it.tgid == tgid).count()
    }
}
