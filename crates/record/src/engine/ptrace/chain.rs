//! Calls in a row on the words of the GIL.
//!
//! To take the GIL and to give it away are some futex calls each, without a step in
//! Python between them: one look at the stack is enough for all. It is taken when
//! the thread goes to wait, for then nobody waits for it; when it has got the GIL all
//! do.

use keelback_trace::{StackId, WriteError};

use super::seen::Site;
use super::table::{End, InCall};
use super::tracer::Tracer;
use crate::cost::monotonic;

/// A thread that calls again within this time, ns, has taken next to no step in
/// Python.
const AT_ONCE: u64 = 30_000;

/// The end of a call on a word of the GIL.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// When the thread was let go.
    at: u64,
    stack: StackId,
}

impl Tracer<'_> {
    /// A thread is about to make a call: if that is one of those in a row, its stack
    /// is known, and if it goes to wait, it is looked at.
    pub(super) fn foresee_stack(
        &mut self,
        tid: u32,
        it: &mut InCall,
        at: u64,
    ) -> Result<(), WriteError> {
        let Some(tracee) = self.table.threads.get_mut(&tid) else {
            return Ok(());
        };
        let turn = tracee.turn.take();
        let process = self.table.processes.get_mut(&tracee.tgid);
        let runtime = process.and_then(|it| it.python.runtime());
        let is_futex = i64::from(it.call.nr) == libc::SYS_futex && matches!(it.end, End::Stop);
        let word = it.call.args[0];
        let Some(runtime) = runtime.filter(|runtime| is_futex && runtime.is_of_gil(word)) else {
            return Ok(());
        };
        let waits = it.may_block && runtime.changes_hands_at(word);
        it.of_gil = true;
        it.seen = turn.and_then(|turn| (turn.at + AT_ONCE > at).then_some(turn.stack));
        if waits && it.seen.is_none() {
            it.seen = Some(self.stack(tid, Site::of(it))?);
        }
        Ok(())
    }

    /// The call is over and the thread runs: its next one may follow at once.
    pub(super) fn keep_turn(&mut self, tid: u32, it: &InCall, seen: Option<StackId>) {
        if let (true, Some(tracee)) = (it.of_gil, self.table.threads.get_mut(&tid)) {
            let at = monotonic();
            tracee.turn = seen.map(|stack| Turn { at, stack });
        }
    }
}
