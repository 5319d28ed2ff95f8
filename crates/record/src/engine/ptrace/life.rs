//! Births, names, programs and deaths.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::{fs, io};

use keelback_trace::define::{self, Thread};
use keelback_trace::{
    Call, EventKind, GilView, OffState, Parked, ProcessId, StackId, TextId, ThreadId, WriteError,
};

use super::crowd::Crowd;
use super::faults::FaultMeter;
use super::meter::Meter;
use super::python::Python;
use super::table::{End, InCall, Process, Tracee};
use super::tracee::Stopped;
use super::tracer::Tracer;
use super::usage;
use crate::engine::words::{shell_words, words};
use crate::sys::ptrace::{self, Until};

/// A newborn whose parent's report did not come within this time was orphaned
/// by a SIGKILL, ns.
const ORPHAN: u64 = 100_000_000;

impl Tracer<'_> {
    /// A thread made another one, or a process.
    pub(super) fn bore(&mut self, parent: Stopped, at: u64) -> Result<(), WriteError> {
        if let Some(tid) = parent.message().and_then(|it| u32::try_from(it).ok()) {
            self.born(tid, parent.tid(), at)?;
        }
        // A parent in vfork sleeps until its child goes its own way: the end of
        // its call tells when.
        let in_call = self.in_call(parent.tid());
        let until = self.until(parent.tid());
        parent.run(if in_call { Until::Call } else { until });
        Ok(())
    }

    fn in_call(&self, tid: u32) -> bool {
        self.table
            .threads
            .get(&tid)
            .is_some_and(|it| it.call.is_some())
    }

    fn born(&mut self, tid: u32, by: u32, at: u64) -> Result<(), WriteError> {
        let Some(parent) = self.table.threads.get(&by) else {
            return Ok(());
        };
        let (by_id, by_tgid) = (parent.id, parent.tgid);
        let is_thread = ptrace::is_thread_of(tid, by_tgid);
        let tgid = if is_thread { by_tgid } else { tid };
        if !is_thread {
            self.fork(tid, by_tgid, at)?;
        }
        self.born_free(tid, by);
        let name = self.comm(tgid, tid)?;
        let id = self.begin_thread(tid, tgid, name, by_id, at)?;
        if is_thread {
            // Where there is one thread, nobody waits for the GIL.
            self.take_notes(by);
            self.take_notes(tid);
            // If that fails it is looked at a little later.
            let _ = self.rhythm.hurry();
        }
        if let Some((child, _)) = self.table.early.remove(&tid) {
            self.first_run(child, id, at);
        }
        Ok(())
    }

    /// A forked child runs its parent's program for now.
    fn fork(&mut self, pid: u32, parent: u32, at: u64) -> Result<(), WriteError> {
        let start = self.teller.clock.at(at);
        let of_parent = self.table.processes.get(&parent);
        let (parent_id, exe, command) = of_parent
            .map_or((ProcessId::NONE, TextId::NONE, TextId::NONE), |it| {
                (it.id, it.exe, it.command)
            });
        let id = self.teller.known.process(define::Process {
            pid,
            parent: parent_id,
            start,
            exe,
            command,
        })?;
        let python = match self.table.processes.get(&parent) {
            Some(parent) => parent.python.inherit(id, pid, start),
            None => Python::new(at),
        };
        let of_parent = self.table.processes.get(&parent);
        let process = Process {
            id,
            exe,
            command,
            python,
            writes_names: of_parent.is_none_or(|it| it.writes_names),
            crowd: Crowd::default(),
        };
        self.table.processes.insert(pid, process);
        Ok(())
    }

    /// Tells of a thread and its first instant.
    pub(super) fn begin_thread(
        &mut self,
        tid: u32,
        tgid: u32,
        name: TextId,
        by: ThreadId,
        at: u64,
    ) -> Result<ThreadId, WriteError> {
        let process = self
            .table
            .processes
            .get(&tgid)
            .map_or(ProcessId::NONE, |it| it.id);
        let id = self.teller.known.thread(Thread {
            tid,
            process,
            start: self.teller.clock.at(at),
            name,
        })?;
        self.teller
            .event(at, id, StackId::NONE, EventKind::Started { by });
        let metered = self.proc_is_ours && self.table.has_meters();
        let tracee = Tracee {
            name,
            meter: metered.then(|| Meter::of(tgid, tid)).flatten(),
            faults: metered.then(|| FaultMeter::of(tgid, tid)).flatten(),
            ..Tracee::new(id, tgid)
        };
        self.table.threads.insert(tid, tracee);
        Ok(id)
    }

    fn first_run(&mut self, child: Stopped, id: ThreadId, at: u64) {
        let fs_base = child.fs_base();
        if let Some(thread) = self.table.threads.get_mut(&child.tid()) {
            thread.fs_base = fs_base;
            thread.is_new = false;
        }
        self.got_cpu(at, id);
        self.run(child);
    }

    /// Newborns whose parent was killed before it could report them.
    pub(super) fn adopt_orphans(&mut self, now: u64) -> Result<(), WriteError> {
        let late = |seen: &u64| seen.saturating_add(ORPHAN) < now;
        let orphans: Vec<u32> = self
            .table
            .early
            .iter()
            .filter(|(_, (_, seen))| late(seen))
            .map(|(tid, _)| *tid)
            .collect();
        for tid in orphans {
            self.born_free(tid, 0);
            let tgid = tgid_of(tid).unwrap_or(tid);
            if !self.table.processes.contains_key(&tgid) {
                self.fork(tgid, 0, now)?;
            }
            let name = self.comm(tgid, tid)?;
            let id = self.begin_thread(tid, tgid, name, ThreadId::NONE, now)?;
            if tid != tgid {
                self.take_notes(tid);
            }
            if let Some((child, _)) = self.table.early.remove(&tid) {
                self.first_run(child, id, now);
            }
        }
        Ok(())
    }

    /// The thread runs on some CPU from now on.
    pub(super) fn got_cpu(&mut self, at: u64, id: ThreadId) {
        let cpu = EventKind::NO_CPU;
        self.teller
            .event(at, id, StackId::NONE, EventKind::SwitchIn { cpu });
    }

    /// A newborn's first stop, or the end of a group-stop.
    pub(super) fn goes_on(&mut self, thread: &Stopped, at: u64) {
        let fs_base = thread.fs_base();
        let Some(tracee) = self.table.threads.get_mut(&thread.tid()) else {
            return;
        };
        let (id, is_new) = (tracee.id, std::mem::take(&mut tracee.is_new));
        tracee.fs_base = fs_base;
        let was_held = std::mem::take(&mut tracee.held);
        if is_new || was_held {
            self.got_cpu(at, id);
        }
    }

    /// Job control, or SIGSTOP, stops a process.
    pub(super) fn held(&mut self, thread: Stopped, at: u64) -> Result<(), WriteError> {
        if let Some(tracee) = self.table.threads.get_mut(&thread.tid())
            && !std::mem::replace(&mut tracee.held, true)
        {
            let id = tracee.id;
            self.left_cpu(at, id, StackId::NONE, OffState::Stopped, Call::NONE);
        }
        thread.stay();
        Ok(())
    }

    fn left_cpu(&mut self, at: u64, id: ThreadId, stack: StackId, state: OffState, call: Call) {
        let kind = EventKind::SwitchOut {
            cpu: EventKind::NO_CPU,
            state,
            call,
            parked: Parked::NONE,
            gil: GilView::Unknown,
        };
        self.teller.event(at, id, stack, kind);
    }

    pub(super) fn exec(&mut self, thread: Stopped, at: u64) -> Result<(), WriteError> {
        let tgid = thread.tid();
        let former = thread.message().and_then(|it| u32::try_from(it).ok());
        self.take_leaders_place(tgid, former.unwrap_or(tgid), at)?;
        let (exe, words) = self.program(tgid);
        self.check_privileges(tgid, &exe);
        let id = self.begin_program(tgid, &exe, &words, at)?;
        let in_call = self.in_call(tgid);
        let name = self.comm(tgid, tgid)?;
        self.teller
            .event(at, id, StackId::NONE, EventKind::Named { name });
        if let Some(tracee) = self.table.threads.get_mut(&tgid) {
            tracee.forget_program();
            tracee.name = name;
        }
        let until = self.until(tgid);
        thread.run(if in_call { Until::Call } else { until });
        Ok(())
    }

    /// The executable and the words of a process's program.
    fn program(&self, pid: u32) -> (PathBuf, Vec<OsString>) {
        if !self.proc_is_ours {
            return (PathBuf::new(), Vec::new());
        }
        let exe = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        (exe, words(&line))
    }

    /// A thread that is not the leader becomes it by execve; the leader is gone
    /// without a report of its own (ptrace(2), "execve(2) under ptrace").
    fn take_leaders_place(&mut self, tgid: u32, former: u32, at: u64) -> Result<(), WriteError> {
        if former == tgid {
            return Ok(());
        }
        if let Some(leader) = self.table.threads.remove(&tgid) {
            let ended = EventKind::Exited { status: 0 };
            self.teller.event(at, leader.id, StackId::NONE, ended);
        }
        if let Some(tracee) = self.table.threads.remove(&former) {
            self.table.threads.insert(tgid, tracee);
            self.teller.known.rename_tid(former, tgid);
        }
        Ok(())
    }

    fn begin_program(
        &mut self,
        tgid: u32,
        exe: &std::path::Path,
        words: &[OsString],
        at: u64,
    ) -> Result<ThreadId, WriteError> {
        let exe = self.teller.known.text(&exe.to_string_lossy())?;
        let command = self.teller.known.text(&shell_words(words))?;
        if let Some(process) = self.table.processes.get_mut(&tgid) {
            process.python.tell(&mut self.teller)?;
            self.teller.known.forget_thread_states(process.id);
            self.teller.names.forget(process.id);
            (process.exe, process.command) = (exe, command);
            process.python = Python::new(at);
        } else {
            self.first_program(tgid, exe, command, at)?;
        }
        let id = match self.table.threads.get(&tgid) {
            Some(tracee) => tracee.id,
            None => self.first_thread(tgid, at)?,
        };
        self.tell_faults(tgid, at);
        let kind = EventKind::Exec { exe, command };
        self.teller.event(at, id, StackId::NONE, kind);
        Ok(id)
    }

    /// The launched command's first instant is its exec.
    fn first_program(
        &mut self,
        pid: u32,
        exe: TextId,
        command: TextId,
        at: u64,
    ) -> Result<(), WriteError> {
        let start = self.teller.clock.at(at);
        let id = self.teller.known.process(define::Process {
            pid,
            parent: ProcessId::NONE,
            start,
            exe,
            command,
        })?;
        let python = Python::new(at);
        let process = Process {
            id,
            exe,
            command,
            python,
            writes_names: false,
            crowd: Crowd::default(),
        };
        self.table.processes.insert(pid, process);
        Ok(())
    }

    fn first_thread(&mut self, tgid: u32, at: u64) -> Result<ThreadId, WriteError> {
        let name = self.comm(tgid, tgid)?;
        let id = self.begin_thread(tgid, tgid, name, ThreadId::NONE, at)?;
        self.check_filter(tgid);
        if let Some(tracee) = self.table.threads.get_mut(&tgid) {
            tracee.is_new = false;
            tracee.call = (self.execve_at > 0).then_some(InCall {
                call: Call {
                    nr: libc::SYS_execve as u16,
                    args: [0; 3],
                },
                entered: self.execve_at,
                gil: GilView::Unknown,
                stack: 0,
                may_block: false,
                before: None,
                told: false,
                of_gil: false,
                seen: None,
                end: End::Stop,
            });
        }
        Ok(id)
    }

    /// Where the filter could not be installed, every call is stopped at.
    fn check_filter(&mut self, pid: u32) {
        let has_ours = !self.proc_is_ours || filters("self") < filters(&pid.to_string());
        if self.every_call || has_ours {
            return;
        }
        self.every_call = true;
        self.teller.remark(
            "no seccomp filter could be installed (a sandbox forbids it, or the kernel lacks \
             it), so the program was stopped at every system call"
                .into(),
        );
    }

    /// A setuid program does not get its privileges under a tracer without
    /// them, nor behind a filter without CAP_SYS_ADMIN (execve(2)).
    fn check_privileges(&mut self, pid: u32, exe: &PathBuf) {
        let Ok(file) = fs::metadata(exe) else { return };
        let (setuid, setgid) = (file.mode() & 0o4000 != 0, file.mode() & 0o2010 == 0o2010);
        let Some((uid, gid)) = effective_ids(pid) else {
            return;
        };
        if setuid && uid != file.uid() || setgid && gid != file.gid() {
            self.teller.remark(format!(
                "{} is a set-user-ID or set-group-ID program and ran without its privileges, \
                 because it was traced by a user without them",
                exe.display()
            ));
        }
    }

    pub(super) fn exit(&mut self, thread: Stopped, at: u64) -> Result<(), WriteError> {
        let tid = thread.tid();
        let status = thread.message().unwrap_or(0) as i32;
        self.woken_to_end(tid, at)?;
        self.check_name(tid, at)?;
        if let Some(tracee) = self.table.threads.get(&tid).filter(|_| self.proc_is_ours)
            && let Some(kind) = usage::of_thread(tracee.tgid, tid)
        {
            self.teller.event(at, tracee.id, StackId::NONE, kind);
        }
        // To take no more notes takes time, and who was waited for is gone only then.
        let quiet = self
            .table
            .threads
            .get_mut(&tid)
            .and_then(|it| it.quiet.take());
        self.ended_thread(tid, status, at)?;
        self.run(thread);
        drop(quiet);
        Ok(())
    }

    /// A thread that is no more. Most have said so before, in `exit`.
    pub(super) fn gone(&mut self, tid: u32, status: i32) -> Result<(), WriteError> {
        self.table.early.remove(&tid);
        self.ended_thread(tid, status, crate::cost::monotonic())
    }

    /// The status counts for the last thread of its process.
    fn ended_thread(&mut self, tid: u32, status: i32, at: u64) -> Result<(), WriteError> {
        let Some(tracee) = self.table.threads.remove(&tid) else {
            return Ok(());
        };
        let process = self.teller.known.process_of(tracee.id);
        self.teller.names.ended(process, tracee.id);
        let is_last = self.table.threads_of(tracee.tgid) == 0;
        let status = if is_last { status } else { 0 };
        let kind = EventKind::Exited { status };
        self.teller.event(at, tracee.id, StackId::NONE, kind);
        if is_last && let Some(mut process) = self.table.processes.remove(&tracee.tgid) {
            process.python.tell(&mut self.teller)?;
            self.teller.names.forget(process.id);
        }
        Ok(())
    }

    /// Another thread may have named it, or a write to `/proc`: that is seen
    /// when its totals are.
    pub(super) fn check_name(&mut self, tid: u32, at: u64) -> Result<(), WriteError> {
        let Some((tgid, id, told)) = self
            .table
            .threads
            .get(&tid)
            .map(|it| (it.tgid, it.id, it.name))
        else {
            return Ok(());
        };
        let name = self.comm(tgid, tid)?;
        if name != told && name != TextId::NONE {
            self.teller.renamed(at, id, name)?;
            if let Some(tracee) = self.table.threads.get_mut(&tid) {
                tracee.name = name;
            }
        }
        Ok(())
    }

    /// The totals of those who go on after the recording.
    pub(super) fn tell_usage(&mut self, at: u64) -> Result<(), WriteError> {
        let tids: Vec<u32> = self.table.threads.keys().copied().collect();
        for tid in tids {
            self.check_name(tid, at)?;
        }
        for (tid, tracee) in self.table.threads.iter().filter(|_| self.proc_is_ours) {
            if let Some(kind) = usage::of_thread(tracee.tgid, *tid) {
                self.teller.event(at, tracee.id, StackId::NONE, kind);
            }
        }
        Ok(())
    }

    pub(super) fn comm(&mut self, tgid: u32, tid: u32) -> Result<TextId, WriteError> {
        if !self.proc_is_ours {
            return Ok(TextId::NONE);
        }
        let comm = fs::read_to_string(format!("/proc/{tgid}/task/{tid}/comm"));
        self.teller.known.text(comm.unwrap_or_default().trim_end())
    }

    pub(super) fn look_for_pythons(&mut self, now: u64) {
        if !self.proc_is_ours {
            return;
        }
        let due = self
            .table
            .processes
            .iter_mut()
            .filter(|(_, it)| it.python.is_due(now));
        for (pid, process) in due {
            let since = self.teller.clock.at(now);
            process
                .python
                .look(&mut self.plan.builds, process.id, *pid, now, since);
        }
    }
}

fn tgid_of(tid: u32) -> Option<u32> {
    field(&status_of(&tid.to_string()).ok()?, "Tgid:")?
        .parse()
        .ok()
}

/// `Seccomp_filters` (5.9+); without it, whether there is any (`Seccomp`).
fn filters(pid: &str) -> u32 {
    let status = status_of(pid).unwrap_or_default();
    let count = field(&status, "Seccomp_filters:").or_else(|| field(&status, "Seccomp:"));
    count.and_then(|it| it.parse().ok()).unwrap_or(0)
}

fn effective_ids(pid: u32) -> Option<(u32, u32)> {
    let status = status_of(&pid.to_string()).ok()?;
    // real, effective, saved, file system (proc_pid_status(5))
    let second = |name| -> Option<u32> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some((second("Uid:")?, second("Gid:")?))
}

fn status_of(pid: &str) -> io::Result<String> {
    fs::read_to_string(format!("/proc/{pid}/status"))
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()
}
