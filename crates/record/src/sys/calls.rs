//! A child that makes system calls and times them, for calibration.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// Calls a round. Enough to be exact, few enough not to be noticed.
const CALLS: u32 = 20_000;

/// The child. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Caller {
    pid: libc::pid_t,
    line: UnixStream,
}

impl Caller {
    /// The number of the call it makes: getppid.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "x86-64 has fewer than 600 calls"
    )]
    pub(crate) const NUMBER: u16 = libc::SYS_getppid as u16;

    pub(crate) fn start() -> io::Result<Caller> {
        let (line, other) = UnixStream::pair()?;
        let other = OwnedFd::from(other);
        let pid = fork_caller(&other, line.as_raw_fd())?;
        Ok(Caller { pid, line })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid.cast_unsigned()
    }

    /// Has it make its calls; nanoseconds a call.
    pub(crate) fn round(&mut self) -> io::Result<u64> {
        use std::io::{Read, Write};
        let mut answer = [0; 8];
        self.line.write_all(b"!")?;
        self.line.read_exact(&mut answer)?;
        Ok(u64::from_ne_bytes(answer) / u64::from(CALLS))
    }
}

#[expect(unsafe_code, reason = "waitpid(2) of our own fork")]
impl Drop for Caller {
    fn drop(&mut self) {
        let _ = self.line.shutdown(std::net::Shutdown::Both);
        // SAFETY: `pid` is our child and nobody else reaps it; a null status is allowed.
        unsafe { libc::waitpid(self.pid, std::ptr::null_mut(), 0) };
    }
}

#[expect(unsafe_code, reason = "fork(2): the child must be a bare process")]
fn fork_caller(other: &OwnedFd, ours: i32) -> io::Result<libc::pid_t> {
    // SAFETY: the child calls nothing but read, write, close, getppid and
    // clock_gettime, which are async-signal-safe, and leaves by _exit.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            // SAFETY: the parent's end is a descriptor of this child alone now.
            drop(unsafe { OwnedFd::from_raw_fd(ours) });
            serve(other.as_raw_fd());
            // SAFETY: _exit(2) runs nothing of ours.
            unsafe { libc::_exit(0) }
        }
        pid => Ok(pid),
    }
}

#[expect(
    unsafe_code,
    reason = "between fork and exit only async-signal-safe calls are allowed"
)]
fn serve(line: i32) {
    let mut order = [0u8; 1];
    // SAFETY: read(2) and write(2) of a local buffer's exact size.
    unsafe {
        while libc::read(line, order.as_mut_ptr().cast(), 1) == 1 {
            let took = time_calls().to_ne_bytes();
            if libc::write(line, took.as_ptr().cast(), took.len()) < 0 {
                return;
            }
        }
    }
}

/// CPU time: a busy machine must not look like a slow kernel.
#[expect(
    unsafe_code,
    reason = "a bare system call, without the C library's caches"
)]
fn time_calls() -> u64 {
    let before = crate::cost::thread_cpu();
    for _ in 0..CALLS {
        // SAFETY: getppid(2) takes nothing and always succeeds.
        unsafe { libc::syscall(libc::SYS_getppid) };
    }
    crate::cost::thread_cpu() - before
}
