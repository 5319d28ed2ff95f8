//! An alarm clock that interrupts a waiting thread.

use std::io;
use std::time::Duration;

extern "C" fn ring(_: libc::c_int) {}

/// Has SIGALRM interrupt this process every `period`; never again for zero.
#[expect(unsafe_code, reason = "sigaction(2), sigprocmask(2) and setitimer(2)")]
pub(crate) fn every(period: Duration) -> io::Result<()> {
    let time = libc::timeval {
        tv_sec: period.as_secs().cast_signed(),
        tv_usec: i64::from(period.subsec_micros()),
    };
    let timer = libc::itimerval {
        it_interval: time,
        it_value: time,
    };
    // SAFETY: the handler does nothing, so it may run at any point. All structs
    // are valid locals. No SA_RESTART: the point is that a wait returns.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = ring as *const () as usize;
        libc::sigaction(libc::SIGALRM, &raw const action, std::ptr::null_mut());
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigaddset(&raw mut set, libc::SIGALRM);
        libc::sigprocmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut());
        match libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()) {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}
