//! What running threads do, looked at by the clock without stopping them.
//!
//! A thread is running if `/proc` says `R` and it is in no call that it sleeps
//! in. Its stack is read while it changes; a walk that makes no sense is
//! counted as a loss. Whether it was in the kernel is not shown for a running
//! thread: the kernel's ticks since the last look decide.

use keelback_trace::{Call, EventKind, GilView, WriteError};

use super::seen::Site;
use super::table::Sampled;
use super::tracer::Tracer;
use super::usage::{Look, ran};

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
        let (id, tgid, before) = (thread.id, thread.tgid, thread.sampled);
        let Some((look, sampled)) = look(tgid, tid, now) else {
            return Ok(());
        };
        thread.sampled = sampled;
        let call = thread.call.map_or(Call::NONE, |it| it.call);
        if look.state != 'R' || !has_run(&before, &sampled, LITTLE) {
            return Ok(());
        }
        let gil = self.gil(tgid)?;
        let is_others = matches!(gil, GilView::Held(holder) if holder != id);
        if is_others && !has_run(&before, &sampled, MOST) {
            return Ok(());
        }
        let (user, system) = (sampled.user - before.user, sampled.system - before.system);
        let kind = EventKind::Sample {
            cpu: look.cpu,
            user: user >= system,
            call,
            gil,
        };
        self.tell_faults(tid, now);
        let stack = self.stack(tid, Site::default())?;
        self.teller.event(now, id, stack, kind);
        Ok(())
    }
}

fn look(tgid: u32, tid: u32, at: u64) -> Option<(Look, Sampled)> {
    let look = Look::at(tgid, tid)?;
    let sampled = Sampled {
        at,
        ran: ran(tgid, tid)?,
        user: look.user,
        system: look.system,
    };
    Some((look, sampled))
}

/// Quarters of the time since the last look that a thread must have had a CPU:
/// `R` says that it runs or waits for one.
const LITTLE: u64 = 1;
/// The same of a thread without the GIL that another one holds: it most likely
/// is on its way to wait for it, unless it runs on and on.
const MOST: u64 = 3;

fn has_run(before: &Sampled, now: &Sampled, quarters: u64) -> bool {
    let ran = now.ran.saturating_sub(before.ran);
    before.at > 0 && 4 * ran >= quarters * now.at.saturating_sub(before.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_a_cpu_does_not_run() {
        let at = |at, ran| Sampled {
            at,
            ran,
            ..Sampled::default()
        };
        assert!(has_run(&at(10, 100), &at(20, 105), LITTLE));
        assert!(!has_run(&at(10, 100), &at(20, 105), MOST));
        assert!(!has_run(&at(10, 100), &at(20, 101), LITTLE));
        assert!(!has_run(&at(0, 0), &at(20, 20), LITTLE));
    }
}
