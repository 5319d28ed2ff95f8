//! How calls end: what is looked at while the thread stands still, and what is told
//! when it runs again.

use keelback_trace::{Call, EventKind, LossKind, StackId, TextId, WriteError};

use super::calls::slept;
use super::memory::Remote;
use super::table::{InCall, Tracee};
use super::tracee::Stopped;
use super::tracer::Tracer;
use crate::engine::paths::path_arguments;

/// Bytes of a path that are read, as the eBPF engine does.
const MOST_PATH: usize = 256;

/// How a call ended.
#[derive(Clone, Copy, Debug)]
struct Ended {
    ret: i64,
    at: u64,
    /// The Python stack, if somebody looked.
    seen: Option<StackId>,
    path: TextId,
}

impl Ended {
    fn stack(&self) -> StackId {
        self.seen.unwrap_or(StackId::NONE)
    }
}

impl Tracer<'_> {
    pub(super) fn ended(&mut self, thread: Stopped, ret: i64, at: u64) -> Result<(), WriteError> {
        let tid = thread.tid();
        let Some(tracee) = self.table.threads.get_mut(&tid) else {
            self.run(thread);
            return Ok(());
        };
        if tracee.fs_base == 0 {
            tracee.fs_base = thread.fs_base();
        }
        let Some(mut call) = tracee.call.take() else {
            self.run(thread);
            return Ok(());
        };
        let end = self.see_end(tid, &call, ret, at)?;
        self.asks_after(tid, &mut call)?;
        self.run(thread);
        self.keep_turn(tid, &call, end.seen);
        if self.plan.full {
            self.tell_end(tid, &call, end)?;
        }
        self.check_tracing(&call, end.ret)
    }

    /// What must be looked at while the thread stands still.
    fn see_end(&mut self, tid: u32, it: &InCall, ret: i64, at: u64) -> Result<Ended, WriteError> {
        let took = at.saturating_sub(it.entered);
        let asleep = self.asleep(tid, it, took);
        let slept = it.may_block && slept(it.call.nr, ret, asleep, self.plan.awake_ns);
        let mut end = Ended {
            ret,
            at,
            seen: it.seen,
            path: TextId::NONE,
        };
        if self.plan.full || slept || it.told {
            end.seen = Some(self.stack_in(tid, it)?);
        }
        if slept || it.told {
            self.tell_slept(tid, it, end.stack(), at)?;
        }
        if self.plan.full {
            end.path = self.path(tid, it.call, ret)?;
        }
        Ok(end)
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

    /// The thread runs already.
    fn tell_end(&mut self, tid: u32, it: &InCall, end: Ended) -> Result<(), WriteError> {
        // A name may be written to /proc/self/comm; it has 15 bytes at most.
        let is_short = i64::from(it.call.nr) == libc::SYS_write && (1..=16).contains(&end.ret);
        if is_short && self.may_write_names(tid) {
            self.check_name(tid, end.at)?;
        }
        let Some(id) = self.table.threads.get(&tid).map(|it| it.id) else {
            return Ok(());
        };
        self.tell_faults_in_time(tid, end.at);
        let kind = EventKind::Call {
            call: it.call,
            ret: end.ret,
            took: end.at.saturating_sub(it.entered),
            path: end.path,
        };
        self.teller.event(end.at, id, end.stack(), kind);
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
}
