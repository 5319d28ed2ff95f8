//! What a status of waitpid(2) means to a tracer (ptrace(2), "Stopped states").

use super::tracee::Stopped;

/// What happened to a thread.
#[derive(Debug)]
pub(super) enum Status {
    /// It is no more: its wait status.
    Gone(i32),
    /// It stopped.
    Stopped(Stopped, Reason),
}

/// Why a thread stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The filter stops at this call, which has not begun.
    Filtered,
    /// A call begins or ends.
    Call,
    /// A signal is about to be delivered.
    Signal,
    /// Its process is stopped, by job control or SIGSTOP.
    Group,
    /// It was born traced, was asked to stop, or goes on after a group-stop.
    Asked,
    /// It made a thread or a process.
    Bore,
    /// The child it made by vfork has let it go on.
    VforkDone,
    /// It began another program.
    Exec,
    /// It is about to end.
    Exit,
    /// Something this tracer did not ask for.
    Other,
}

/// A stop of a call, told from SIGTRAP by this bit (`PTRACE_O_TRACESYSGOOD`).
const CALL: i32 = libc::SIGTRAP | 0x80;

pub(super) fn decode(tid: u32, status: i32) -> Status {
    if !libc::WIFSTOPPED(status) {
        return Status::Gone(status);
    }
    Status::Stopped(Stopped::new(tid, status), reason(status))
}

/// The signal of a stop.
pub(super) fn signal_of(status: i32) -> i32 {
    libc::WSTOPSIG(status)
}

fn reason(status: i32) -> Reason {
    match (status >> 16, signal_of(status)) {
        (0, CALL) => Reason::Call,
        (0, _) => Reason::Signal,
        (libc::PTRACE_EVENT_SECCOMP, _) => Reason::Filtered,
        (libc::PTRACE_EVENT_STOP, libc::SIGTRAP) => Reason::Asked,
        (libc::PTRACE_EVENT_STOP, _) => Reason::Group,
        (libc::PTRACE_EVENT_CLONE | libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK, _) => {
            Reason::Bore
        }
        (libc::PTRACE_EVENT_VFORK_DONE, _) => Reason::VforkDone,
        (libc::PTRACE_EVENT_EXEC, _) => Reason::Exec,
        (libc::PTRACE_EVENT_EXIT, _) => Reason::Exit,
        _ => Reason::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stopped(event: i32, signal: i32) -> i32 {
        event << 16 | signal << 8 | 0x7f
    }

    #[test]
    fn every_stop_has_its_reason() {
        use libc::{PTRACE_EVENT_EXEC, PTRACE_EVENT_STOP, SIGSTOP, SIGTRAP, SIGTSTP, SIGUSR1};
        for (status, expected) in [
            (stopped(0, SIGTRAP | 0x80), Reason::Call),
            (stopped(0, SIGTRAP), Reason::Signal),
            (stopped(0, SIGUSR1), Reason::Signal),
            (stopped(0, 40), Reason::Signal),
            (stopped(PTRACE_EVENT_STOP, SIGTRAP), Reason::Asked),
            (stopped(PTRACE_EVENT_STOP, SIGSTOP), Reason::Group),
            (stopped(PTRACE_EVENT_STOP, SIGTSTP), Reason::Group),
            (stopped(PTRACE_EVENT_EXEC, SIGTRAP), Reason::Exec),
        ] {
            assert_eq!(reason(status), expected, "{status:#x}");
        }
    }
}
