//! What running threads do, looked at by the clock without stopping them.
//!
//! A thread is running if `/proc` says `R` and it is in no call that it sleeps
//! in. Its stack is read while it changes; a walk that makes no sense is
//! counted as a loss. Whether it was in the kernel is not shown for a running
//! thread: the kernel's ticks since the last look decide.

use keelback_trace::{Call, EventKind, GilView, WriteError};

use super::seen::Site;
use super::table::{Sampled, Tracee};
use super::tracer::Tracer;
use super::usage::Look;

impl Tracer<'_> {
    pub(super) fn sample(&mut self, now: u64) -> Result<(), WriteError> {
        if !self.proc_is_ours || self.plan.sample_period == 0 {
            return Ok(());
        }
        let in_call = |it: &Tracee| it.call.is_some_and(|call| call.may_block);
        let sleeps = |it: &Tracee| it.quiet.as_ref().is_some_and(|it| it.is_asleep());
        let may_run = |it: &Tracee| !it.held && !in_call(it) && !sleeps(it);
        let running: Vec<u32> = self.table.threads_that(may_run);
        let silent = self.silent_holders()?;
        let mut all = running.into_iter().chain(silent);
        all.try_for_each(|tid| self.sample_thread(tid, now))
    }

    fn sample_thread(&mut self, tid: u32, now: u64) -> Result<(), WriteError> {
        let period = self.plan.sample_period;
        let Some(thread) = self.table.threads.get_mut(&tid) else {
            return Ok(());
        };
        let (id, tgid) = (thread.id, thread.tgid);
        let Some(ran) = thread.ran(tid, now) else {
            return Ok(());
        };
        // Notes begin with the thread, and so does what it owes.
        let since = if thread.quiet.is_some() { 0 } else { ran };
        let runs_on = thread.sampled.runs_on(now, ran);
        if !thread.sampled.owes(since, ran, period) {
            return Ok(());
        }
        let Some(look) = thread.look(tid).filter(|it| it.state == 'R') else {
            return Ok(());
        };
        thread.sampled.pay(period);
        let user = thread.sampled.was_in_user_space(&look);
        let call = thread.call_with_stop().map_or(Call::NONE, |it| it.call);
        let gil = self.gil(tgid)?;
        // It most likely is on its way to wait for the GIL, unless it runs on.
        if matches!(gil, GilView::Held(holder) if holder != id) && !runs_on {
            return Ok(());
        }
        let kind = EventKind::Sample {
            cpu: look.cpu,
            user,
            call,
            gil,
        };
        self.tell_these_faults(tid, now, look.faults());
        let stack = self.stack(tid, Site::default())?;
        self.seen_running(tid, stack, now);
        self.teller.event(now, id, stack, kind);
        Ok(())
    }
}

impl Sampled {
    /// Is another sample due, after `ran` ns on a CPU? At the first look it owes them
    /// from `since` on. `R` says that a thread
    /// runs or waits for a CPU, and the kernel counts on at its ticks only
    /// (kernel/sched/fair.c: update_curr), so time is saved up: a sample for
    /// every period that the thread ran, the nearest number of them, whenever it is
    /// found to run.
    fn owes(&mut self, since: u64, ran: u64, period: u64) -> bool {
        let paid = self.paid.get_or_insert(since);
        *paid = (*paid).max(ran.saturating_sub(MOST_PERIODS * period));
        ran + period / 2 >= *paid + period
    }

    /// It is taken.
    fn pay(&mut self, period: u64) {
        if let Some(paid) = &mut self.paid {
            *paid += period;
        }
    }

    /// Has it run for most of the time since it was looked at last?
    fn runs_on(&mut self, now: u64, ran: u64) -> bool {
        let before = std::mem::replace(&mut self.looked, (now, ran));
        4 * ran.saturating_sub(before.1) >= 3 * now.saturating_sub(before.0)
    }

    /// What did it do since it was sampled last? The kernel's ticks decide.
    fn was_in_user_space(&mut self, look: &Look) -> bool {
        let user = look.user.saturating_sub(self.user);
        let system = look.system.saturating_sub(self.system);
        (self.user, self.system) = (look.user, look.system);
        user >= system
    }
}

/// For how many samples a thread can save up time.
const MOST_PERIODS: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: u64 = 2;

    /// Looks at a thread that runs.
    fn takes(sampled: &mut Sampled, ran: u64) -> bool {
        let owes = sampled.owes(ran, ran, PERIOD);
        if owes {
            sampled.pay(PERIOD);
        }
        owes
    }

    #[test]
    fn a_sample_for_every_period_on_a_cpu() {
        let mut sampled = Sampled::default();
        // Counted on at every other look, by two periods.
        let looks = [10, 14, 14, 18, 18, 18];
        let due = looks.map(|ran| takes(&mut sampled, ran));
        assert_eq!(due, [false, true, true, true, true, false]);
    }

    #[test]
    fn who_waits_for_a_cpu_does_not_run() {
        let mut sampled = Sampled::default();
        let due = [10, 10, 10, 10].map(|ran| takes(&mut sampled, ran));
        assert_eq!(due, [false; 4]);
        assert!(!sampled.runs_on(20, 10) && !sampled.runs_on(30, 17) && sampled.runs_on(40, 25));
    }

    #[test]
    fn a_debt_is_not_kept_forever() {
        let mut sampled = Sampled::default();
        assert!(!takes(&mut sampled, 0));
        let due = (0..6).filter(|_| takes(&mut sampled, 1_000)).count();
        assert_eq!(due as u64, MOST_PERIODS);
    }
}
