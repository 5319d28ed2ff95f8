//! Waits for the GIL that end without a stop.
//!
//! A thread that is stopped when it gets the GIL keeps all others waiting while
//! it stands still. So it is let run on, and when it stops next, when its wait
//! ended is worked out: the kernel counts for how long it has had a CPU since.
//! That wants a meter, and a filter that stops the thread again before it can
//! sleep once more; a thread that runs on without a stop is asked for one before
//! its events come too late.

use std::collections::BTreeSet;

use keelback_trace::{GilView, OffState, StackId, WriteError};

use super::seen::Site;
use super::table::{End, InCall, Tracee};
use super::tracer::Tracer;
use super::usage::Look;
use crate::sys::ptrace::{self, Until};

/// How often those are looked for that run on, ns. Who is found twice is asked
/// to stop: that is sooner than events are kept to be put in order.
const ROUND: u64 = 10_000_000;

/// What is known of a wait while it lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silence {
    /// The Python stack; it stands still only until the wait ends.
    pub(super) stack: StackId,
    /// Was it over when it was looked at last?
    is_over: bool,
}

impl Tracer<'_> {
    /// Can the end of this call be worked out?
    pub(super) fn can_end_silently(&mut self, tid: u32, tgid: u32, it: &InCall) -> bool {
        let is_futex = i64::from(it.call.nr) == libc::SYS_futex;
        if self.until(tid) == Until::Call || !is_futex || !it.may_block || it.before.is_none() {
            return false;
        }
        let process = self.table.processes.get_mut(&tgid);
        process
            .and_then(|process| process.python.runtime())
            .is_some_and(|python| python.changes_hands_at(it.call.args[0]))
    }

    pub(super) fn silence(&mut self, tid: u32, it: &InCall) -> Result<Silence, WriteError> {
        let stack = self.stack(tid, Site::of(it))?;
        let is_over = false;
        Ok(Silence { stack, is_over })
    }

    /// The thread stopped: if it was in a silent call, that is over.
    pub(super) fn end_silence(&mut self, tid: u32, at: u64) -> Result<(), WriteError> {
        let Some(tracee) = self.table.threads.get_mut(&tid) else {
            return Ok(());
        };
        let Some((call, silence)) = tracee.silent_call() else {
            return Ok(());
        };
        tracee.call = None;
        let id = tracee.id;
        let Some(awake) = awake(tracee, &call).or_else(|| call.told.then_some(0)) else {
            return Ok(());
        };
        let ended = at.saturating_sub(awake).max(call.entered);
        self.tell_sleep(tid, &call, silence.stack, OffState::Sleeping)?;
        self.got_cpu(ended, id);
        Ok(())
    }

    /// The recording ends: those that are awake by now have slept.
    pub(super) fn end_all_silences(&mut self, now: u64) -> Result<(), WriteError> {
        let is_over = |it: &Tracee| {
            let silent = it.silent_call();
            silent.is_some_and(|(call, _)| awake(it, &call).is_some())
        };
        let over: Vec<u32> = self.table.threads_that(is_over);
        over.into_iter()
            .try_for_each(|tid| self.end_silence(tid, now))
    }

    /// Has threads stop that run on and on after a silent call.
    pub(super) fn ask_the_silent(&mut self, now: u64) {
        if now < self.round_at {
            return;
        }
        self.round_at = now + ROUND;
        let silent: Vec<u32> = self.table.threads_that(|it| it.silent_call().is_some());
        for tid in silent {
            if let Some(tracee) = self.table.threads.get_mut(&tid)
                && found_again(tracee)
                && Look::at(tracee.tgid, tid).is_some_and(|it| it.state == 'R')
            {
                // One that is gone by now needs no asking.
                let _ = ptrace::interrupt(tid);
            }
        }
    }

    /// Threads in a silent call that have the GIL by now.
    pub(super) fn silent_holders(&mut self) -> Result<Vec<u32>, WriteError> {
        let silent = |it: &&Tracee| it.silent_call().is_some() && !it.held;
        let threads = self.table.threads.values();
        let processes: BTreeSet<u32> = threads.filter(silent).map(|it| it.tgid).collect();
        let mut holders = Vec::new();
        for tgid in processes {
            if let GilView::Held(id) = self.gil(tgid)? {
                holders.extend(self.table.threads_that(|it| it.id == id && silent(&it)));
            }
        }
        Ok(holders)
    }
}

/// For how long a thread has been awake after its call, ns; `None` if it has not
/// slept in it, or still does.
fn awake(tracee: &Tracee, call: &InCall) -> Option<u64> {
    let (before, now) = (call.before?, tracee.reading()?);
    now.has_woken_since(&before)
        .then(|| now.awake_since(&before))
}

/// Is a silent call over, and was it at the last look?
fn found_again(tracee: &mut Tracee) -> bool {
    let Some((call, mut silence)) = tracee.silent_call() else {
        return false;
    };
    if awake(tracee, &call).is_none() {
        return false;
    }
    let again = std::mem::replace(&mut silence.is_over, true);
    let end = End::Silent(silence);
    tracee.call = Some(InCall { end, ..call });
    again
}
