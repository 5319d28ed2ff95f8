//! Taking up processes that run already.
//!
//! No filter can be put on them, so their threads stop at every call.

use std::io;

use keelback_trace::{
    Call, EventKind, GilView, OffState, Parked, ProcessId, StackId, ThreadId, WriteError, define,
};

use super::crowd::Crowd;
use super::python::Python;
use super::table::Process;
use super::tracer::Tracer;
use crate::cost::monotonic;
use crate::engine::words::{shell_words, words};
use crate::present;
use crate::sys::ptrace;

impl Tracer<'_> {
    /// Seizes every thread of every process. New ones appear meanwhile: once
    /// all are known, the rest is born traced.
    pub(super) fn attach(&mut self) -> io::Result<()> {
        self.teller.remark(
            "a program that runs already cannot be given a filter: it was stopped twice at \
             every system call, which costs some 15 microseconds a call and more across CPUs"
                .into(),
        );
        let pids = self.plan.attach.clone();
        for (index, pid) in pids.into_iter().enumerate() {
            match self.seize_process(pid) {
                // Descendants may have ended, or may be someone else's.
                Err(_) if index > 0 => {}
                seized => seized?,
            }
        }
        Ok(())
    }

    fn seize_process(&mut self, pid: u32) -> io::Result<()> {
        let mut seized = Vec::new();
        loop {
            let new: Vec<u32> = present::tids(pid)
                .into_iter()
                .filter(|tid| !seized.contains(tid))
                .collect();
            if new.is_empty() {
                break;
            }
            for tid in new {
                match ptrace::seize(tid) {
                    // Born traced, while the list was read.
                    Err(_) if tid != pid => {}
                    done => done?,
                }
                seized.push(tid);
            }
        }
        let taken = self.take_up(pid, &seized);
        taken.map_err(|it| it.source)?;
        for tid in seized {
            let _ = ptrace::interrupt(tid);
        }
        Ok(())
    }

    fn take_up(&mut self, pid: u32, tids: &[u32]) -> Result<(), WriteError> {
        let at = monotonic();
        let since = self.teller.clock.at(at);
        for tid in tids {
            let seen = present::look_at(pid, *tid);
            if !self.table.processes.contains_key(&pid) {
                let exe = self.teller.known.text(&seen.exe)?;
                let command = shell_words(&words(&seen.command));
                let command = self.teller.known.text(&command)?;
                let id = self.teller.known.process(define::Process {
                    pid,
                    parent: ProcessId::NONE,
                    start: since,
                    exe,
                    command,
                })?;
                let mut python = Python::new(at);
                python.look(&mut self.plan.builds, id, pid, at, since);
                let process = Process {
                    id,
                    exe,
                    command,
                    python,
                    writes_names: true,
                    crowd: Crowd::default(),
                };
                self.table.processes.insert(pid, process);
            }
            self.present(pid, *tid, &seen, at)?;
        }
        Ok(())
    }

    /// A thread that ran before the recording did.
    fn present(
        &mut self,
        pid: u32,
        tid: u32,
        seen: &present::Present,
        at: u64,
    ) -> Result<(), WriteError> {
        let name = self.teller.known.text(&seen.name)?;
        let id = self.begin_thread(tid, pid, name, ThreadId::NONE, at)?;
        let usage = EventKind::Usage {
            minor_faults: seen.minor_faults,
            major_faults: seen.major_faults,
            user_ns: seen.user_ns,
            system_ns: seen.system_ns,
        };
        self.teller.event(at, id, StackId::NONE, usage);
        let Some(thread) = self.table.threads.get_mut(&tid) else {
            return Ok(());
        };
        // Its first stop shows it running again, if it sleeps now.
        thread.is_new = seen.asleep;
        if seen.asleep {
            let state = match seen.uninterruptible {
                true => OffState::Uninterruptible,
                false => OffState::Sleeping,
            };
            let kind = EventKind::SwitchOut {
                cpu: EventKind::NO_CPU,
                state,
                call: seen.call.map_or(Call::NONE, |(nr, args)| Call { nr, args }),
                parked: Parked::NONE,
                gil: GilView::Unknown,
            };
            self.teller.event(at, id, StackId::NONE, kind);
        }
        Ok(())
    }
}
