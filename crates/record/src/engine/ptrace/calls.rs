//! The system calls that wait mode stops at: what may block, and the few that
//! say who a thread is.

use libc::{c_long, sock_filter};

use super::filter::{Test, program};
use super::passing::Passing;

/// When a call is worth a stop, by its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Always,
    /// The lowest bits of an argument, under a mask, are one of these.
    Among(u8, u32, &'static [u32]),
    /// An argument's low half is not this: a timeout of 0 polls.
    Unless(u8, u32),
    /// An argument has none of these bits: `MSG_DONTWAIT`, `WNOHANG`.
    Without(u8, u32),
}

/// A call that wait mode stops at.
#[derive(Clone, Copy, Debug)]
struct Stopped {
    nr: c_long,
    when: When,
}

const fn stop(nr: c_long, when: When) -> Stopped {
    Stopped { nr, when }
}

/// futex(2): `FUTEX_WAIT`, `FUTEX_LOCK_PI`, `FUTEX_WAIT_BITSET`,
/// `FUTEX_WAIT_REQUEUE_PI`, `FUTEX_LOCK_PI2` under `FUTEX_CMD_MASK`.
const FUTEX_WAITS: When = When::Among(1, 0x7f, &[0, 6, 9, 11, 13]);
const DONT_WAIT: u32 = libc::MSG_DONTWAIT as u32;
const NO_HANG: u32 = libc::WNOHANG as u32;

#[rustfmt::skip]
const BLOCKING: &[Stopped] = &[
    stop(libc::SYS_futex, FUTEX_WAITS),
    stop(libc::SYS_read, When::Always),
    stop(libc::SYS_write, When::Always),
    stop(libc::SYS_readv, When::Always),
    stop(libc::SYS_writev, When::Always),
    stop(libc::SYS_poll, When::Unless(2, 0)),
    stop(libc::SYS_ppoll, When::Always),
    stop(libc::SYS_select, When::Always),
    stop(libc::SYS_pselect6, When::Always),
    stop(libc::SYS_epoll_wait, When::Unless(3, 0)),
    stop(libc::SYS_epoll_pwait, When::Unless(3, 0)),
    stop(libc::SYS_epoll_pwait2, When::Always),
    stop(libc::SYS_nanosleep, When::Always),
    stop(libc::SYS_clock_nanosleep, When::Always),
    stop(libc::SYS_wait4, When::Without(2, NO_HANG)),
    stop(libc::SYS_waitid, When::Without(3, NO_HANG)),
    stop(libc::SYS_accept, When::Always),
    stop(libc::SYS_accept4, When::Always),
    stop(libc::SYS_connect, When::Always),
    stop(libc::SYS_recvfrom, When::Without(3, DONT_WAIT)),
    stop(libc::SYS_recvmsg, When::Without(2, DONT_WAIT)),
    stop(libc::SYS_recvmmsg, When::Without(3, DONT_WAIT)),
    stop(libc::SYS_sendto, When::Without(3, DONT_WAIT)),
    stop(libc::SYS_sendmsg, When::Without(2, DONT_WAIT)),
    stop(libc::SYS_sendmmsg, When::Without(3, DONT_WAIT)),
    stop(libc::SYS_sendfile, When::Always),
    stop(libc::SYS_splice, When::Always),
    stop(libc::SYS_flock, When::Always),
    // F_SETLKW, F_OFD_SETLKW.
    stop(libc::SYS_fcntl, When::Among(1, u32::MAX, &[7, 38])),
    stop(libc::SYS_fsync, When::Always),
    stop(libc::SYS_fdatasync, When::Always),
    stop(libc::SYS_msync, When::Always),
    stop(libc::SYS_sync, When::Always),
    stop(libc::SYS_syncfs, When::Always),
    stop(libc::SYS_pause, When::Always),
    stop(libc::SYS_rt_sigsuspend, When::Always),
    stop(libc::SYS_rt_sigtimedwait, When::Always),
    stop(libc::SYS_restart_syscall, When::Always),
    stop(libc::SYS_semop, When::Always),
    stop(libc::SYS_semtimedop, When::Always),
    stop(libc::SYS_msgrcv, When::Always),
    stop(libc::SYS_msgsnd, When::Always),
    stop(libc::SYS_mq_timedreceive, When::Always),
    stop(libc::SYS_mq_timedsend, When::Always),
    stop(libc::SYS_io_getevents, When::Always),
    stop(libc::SYS_io_uring_enter, When::Unless(2, 0)),
    stop(libc::SYS_futex_waitv, When::Always),
];

#[rustfmt::skip]
const TELLING: &[Stopped] = &[
    stop(libc::SYS_set_tid_address, When::Always),
    stop(libc::SYS_sched_getaffinity, When::Always),
    stop(libc::SYS_sched_setaffinity, When::Always),
    stop(libc::SYS_prctl, When::Among(0, u32::MAX, &[libc::PR_SET_NAME as u32])),
    stop(libc::SYS_ptrace, When::Among(0, u32::MAX, &[libc::PTRACE_TRACEME, libc::PTRACE_ATTACH, libc::PTRACE_SEIZE])),
];

/// What a call means to the recorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The thread may sleep in it.
    MayBlock,
    /// The dynamic linker has mapped everything by now: glibc makes it once a
    /// program, after the libraries (elf/rtld.c: init_tls, security_init).
    ProgramLoaded,
    /// The thread takes a name.
    Named,
    /// It wants to trace, or to be traced.
    Traces,
    /// It asks on which CPUs a thread may run, or says so.
    Cpus,
    /// Nothing of the kind.
    Plain,
}

/// May a thread sleep in this call?
pub(crate) fn may_block(nr: u16, args: &[u64; 6]) -> bool {
    meaning(u64::from(nr), args) == Meaning::MayBlock
}

/// What a call means, with these arguments.
pub(super) fn meaning(nr: u64, args: &[u64; 6]) -> Meaning {
    let Ok(number) = c_long::try_from(nr) else {
        return Meaning::Plain;
    };
    let fits = |it: &&Stopped| it.nr == number && it.when.holds(args);
    if BLOCKING.iter().any(|it| fits(&it)) {
        return Meaning::MayBlock;
    }
    match (TELLING.iter().find(fits), number) {
        (Some(_), libc::SYS_set_tid_address) => Meaning::ProgramLoaded,
        (Some(_), libc::SYS_prctl) => Meaning::Named,
        (Some(_), libc::SYS_ptrace) => Meaning::Traces,
        (Some(_), libc::SYS_sched_getaffinity | libc::SYS_sched_setaffinity) => Meaning::Cpus,
        _ => Meaning::Plain,
    }
}

impl When {
    fn holds(self, args: &[u64; 6]) -> bool {
        let low = |index: u8| args[usize::from(index)] as u32;
        match self {
            When::Always => true,
            When::Among(arg, mask, values) => values.contains(&(low(arg) & mask)),
            When::Unless(arg, value) => low(arg) != value,
            When::Without(arg, bits) => low(arg) & bits == 0,
        }
    }
}

/// The seccomp program that stops at these calls, but for waits that pass.
pub(super) fn filter(passing: &Passing) -> Vec<sock_filter> {
    let tests = BLOCKING.iter().chain(TELLING).map(|it| Test {
        nr: it.nr as u32,
        when: it.when,
    });
    program(tests, passing)
}

/// Did a call that ended like this put the thread to sleep? Some say so
/// themselves; of the others only those that took longer than a call that
/// does not sleep, stops included.
pub(crate) fn slept(nr: u16, ret: i64, took_ns: u64, awake_ns: u64) -> bool {
    const AGAIN: i64 = -(libc::EAGAIN as i64);
    match c_long::from(nr) {
        // futex(2): EAGAIN says that the value had changed already.
        libc::SYS_futex => ret != AGAIN && (ret >= 0 || is_interruption(ret)),
        _ if says_whether_it_slept(nr) => ret == 0 || is_interruption(ret),
        _ => took_ns > awake_ns,
    }
}

/// Does a call's result say whether the thread slept?
pub(super) fn says_whether_it_slept(nr: u16) -> bool {
    matches!(
        c_long::from(nr),
        libc::SYS_futex
            | libc::SYS_nanosleep
            | libc::SYS_clock_nanosleep
            | libc::SYS_pause
            | libc::SYS_rt_sigsuspend
    )
}

/// `ETIMEDOUT`, `EINTR`, or the kernel's own `ERESTART*` (512 to 516,
/// include/linux/errno.h), which a tracer sees.
fn is_interruption(ret: i64) -> bool {
    let errno = -ret;
    errno == i64::from(libc::ETIMEDOUT)
        || errno == i64::from(libc::EINTR)
        || (512..=516).contains(&errno)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_and_wakes_pass() {
        let blocks = |nr: c_long, args: [u64; 6]| meaning(nr as u64, &args) == Meaning::MayBlock;
        // FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME
        assert!(blocks(libc::SYS_futex, [1, 0x189, 0, 0, 0, 0]));
        // FUTEX_WAKE | FUTEX_PRIVATE_FLAG
        assert!(!blocks(libc::SYS_futex, [1, 0x81, 0, 0, 0, 0]));
        assert!(!blocks(libc::SYS_poll, [1, 1, 0, 0, 0, 0]));
        assert!(blocks(libc::SYS_poll, [1, 1, u64::MAX, 0, 0, 0]));
        assert!(!blocks(libc::SYS_wait4, [0, 0, 1, 0, 0, 0]));
        assert!(!blocks(libc::SYS_getpid, [0; 6]));
    }

    #[test]
    fn a_futex_says_itself_whether_it_slept() {
        let futex = libc::SYS_futex as u16;
        assert!(slept(futex, 0, 1, 1_000_000));
        assert!(slept(futex, -110, 1, 1_000_000));
        assert!(slept(futex, -512, 1, 1_000_000));
        assert!(!slept(futex, -11, 1_000_000, 1));
        let read = libc::SYS_read as u16;
        assert!(slept(read, 1, 100_000, 30_000) && !slept(read, 1, 20_000, 30_000));
    }
}
