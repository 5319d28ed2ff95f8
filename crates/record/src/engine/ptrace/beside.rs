//! Keeps busy threads beside their tracer, on one CPU.
//!
//! A stop is two switches of context on one CPU. Across CPUs it is two
//! wake-ups, mostly of a CPU that sleeps, which cost ten times as much in a
//! virtual machine; and the kernel wakes on an idle CPU if there is one
//! (kernel/sched/fair.c: select_idle_sibling). So while a thread stops often,
//! it and the tracer are bound to one CPU, one process at a time.
//!
//! The program does not see it: a thread gets its own CPUs back before it asks
//! for them, and what is born has them from the start. Every quarter of a second
//! all are let go, so that the scheduler can choose a better place.

use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_getcpu, sched_setaffinity};

use super::crowd::{Crowd, Press, cpu_of};
use super::pace::Speed;
use super::table::Tracee;
use super::tracer::Tracer;

/// How long threads are kept at one place, ns.
const SPELL: u64 = 250_000_000;

/// Threads that are kept and have not stopped for so long, ns, may wait for another
/// process, which needs the place more.
const ASLEEP: u64 = 2_000_000;

/// The place where threads are kept, and what came of it.
#[derive(Debug)]
pub(super) struct Beside {
    /// May threads be kept at all?
    allowed: bool,
    /// The tracer's own CPUs; `None` if they cannot be told.
    own: Option<CpuSet>,
    home: Option<Home>,
    kept_ns: u64,
}

#[derive(Clone, Copy, Debug)]
struct Home {
    cpu: usize,
    /// The process whose threads are kept.
    tgid: u32,
    since: u64,
    /// When one of those that are kept stopped last.
    stopped: u64,
    /// Are all kept that take turns, as long as they stop often together?
    of_crowd: bool,
}

impl Beside {
    pub(super) fn new(allowed: bool) -> Beside {
        Beside {
            allowed,
            own: sched_getaffinity(None).ok().filter(|it| it.count() > 1),
            home: None,
            kept_ns: 0,
        }
    }

    /// Are all threads of this process kept that take turns?
    fn keeps_crowd(&self, tgid: u32) -> bool {
        self.home.is_some_and(|it| it.of_crowd && it.tgid == tgid)
    }

    /// Do those that are kept for another process still stop?
    fn is_taken(&self, tgid: u32, at: u64) -> bool {
        let others = self.home.filter(|it| it.tgid != tgid);
        others.is_some_and(|it| it.stopped + ASLEEP > at)
    }

    /// For how long threads were kept, ns.
    pub(super) fn kept_ns(&self) -> u64 {
        self.kept_ns
    }

    /// Where a process with these CPUs is kept, if it is the one.
    fn home(&mut self, tgid: u32, cpus: &CpuSet, now: u64) -> Option<Home> {
        if let Some(home) = self.home {
            return (home.tgid == tgid && cpus.is_set(home.cpu)).then_some(home);
        }
        let own = self.own?;
        let here = sched_getcpu();
        let both = |cpu: &usize| own.is_set(*cpu) && cpus.is_set(*cpu);
        let cpu = std::iter::once(here).chain(0..CpuSet::MAX_CPU).find(both)?;
        sched_setaffinity(None, &only(cpu)).ok()?;
        self.home = Some(Home {
            cpu,
            tgid,
            since: now,
            stopped: now,
            of_crowd: false,
        });
        self.home
    }

    /// To another CPU, unless somebody is kept on this one.
    pub(super) fn step_aside(&self) {
        let (Some(own), None) = (&self.own, self.home) else {
            return;
        };
        let mut others = *own;
        others.unset(sched_getcpu());
        // It is there when this returns; where it wakes next is the kernel's choice.
        if sched_setaffinity(None, &others).is_ok() {
            let _ = sched_setaffinity(None, own);
        }
    }

    /// How many CPUs the tracer may run on.
    pub(super) fn cpus(&self) -> usize {
        self.own.map_or(1, |it| it.count() as usize)
    }

    /// Nobody is kept any more.
    fn leave(&mut self, now: u64) {
        if let (Some(home), Some(own)) = (self.home.take(), &self.own) {
            self.kept_ns += now.saturating_sub(home.since);
            let _ = sched_setaffinity(None, own);
        }
    }
}

fn only(cpu: usize) -> CpuSet {
    let mut set = CpuSet::new();
    set.set(cpu);
    set
}

/// A thread has these CPUs from now on. It may be gone, or another user's.
fn set(tid: u32, cpus: &CpuSet) -> bool {
    let pid = Pid::from_raw(tid.cast_signed());
    pid.is_some() && sched_setaffinity(pid, cpus).is_ok()
}

impl Tracer<'_> {
    /// A thread stopped once more.
    pub(super) fn step(&mut self, tid: u32, at: u64) {
        let Some(tracee) = self.table.threads.get_mut(&tid) else {
            return;
        };
        let tgid = tracee.tgid;
        if let Some(home) = self.beside.home.as_mut().filter(|_| tracee.pace.is_kept()) {
            home.stopped = at;
        }
        match (tracee.pace.step(at), tracee.pace.is_kept()) {
            (Speed::Busy | Speed::Busiest, true) | (Speed::Unknown, _) | (Speed::Quiet, false) => {}
            (Speed::Quiet, true) if self.beside.keeps_crowd(tgid) => {}
            (Speed::Quiet, true) => self.let_go(tid),
            (speed, false) => self.keep(tid, speed, at),
        }
        self.step_crowd(tid, tgid, at);
    }

    /// Together with others, that is. Where threads do not stop at every call, those
    /// that wait for the GIL had better not be on the CPU of who has it.
    fn step_crowd(&mut self, tid: u32, tgid: u32, at: u64) {
        let tracee = self.table.threads.get(&tid).filter(|_| self.every_call);
        if !tracee.is_some_and(|it| self.table.takes_turns(it)) {
            return;
        }
        let Some(process) = self.table.processes.get_mut(&tgid) else {
            return;
        };
        match process.crowd.step(at, || cpu_of(tgid)) {
            Press::Unknown => {}
            Press::Dense => self.keep_crowd(tgid, at),
            Press::Loose if self.beside.keeps_crowd(tgid) => self.let_all_go(at),
            Press::Loose => {}
        }
    }

    /// All threads of a process that take turns are kept, if there are some.
    fn keep_crowd(&mut self, tgid: u32, at: u64) {
        if !self.beside.allowed || self.beside.is_taken(tgid, at) {
            return;
        }
        let table = &self.table;
        let crowd = table.threads_that(|it| it.tgid == tgid && table.takes_turns(it));
        if crowd.len() < 2 {
            return;
        }
        self.take_place(tgid, at);
        for tid in crowd {
            let is_kept = |it: &Tracee| it.pace.is_kept();
            if !self.table.threads.get(&tid).is_some_and(is_kept) {
                self.bind(tid, tgid, at);
            }
        }
        if let Some(home) = &mut self.beside.home {
            home.of_crowd = true;
        }
    }

    fn keep(&mut self, tid: u32, speed: Speed, at: u64) {
        let Some(tracee) = self.table.threads.get(&tid).filter(|_| self.beside.allowed) else {
            return;
        };
        let tgid = tracee.tgid;
        let takes_turns = speed == Speed::Busiest && self.table.takes_turns(tracee);
        let is_second = self.beside.home.is_some_and(|it| it.tgid == tgid);
        if self.beside.is_taken(tgid, at) || is_second && !takes_turns {
            return;
        }
        self.take_place(tgid, at);
        self.bind(tid, tgid, at);
    }

    /// The place is this process's: others have not stopped for long.
    fn take_place(&mut self, tgid: u32, at: u64) {
        if self.beside.home.is_some_and(|it| it.tgid != tgid) {
            self.let_all_go(at);
        }
    }

    /// Binds a thread to the tracer's CPU.
    fn bind(&mut self, tid: u32, tgid: u32, at: u64) {
        let Ok(cpus) = sched_getaffinity(Pid::from_raw(tid.cast_signed())) else {
            return;
        };
        let Some(home) = self.beside.home(tgid, &cpus, at) else {
            return;
        };
        if set(tid, &only(home.cpu))
            && let Some(tracee) = self.table.threads.get_mut(&tid)
        {
            tracee.pace.kept = Some(Box::new(cpus));
        }
    }

    /// Gives a thread its own CPUs back.
    pub(super) fn let_go(&mut self, tid: u32) {
        let tracee = self.table.threads.get_mut(&tid);
        if let Some(cpus) = tracee.and_then(|it| it.pace.kept.take()) {
            set(tid, &cpus);
        }
    }

    pub(super) fn let_all_go(&mut self, now: u64) {
        let all: Vec<u32> = self.table.threads.keys().copied().collect();
        for tid in all {
            self.let_go(tid);
            if let Some(tracee) = self.table.threads.get_mut(&tid) {
                tracee.pace.rest(now);
            }
        }
        if let Some(home) = self.beside.home
            && let Some(process) = self.table.processes.get_mut(&home.tgid)
        {
            process.crowd = Crowd::begin(now, cpu_of(home.tgid));
        }
        self.beside.leave(now);
    }

    /// What was born has the CPUs that its parent would have: it was made while
    /// the parent was kept, even if that has been let go since.
    pub(super) fn born_free(&self, tid: u32, parent: u32) {
        if self.beside.home.is_none() && self.beside.kept_ns == 0 {
            return;
        }
        let saved = self
            .table
            .threads
            .get(&parent)
            .and_then(|it| it.pace.cpus());
        let pid = Pid::from_raw(parent.cast_signed());
        let now = || pid.and_then(|pid| sched_getaffinity(Some(pid)).ok());
        if let Some(cpus) = saved.or_else(now).or(self.beside.own) {
            set(tid, &cpus);
        }
    }

    /// A thread asks for the CPUs of `whom`, or is about to set them. Who asks
    /// for those of others could do so at any time: nobody is kept any more.
    pub(super) fn asks_for_cpus(&mut self, tid: u32, whom: u64, now: u64) {
        match whom as u32 {
            0 => self.let_go(tid),
            whom if whom == tid => self.let_go(tid),
            _ => {
                self.let_all_go(now);
                self.beside.allowed = false;
            }
        }
    }

    /// What was done to the program.
    pub(super) fn tell_of_keeping(&mut self, now: u64) {
        let whole = now.saturating_sub(self.plan.started);
        let kept = self.beside.kept_ns();
        if kept > 0 {
            self.teller.remark(format!(
                "busy threads were kept on the recorder's CPU for {} of {} ms, where a stop costs \
                 less; each was shown its own CPUs (--any-cpu: let them run anywhere)",
                kept.div_ceil(1_000_000),
                whole.div_ceil(1_000_000)
            ));
        }
    }

    /// Lets go who is not busy any more, and all from time to time.
    pub(super) fn let_go_in_time(&mut self, now: u64) {
        let Some(home) = self.beside.home else {
            return;
        };
        if now.saturating_sub(home.since) > SPELL {
            return self.let_all_go(now);
        }
        if home.of_crowd {
            let process = self.table.processes.get(&home.tgid);
            if process.is_none_or(|it| it.crowd.is_over(now)) {
                self.let_all_go(now);
            }
            return;
        }
        let kept = |it: &(&u32, &Tracee)| it.1.pace.is_kept();
        let (over, busy): (Vec<_>, Vec<_>) = self
            .table
            .threads
            .iter()
            .filter(kept)
            .map(|(tid, it)| (*tid, it.pace.is_over(now)))
            .partition(|(_, is_over)| *is_over);
        for (tid, _) in over {
            self.let_go(tid);
        }
        if busy.is_empty() {
            self.beside.leave(now);
        }
    }
}
