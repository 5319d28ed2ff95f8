//! What running threads do, looked at by the clock without stopping them.
//!
//! A thread is running if `/proc` says `R` and it is in no call that it sleeps
//! in. Its stack is read while it changes; a walk that makes no sense is
//! counted as a loss. Whether it was in the kernel is not shown for a running
//! thread: the kernel's ticks since the last look decide.

use keelback_trace::{Call, EventKind, StackId, WriteError};

use super::tracer::Tracer;
use super::usage::Look;

impl Tracer<'_> {
    pub(super) fn sample(&mut self, now: u64) -> Result<(), WriteError> {
        if !self.proc_is_ours {
            return Ok(());
        }
        let tids: Vec<u32> = self
            .table
            .threads
            .iter()
            .filter(|(_, it)| !it.held && it.call.is_none_or(|call| !call.may_block))
            .map(|(tid, _)| *tid)
            .collect();
        tids.into_iter()
            .try_for_each(|tid| self.sample_thread(tid, now))
    }

    fn sample_thread(&mut self, tid: u32, now: u64) -> Result<(), WriteError> {
        let Some(thread) = self.table.threads.get_mut(&tid) else {
            return Ok(());
        };
        let (id, tgid, before) = (thread.id, thread.tgid, thread.ticks);
        let in_call = thread.call.map_or(Call::NONE, |it| it.call);
        let Some(look) = Look::at(tgid, tid) else {
            return Ok(());
        };
        thread.ticks = (look.user, look.system);
        if look.state != 'R' {
            return Ok(());
        }
        let user = look.user.saturating_sub(before.0) >= look.system.saturating_sub(before.1);
        let kind = EventKind::Sample {
            cpu: look.cpu,
            user,
            call: in_call,
            gil: self.gil(tgid)?,
        };
        let stack = self.stack(tid).unwrap_or(StackId::NONE);
        self.teller.event(now, id, stack, kind);
        Ok(())
    }
}
