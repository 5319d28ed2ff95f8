//! A process of our own that goes its own way.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

/// The descriptor that a branch keeps.
const LINE: i32 = 3;

/// Forks a process that keeps nothing but `line`, hears no signals and runs
/// `work`. Returns its pid.
///
/// Only this thread lives on in it: call it before there are others, or from a
/// process whose other threads hold no lock that `work` needs (the C library
/// makes its own allocator safe, fork(3)).
#[expect(unsafe_code, reason = "fork(2)")]
pub(crate) fn branch(line: OwnedFd, work: impl FnOnce(OwnedFd)) -> io::Result<u32> {
    // SAFETY: see above; the child never returns from `live`.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => live(line, work),
        pid => Ok(pid.cast_unsigned()),
    }
}

#[expect(unsafe_code, reason = "descriptors and signals of a forked child")]
fn live(line: OwnedFd, work: impl FnOnce(OwnedFd)) -> ! {
    deafen();
    let line = alone_with(&line);
    // SAFETY: prctl(2) reads a static C string.
    unsafe { libc::prctl(libc::PR_SET_NAME, c"tracing-keeper".as_ptr()) };
    // A panic must not run on into the parent's code.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(line)));
    // SAFETY: leaves at once, without the parent's exit handlers.
    unsafe { libc::_exit(0) }
}

/// What the keyboard sends to the whole process group is the command's affair.
#[expect(unsafe_code, reason = "sigprocmask(2)")]
fn deafen() {
    // SAFETY: zeroes are a valid set, and sigfillset fills it.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
    }
}

/// Whoever waits for the end of a pipe must not wait for this process.
#[expect(unsafe_code, reason = "dup2(2), close_range(2) and open(2)")]
fn alone_with(line: &OwnedFd) -> OwnedFd {
    use std::os::fd::FromRawFd;
    // SAFETY: the descriptors are this child's own copies; their Rust owners
    // are never dropped here, because the child leaves by _exit.
    unsafe {
        let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        for stream in 0..3 {
            libc::dup2(null, stream);
        }
        match line.as_raw_fd() == LINE {
            true => libc::fcntl(LINE, libc::F_SETFD, libc::FD_CLOEXEC),
            false => libc::dup3(line.as_raw_fd(), LINE, libc::O_CLOEXEC),
        };
        libc::close_range(LINE.cast_unsigned() + 1, u32::MAX, 0);
        OwnedFd::from_raw_fd(LINE)
    }
}
