//! Calls that begin and go on, and whether the thread sleeps in them.
//!
//! No tracer sees a thread leave its CPU. What it sees is when it let the
//! thread go into a call and when the call's end stopped it. A thread slept in
//! between if the call says so (a futex that was waited for, a sleep), or if
//! it took longer than a call that does not sleep can take; a call that goes on
//! is told while it does, once `/proc` shows the thread asleep.

use keelback_trace::{Call, EventKind, GilView, OffState, Parked, StackId, WriteError};

use super::calls::{Meaning, meaning, says_whether_it_slept};
use super::memory::Remote;
use super::seen::Site;
use super::table::{End, InCall, Tracee};
use super::tracee::Stopped;
use super::tracer::Tracer;
use super::usage::Look;
use crate::cost::monotonic;
use crate::sys::ptrace::Until;

/// A call that goes on this long is told before it ends. Less than the time
/// that events are kept to be put in order.
const LONG: u64 = 20_000_000;

impl Tracer<'_> {
    pub(super) fn entered(
        &mut self,
        thread: Stopped,
        nr: u64,
        args: [u64; 6],
        stack: u64,
        at: u64,
    ) -> Result<(), WriteError> {
        let tid = thread.tid();
        let Ok(number) = u16::try_from(nr) else {
            self.run(thread);
            return Ok(());
        };
        let meaning = meaning(nr, &args);
        match meaning {
            Meaning::ProgramLoaded => self.loaded(&thread),
            Meaning::Named => self.named(tid, args[1])?,
            Meaning::Cpus => self.asks_for_cpus(tid, args[0], monotonic()),
            Meaning::MayBlock | Meaning::Traces | Meaning::Plain => {}
        }
        let wants_end = self.plan.full || matches!(meaning, Meaning::MayBlock | Meaning::Traces);
        if !wants_end {
            self.run(thread);
            return Ok(());
        }
        let call = Call {
            nr: number,
            args: [args[0], args[1], args[2]],
        };
        self.enter(thread, call, stack, at, meaning == Meaning::MayBlock)
    }

    fn enter(
        &mut self,
        thread: Stopped,
        call: Call,
        stack: u64,
        at: u64,
        may_block: bool,
    ) -> Result<(), WriteError> {
        let tid = thread.tid();
        let tgid = self.table.threads.get(&tid).map_or(tid, |it| it.tgid);
        let gil = match may_block {
            true => self.gil(tgid)?,
            false => GilView::Unknown,
        };
        let stops_at_end = self.until(tid) == Until::Call;
        let Some(tracee) = self.table.threads.get(&tid) else {
            thread.run(Until::Call);
            return Ok(());
        };
        let says_itself = stops_at_end && says_whether_it_slept(call.nr);
        let mut it = InCall {
            call,
            entered: monotonic(),
            gil,
            stack,
            may_block,
            before: match may_block && tracee.quiet.is_none() && !says_itself {
                true => tracee.reading(),
                false => None,
            },
            told: false,
            of_gil: false,
            seen: None,
            end: End::Stop,
        };
        if self.waits_quietly(tid, &it)? {
            thread.run(Until::Event);
            return Ok(());
        }
        if self.can_end_silently(tid, tgid, &it) {
            it.end = End::Silent(self.silence(tid, &it)?);
            it.entered = at;
        }
        self.foresee_stack(tid, &mut it, at)?;
        if let Some(tracee) = self.table.threads.get_mut(&tid) {
            tracee.call = Some(it);
            tracee.quiet.iter_mut().for_each(|it| it.enters());
        }
        match it.end {
            End::Stop => thread.run(Until::Call),
            End::Silent(_) => thread.run(Until::Event),
        }
        Ok(())
    }

    /// The GIL now; its place is looked for until it is found.
    pub(super) fn gil(&mut self, tgid: u32) -> Result<GilView, WriteError> {
        if let Some(runtime) = self
            .table
            .processes
            .get_mut(&tgid)
            .and_then(|it| it.python.runtime())
        {
            runtime.find_gil(monotonic(), &mut self.teller)?;
        }
        Ok(self.table.gil_view(tgid, &mut self.teller))
    }

    /// The dynamic linker has mapped everything: is it a Python?
    fn loaded(&mut self, thread: &Stopped) {
        let fs_base = thread.fs_base();
        let Some(tracee) = self.table.threads.get_mut(&thread.tid()) else {
            return;
        };
        tracee.fs_base = fs_base;
        let (now, tgid) = (monotonic(), tracee.tgid);
        if let Some(process) = self
            .table
            .processes
            .get_mut(&tgid)
            .filter(|_| self.proc_is_ours)
        {
            let since = self.teller.clock.at(now);
            process
                .python
                .look(&mut self.plan.builds, process.id, tgid, now, since);
        }
        self.tell_faults(thread.tid(), now);
    }

    /// prctl(PR_SET_NAME).
    fn named(&mut self, tid: u32, address: u64) -> Result<(), WriteError> {
        // TASK_COMM_LEN is 16 with its NUL.
        let Some((name, _)) = Remote(tid).c_text(address, 15) else {
            return Ok(());
        };
        let name = self.teller.known.text(&name)?;
        if let Some(tracee) = self.table.threads.get_mut(&tid) {
            tracee.name = name;
            self.teller.renamed(monotonic(), tracee.id, name)?;
        }
        Ok(())
    }

    /// Tells that a thread slept in its call until now. What it slept for may lie on
    /// its native stack ([`parked`](Self::parked)), so it must stand still.
    pub(super) fn tell_slept(
        &mut self,
        tid: u32,
        it: &InCall,
        stack: StackId,
        at: u64,
    ) -> Result<(), WriteError> {
        self.tell_sleep(tid, it, stack, OffState::Sleeping)?;
        if let Some(id) = self.table.threads.get(&tid).map(|it| it.id) {
            self.got_cpu(at, id);
        }
        Ok(())
    }

    /// Tells that a thread went to sleep when it entered its call.
    pub(super) fn tell_sleep(
        &mut self,
        tid: u32,
        it: &InCall,
        stack: StackId,
        state: OffState,
    ) -> Result<(), WriteError> {
        let Some(tracee) = self.table.threads.get(&tid).filter(|_| !it.told) else {
            return Ok(());
        };
        let (id, tgid) = (tracee.id, tracee.tgid);
        let kind = EventKind::SwitchOut {
            cpu: EventKind::NO_CPU,
            state,
            call: it.call,
            parked: self.parked(tgid, it)?,
            gil: it.gil,
        };
        self.teller.event(it.entered, id, stack, kind);
        Ok(())
    }

    fn parked(&mut self, tgid: u32, it: &InCall) -> Result<Parked, WriteError> {
        if i64::from(it.call.nr) != libc::SYS_futex {
            return Ok(Parked::NONE);
        }
        match self
            .table
            .processes
            .get_mut(&tgid)
            .and_then(|it| it.python.runtime())
        {
            Some(runtime) => runtime.parked(it.call.args[0], it.stack, &mut self.teller),
            None => Ok(Parked::NONE),
        }
    }

    /// The Python stack of a thread that stands still or sleeps.
    pub(super) fn stack(&mut self, tid: u32, site: Site) -> Result<StackId, WriteError> {
        let Some(thread) = self.table.threads.get_mut(&tid) else {
            return Ok(StackId::NONE);
        };
        let process = self.table.processes.get_mut(&thread.tgid);
        match process.and_then(|it| it.python.runtime()) {
            Some(runtime) => runtime.stack(tid, thread, site, monotonic(), &mut self.teller),
            None => Ok(StackId::NONE),
        }
    }

    /// The Python stack of a thread in a call.
    pub(super) fn stack_in(&mut self, tid: u32, it: &InCall) -> Result<StackId, WriteError> {
        match (it.end, it.seen) {
            (End::Stop, None) => self.stack(tid, Site::of(it)),
            (End::Stop, Some(stack)) => Ok(stack),
            (End::Silent(silence), _) => Ok(silence.stack),
        }
    }

    /// Threads that have been in a call for long: those that are asleep are
    /// told to be. Their stack stands still, so nobody is stopped for it.
    pub(super) fn tell_sleepers(&mut self, now: u64) -> Result<(), WriteError> {
        let is_long =
            |it: &InCall| it.may_block && !it.told && it.entered.saturating_add(LONG) <= now;
        let long = self
            .table
            .threads_that(|it| it.call.as_ref().is_some_and(is_long));
        long.into_iter().try_for_each(|tid| self.tell_sleeper(tid))
    }

    fn tell_sleeper(&mut self, tid: u32) -> Result<(), WriteError> {
        let Some(Tracee {
            tgid,
            call: Some(it),
            ..
        }) = self.table.threads.get(&tid)
        else {
            return Ok(());
        };
        let it = *it;
        let look = self.proc_is_ours.then(|| Look::at(*tgid, tid)).flatten();
        let state = match look.map(|it| it.state) {
            None => OffState::Sleeping,
            Some('S') => OffState::Sleeping,
            Some('D') => OffState::Uninterruptible,
            _ => return Ok(()),
        };
        let stack = self.stack_in(tid, &it)?;
        self.tell_sleep(tid, &it, stack, state)?;
        if let Some(call) = self
            .table
            .threads
            .get_mut(&tid)
            .and_then(|it| it.call.as_mut())
        {
            call.told = true;
        }
        Ok(())
    }

    /// A thread ends that was asleep until then.
    pub(super) fn woken_to_end(&mut self, tid: u32, at: u64) -> Result<(), WriteError> {
        let call = self
            .table
            .threads
            .get_mut(&tid)
            .and_then(|it| it.call.take());
        let Some(it) = call.filter(|it| it.may_block) else {
            return Ok(());
        };
        if it.told || at.saturating_sub(it.entered) > self.plan.awake_ns {
            let stack = self.stack_in(tid, &it)?;
            self.tell_slept(tid, &it, stack, at)?;
        }
        Ok(())
    }
}
