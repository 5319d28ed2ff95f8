//! An alarm clock that interrupts a waiting thread.

use std::io;
use std::time::Duration;

extern "C" fn ring(_: libc::c_int) {}

/// From now on SIGALRM interrupts what this process waits in, and nothing more.
#[expect(unsafe_code, reason = "sigaction(2) and sigprocmask(2)")]
pub(crate) fn hear() {
    // SAFETY: the handler does nothing, so it may run at any point. All structs
    // are valid locals. No SA_RESTART: the point is that a wait returns.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = ring as *const () as usize;
        libc::sigaction(libc::SIGALRM, &raw const action, std::ptr::null_mut());
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigaddset(&raw mut set, libc::SIGALRM);
        libc::sigprocmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut());
    }
}

/// Has SIGALRM come after `first`, and then again and again after `then`, so that
/// one that comes while nobody waits is not the last; never for zero.
#[expect(unsafe_code, reason = "setitimer(2)")]
pub(crate) fn set(first: Duration, then: Duration) -> io::Result<()> {
    let timer = libc::itimerval {
        it_value: time(first),
        it_interval: time(then),
    };
    // SAFETY: the struct is a valid local; the old one is not asked for.
    match unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn time(duration: Duration) -> libc::timeval {
    libc::timeval {
        tv_sec: duration.as_secs().cast_signed(),
        tv_usec: i64::from(duration.subsec_micros()),
    }
}
