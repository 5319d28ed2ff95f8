//! Threads whose waits for the GIL neither begin nor end with a stop.
//!
//! Stopping at every wait costs a fight for the GIL more than all else: who
//! waits asks again every switch interval. Where a user may have the kernel note
//! the switches of own threads, their time-limited waits pass the filter
//! ([`passing`](super::passing)), and what a thread did is made out of the notes
//! ([`switches`](super::switches), [`waits`](super::waits)): at its stops, and
//! from time to time.

use std::fs::File;
use std::os::unix::fs::FileExt;

use keelback_trace::{Call, EventKind, GilView, LossKind, OffState, Parked, StackId, WriteError};

use super::seen::Site;
use super::switches::{Sleep, Switches};
use super::table::{InCall, Sampled, Tracee};
use super::tracer::Tracer;
use super::waits::{Calls, Foreseen, Told, Waits};
use crate::present;
use crate::sys::switch_ring::Noted;

/// What is noted of a thread.
#[derive(Debug)]
pub(super) struct Quiet {
    switches: Switches,
    /// Of its sleeps, once the GIL is known.
    waits: Option<Waits>,
    /// How long it has slept in the call that it is in, ns.
    slept: u64,
    /// Its `/proc/PID/task/TID/syscall`, kept open.
    syscall: Option<File>,
}

impl Quiet {
    /// How long the thread slept in the call that it is in, ns.
    pub(super) fn slept(&self) -> u64 {
        self.slept
    }

    /// It goes into a call that it stops at the end of.
    pub(super) fn enters(&mut self) {
        self.slept = 0;
    }

    /// The call that it is in, if it sleeps there.
    fn call(&self) -> Option<Call> {
        let mut text = [0; 160];
        let length = self.syscall.as_ref()?.read_at(&mut text, 0).ok()?;
        let (nr, args) = present::call(str::from_utf8(&text[..length]).ok()?)?;
        Some(Call { nr, args })
    }

    /// For how long it had a CPU by now, since notes are taken, ns.
    pub(super) fn ran(&self, now: u64) -> u64 {
        self.switches.ran(now)
    }

    /// The last that the kernel noted of it.
    pub(super) fn last(&self) -> Option<Noted> {
        self.switches.last()
    }

    /// Does it sleep, as far as is noted?
    pub(super) fn is_asleep(&self) -> bool {
        self.switches.going_on().is_some()
    }
}

impl Tracer<'_> {
    /// From now on it is noted when a thread has a CPU. Without that, it stops
    /// at every call, for the filter lets pass what it waits for.
    pub(super) fn take_notes(&mut self, tid: u32) {
        let wanted = self.plan.passing.lets_turns_pass() && !self.every_call;
        let tracee = self.table.threads.get_mut(&tid);
        let Some(tracee) = tracee.filter(|it| wanted && it.quiet.is_none()) else {
            return;
        };
        let tgid = tracee.tgid;
        tracee.quiet = Switches::of(tid).map(|switches| {
            Box::new(Quiet {
                switches,
                waits: None,
                slept: 0,
                syscall: File::open(format!("/proc/{tgid}/task/{tid}/syscall")).ok(),
            })
        });
        tracee.every_call = tracee.quiet.is_none();
        // Another clock is looked at from here on.
        tracee.sampled = Sampled::default();
        if tracee.every_call {
            self.teller.remark(
                "there were more threads than the kernel takes notes on for one user (ulimit -n, \
                 ulimit -l): the others were stopped at every system call"
                    .into(),
            );
        }
    }

    /// The thread stands still: what did it do until now?
    pub(super) fn catch_up(&mut self, tid: u32, at: u64) -> Result<(), WriteError> {
        let tracee = self.table.threads.get_mut(&tid);
        let Some(quiet) = tracee.and_then(|it| it.quiet.as_mut()) else {
            return Ok(());
        };
        quiet.switches.stopped(at);
        self.follow(tid, at)?;
        self.change_waits(tid, |_, waits, told| {
            waits.close(at, &mut |it| told.push(it));
        });
        Ok(())
    }

    /// What did all of them do until now?
    pub(super) fn follow_all(&mut self, now: u64) -> Result<(), WriteError> {
        let noted = self.table.threads_that(|it| it.quiet.is_some());
        noted.into_iter().try_for_each(|tid| self.follow(tid, now))
    }

    /// The recording ends: what they wait for is told now or never.
    pub(super) fn end_all_notes(&mut self, now: u64) -> Result<(), WriteError> {
        self.follow_all(now)?;
        for tid in self.table.threads_that(|it| it.call.is_none()) {
            self.change_waits(tid, |switches, waits, told| {
                waits.finish(switches.going_on(), now, &mut |it| told.push(it));
            });
        }
        Ok(())
    }

    fn follow(&mut self, tid: u32, now: u64) -> Result<(), WriteError> {
        let Some(tracee) = self.table.threads.get_mut(&tid) else {
            return Ok(());
        };
        let in_call = tracee.call_with_stop().is_some();
        let tgid = tracee.tgid;
        let Some(quiet) = tracee.quiet.as_mut() else {
            return Ok(());
        };
        let ended = quiet.switches.ended();
        (0..quiet.switches.lost()).for_each(|_| self.teller.lose(LossKind::RingFull));
        if in_call {
            let slept = ended.iter().map(|it| it.to.unwrap_or(now) - it.from);
            quiet.slept += slept.sum::<u64>();
            return Ok(());
        }
        let (going_on, is_on) = (quiet.switches.going_on(), quiet.switches.is_on());
        if quiet.waits.is_none() {
            let calls = self.calls_on_gil(tgid)?;
            self.quiet_of(tid, |it| it.waits = calls.map(Waits::new));
        }
        let could_be = |it: &Sleep| self.others_run(tid, tgid, it.from);
        let ended: Vec<(Sleep, bool)> = ended.iter().map(|it| (*it, could_be(it))).collect();
        let mut unclear = None;
        self.change_waits(tid, |_, waits, told| {
            let mut tell = |it| told.push(it);
            for (sleep, could_be) in ended {
                waits.ended(sleep, could_be, &mut tell);
            }
            match going_on {
                Some(sleep) if waits.sleeps(sleep, now, &mut tell) => unclear = Some(sleep),
                Some(_) => {}
                None if is_on => waits.is_awake(now, &mut tell),
                None => {}
            }
        });
        match unclear {
            Some(sleep) => self.look_at_sleep(tid, tgid, sleep),
            None => Ok(()),
        }
    }

    fn quiet_of(&mut self, tid: u32, change: impl FnOnce(&mut Quiet)) {
        let tracee = self.table.threads.get_mut(&tid);
        if let Some(quiet) = tracee.and_then(|it| it.quiet.as_mut()) {
            change(quiet);
        }
    }

    /// Has something come of a thread's waits, and tells it.
    fn change_waits(
        &mut self,
        tid: u32,
        change: impl FnOnce(&Switches, &mut Waits, &mut Vec<Told>),
    ) {
        let mut told = Vec::new();
        self.quiet_of(tid, |quiet| {
            if let Some(waits) = quiet.waits.as_mut() {
                change(&quiet.switches, waits, &mut told);
            }
        });
        self.tell_waits(tid, told);
    }

    /// How waits on the GIL of a process look as calls.
    fn calls_on_gil(&mut self, tgid: u32) -> Result<Option<Calls>, WriteError> {
        self.gil(tgid)?;
        let process = self.table.processes.get_mut(&tgid);
        let runtime = process.and_then(|it| it.python.runtime());
        Ok(runtime.and_then(|it| it.calls_on_gil()))
    }

    /// Could another thread have had the GIL since then? One that was in a call
    /// from before to now had not, unless it took the GIL along.
    fn others_run(&self, tid: u32, tgid: u32, since: u64) -> bool {
        let runs = |it: &Tracee| {
            let call = it.call_with_stop();
            call.is_none_or(|call| call.entered > since || call.gil == GilView::Held(it.id))
        };
        let mut threads = self.table.threads.iter();
        threads.any(|(other, it)| *other != tid && it.tgid == tgid && runs(it))
    }

    /// Does a call wait for the GIL, or make a forced switch? Then how long it
    /// takes is noted, and it need not stop at its end.
    pub(super) fn waits_quietly(&mut self, tid: u32, it: &InCall) -> Result<bool, WriteError> {
        let Some(tracee) = self.table.threads.get(&tid) else {
            return Ok(false);
        };
        let (tgid, word) = (tracee.tgid, it.call.args[0]);
        let is_futex = i64::from(it.call.nr) == libc::SYS_futex;
        let process = self.table.processes.get_mut(&tgid);
        let runtime = process.and_then(|it| it.python.runtime());
        let Some(runtime) = runtime.filter(|_| is_futex && tracee.quiet.is_some()) else {
            return Ok(false);
        };
        if !runtime.changes_hands_at(word) {
            return Ok(false);
        }
        let forced = runtime.is_switched_at(word).then_some(it.call);
        self.foresee(tid, it, forced)?;
        Ok(true)
    }

    /// A call has ended: if another thread has the GIL, this one asks for it.
    pub(super) fn asks_after(&mut self, tid: u32, it: &mut InCall) -> Result<(), WriteError> {
        let tracee = self.table.threads.get(&tid);
        let Some(tracee) = tracee.filter(|it| it.quiet.is_some() && it.tstate != 0) else {
            return Ok(());
        };
        let (id, tgid) = (tracee.id, tracee.tgid);
        it.gil = self.gil(tgid)?;
        match it.gil {
            GilView::Held(holder) if holder != id => self.foresee(tid, it, None),
            _ => Ok(()),
        }
    }

    /// A sample found it there.
    pub(super) fn seen_running(&mut self, tid: u32, stack: StackId, at: u64) {
        self.change_waits(tid, |_, waits, _| waits.seen_at(stack, at));
    }

    fn foresee(&mut self, tid: u32, it: &InCall, forced: Option<Call>) -> Result<(), WriteError> {
        let (stack, gil) = (self.stack(tid, Site::of(it))?, it.gil);
        self.change_waits(tid, |_, waits, _| {
            waits.foresee(Foreseen { stack, gil, forced });
        });
        Ok(())
    }

    /// A thread sleeps, and nobody knows what for. It stands still meanwhile.
    fn look_at_sleep(&mut self, tid: u32, tgid: u32, sleep: Sleep) -> Result<(), WriteError> {
        let tracee = self.table.threads.get(&tid);
        let quiet = tracee.and_then(|it| it.quiet.as_ref());
        let Some(call) = quiet.and_then(|it| it.call()) else {
            return Ok(());
        };
        let process = self.table.processes.get_mut(&tgid);
        let runtime = process.and_then(|it| it.python.runtime());
        let is_turn = i64::from(call.nr) == libc::SYS_futex
            && runtime.is_some_and(|it| it.changes_hands_at(call.args[0]));
        let stack = self.stack(tid, Site::default())?;
        self.change_waits(tid, |_, waits, told| {
            waits.looked(sleep, call, is_turn, stack, &mut |it| told.push(it));
        });
        Ok(())
    }

    fn tell_waits(&mut self, tid: u32, told: Vec<Told>) {
        let Some(id) = self.table.threads.get(&tid).map(|it| it.id) else {
            return;
        };
        for it in told {
            match it {
                Told::Awake { at } => self.got_cpu(at, id),
                Told::Asleep {
                    at,
                    stack,
                    gil,
                    call,
                } => {
                    let kind = EventKind::SwitchOut {
                        cpu: EventKind::NO_CPU,
                        state: OffState::Sleeping,
                        call,
                        parked: Parked::NONE,
                        gil,
                    };
                    self.teller.event(at, id, stack, kind);
                }
            }
        }
    }
}
