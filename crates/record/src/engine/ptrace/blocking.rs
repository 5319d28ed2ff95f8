//! Calls: where they begin, where they end, and whether the thread slept.
//!
//! No tracer sees a thread leave its CPU. What it sees is when it let the
//! thread go into a call and when the call's end stopped it. A thread slept in
//! between if the call says so (a futex that was waited for, a sleep), or if
//! it took longer than a call that does not sleep can take; a call that goes on
//! is told while it does, once `/proc` shows the thread asleep.

use keelback_trace::{
    Call, EventKind, GilView, LossKind, OffState, Parked, StackId, TextId, WriteError,
};

use super::calls::{Meaning, meaning, slept};
use super::memory::Remote;
use super::seen::Site;
use super::table::{End, InCall, Tracee};
use super::tracee::Stopped;
use super::tracer::Tracer;
use super::usage::Look;
use crate::cost::monotonic;
use crate::engine::paths::path_arguments;
use crate::sys::ptrace::Until;

/// A call that goes on this long is told before it ends. Less than the time
/// that events are kept to be put in order.
const LONG: u64 = 20_000_000;
/// Bytes of a path that are read, as the eBPF engine does.
const MOST_PATH: usize = 256;

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
        let Some(tracee) = self.table.threads.get(&tid) else {
            thread.run(Until::Call);
            return Ok(());
        };
        let mut it = InCall {
            call,
            entered: monotonic(),
            gil,
            stack,
            may_block,
            before: match may_block && tracee.quiet.is_none() {
                true => tracee.reading(),
                false => None,
            },
            told: false,
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

    pub(super) fn ended(&mut self, thread: Stopped, ret: i64, at: u64) -> Result<(), WriteError> {
        let tid = thread.tid();
        let Some(tracee) = self.table.threads.get_mut(&tid) else {
            self.run(thread);
            return Ok(());
        };
        if tracee.fs_base == 0 {
            tracee.fs_base = thread.fs_base();
        }
        if let Some(mut call) = tracee.call.take() {
            self.tell_call(tid, &call, ret, at)?;
            self.asks_after(tid, &mut call)?;
        }
        self.run(thread);
        Ok(())
    }

    fn tell_call(&mut self, tid: u32, it: &InCall, ret: i64, at: u64) -> Result<(), WriteError> {
        let took = at.saturating_sub(it.entered);
        let asleep = self.asleep(tid, it, took);
        let slept = it.may_block && slept(it.call.nr, ret, asleep, self.plan.awake_ns);
        if !(self.plan.full || slept || it.told) {
            return self.check_tracing(it, ret);
        }
        let stack = self.stack(tid, Site::of(it))?;
        if it.told || slept {
            self.tell_sleep(tid, it, stack, OffState::Sleeping)?;
            if let Some(id) = self.table.threads.get(&tid).map(|it| it.id) {
                self.got_cpu(at, id);
            }
        }
        if self.plan.full {
            self.tell_end(tid, it, ret, at, stack)?;
        }
        self.check_tracing(it, ret)
    }

    /// What of a call's time a thread can have slept: it may have waited for a
    /// CPU instead, which its meter shows.
    fn asleep(&self, tid: u32, it: &InCall, took: u64) -> u64 {
        let tracee = self.table.threads.get(&tid);
        if let Some(quiet) = tracee.and_then(|it| it.quiet.as_ref()) {
            return quiet.slept();
        }
        let Some(before) = it.before.filter(|_| took > self.plan.awake_ns) else {
            return took;
        };
        match tracee.and_then(Tracee::reading) {
            Some(now) => now.slept_since(&before, took),
            None => took,
        }
    }

    fn tell_end(
        &mut self,
        tid: u32,
        it: &InCall,
        ret: i64,
        at: u64,
        stack: StackId,
    ) -> Result<(), WriteError> {
        // A name may be written to /proc/self/comm; it has 15 bytes at most.
        let is_short = i64::from(it.call.nr) == libc::SYS_write && (1..=16).contains(&ret);
        if is_short && self.may_write_names(tid) {
            self.check_name(tid, at)?;
        }
        let path = self.path(tid, it.call, ret)?;
        let Some(id) = self.table.threads.get(&tid).map(|it| it.id) else {
            return Ok(());
        };
        self.tell_faults(tid, at);
        let kind = EventKind::Call {
            call: it.call,
            ret,
            took: at.saturating_sub(it.entered),
            path,
        };
        self.teller.event(at, id, stack, kind);
        Ok(())
    }

    /// A program can be traced by one tracer at a time (ptrace(2), EPERM).
    fn check_tracing(&mut self, it: &InCall, ret: i64) -> Result<(), WriteError> {
        if i64::from(it.call.nr) == libc::SYS_ptrace && ret == -i64::from(libc::EPERM) {
            self.teller.remark(
                "the program tried to use ptrace(2) itself, as debuggers do, and was refused: \
                 a program can have one tracer only, and that was keelback"
                    .into(),
            );
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
    fn stack_in(&mut self, tid: u32, it: &InCall) -> Result<StackId, WriteError> {
        match it.end {
            End::Stop => self.stack(tid, Site::of(it)),
            End::Silent(silence) => Ok(silence.stack),
        }
    }

    /// Has its process, or one that it is a fork of, opened such a file?
    fn may_write_names(&self, tid: u32) -> bool {
        let tracee = self.table.threads.get(&tid);
        let process = tracee.and_then(|it| self.table.processes.get(&it.tgid));
        process.is_some_and(|it| it.writes_names)
    }

    fn writes_names(&mut self, tid: u32) {
        let tracee = self.table.threads.get(&tid);
        if let Some(process) = tracee.and_then(|it| self.table.processes.get_mut(&it.tgid)) {
            process.writes_names = true;
        }
    }

    /// The path that a call names. After a successful exec the old memory, and
    /// the path with it, is gone.
    fn path(&mut self, tid: u32, call: Call, ret: i64) -> Result<TextId, WriteError> {
        let number = i64::from(call.nr);
        let is_exec = number == libc::SYS_execve || number == libc::SYS_execveat;
        let argument = path_arguments().get(usize::from(call.nr)).copied();
        let address = match argument {
            Some(which @ 1..) if !(is_exec && ret == 0) => call.args[usize::from(which) - 1],
            _ => 0,
        };
        if address == 0 {
            return Ok(TextId::NONE);
        }
        match Remote(tid).c_text(address, MOST_PATH - 1) {
            Some((path, was_cut)) => {
                if was_cut {
                    self.teller.lose(LossKind::PathTruncated);
                }
                if path.ends_with("/comm") {
                    self.writes_names(tid);
                }
                self.teller.known.text(&path)
            }
            None => {
                self.teller.lose(LossKind::PathUnread);
                Ok(TextId::NONE)
            }
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
            let stack = self.stack(tid, Site::of(&it))?;
            self.tell_sleep(tid, &it, stack, OffState::Sleeping)?;
            if let Some(id) = self.table.threads.get(&tid).map(|it| it.id) {
                self.got_cpu(at, id);
            }
        }
        Ok(())
    }
}
