//! A stopped thread is a value; letting it run consumes it.

use super::status::signal_of;
use crate::sys::ptrace::{self, CallStop, Until};

/// A thread that stands still until this is given up.
#[derive(Debug)]
#[must_use = "a stopped thread stands still until it is let run"]
pub(super) struct Stopped {
    tid: u32,
    status: i32,
}

/// That a thread is gone by now (it was killed) is no error: its end is
/// reported by itself.
impl Stopped {
    /// Of a status that waitpid(2) returned.
    pub(super) fn new(tid: u32, status: i32) -> Stopped {
        Stopped { tid, status }
    }

    pub(super) fn tid(&self) -> u32 {
        self.tid
    }

    /// Lets it run.
    pub(super) fn run(self, until: Until) {
        let _ = ptrace::resume(self.tid, until, 0);
        std::mem::forget(self);
    }

    /// Lets it run into the signal that it stopped for.
    pub(super) fn deliver(self, until: Until) {
        let _ = ptrace::resume(self.tid, until, signal_of(self.status));
        std::mem::forget(self);
    }

    /// Leaves it in its group-stop until SIGCONT.
    pub(super) fn stay(self) {
        let _ = ptrace::listen(self.tid);
        std::mem::forget(self);
    }

    /// What came with the event.
    pub(super) fn message(&self) -> Option<u64> {
        ptrace::event_message(self.tid).ok()
    }

    /// Where in a call it is.
    pub(super) fn call(&self) -> CallStop {
        ptrace::call_stop(self.tid).unwrap_or(CallStop::Other)
    }

    /// A filter of the program's own stopped it, for a tracer that is not there:
    /// the call fails with ENOSYS, as it would alone (seccomp(2),
    /// `SECCOMP_RET_TRACE`).
    pub(super) fn refuse(self, until: Until) {
        let _ = ptrace::skip_call(self.tid);
        self.run(until);
    }

    /// The thread's `pthread_self()`; 0 before it has one.
    pub(super) fn fs_base(&self) -> u64 {
        ptrace::fs_base(self.tid).unwrap_or(0)
    }
}

/// Whatever becomes of the recorder's plans, the program runs on.
impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = ptrace::resume(self.tid, Until::Event, 0);
    }
}
