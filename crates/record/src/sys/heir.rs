//! A process that closes what takes long to close.
//!
//! The last close of a uprobe waits until no CPU can be in it any more
//! (kernel/events/uprobes.c: `uprobe_unregister_sync`), one probe after the
//! other: tenths of a second each. Nobody needs to wait for that but the one
//! who holds the last copy of the descriptor.

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

/// Holds copies of descriptors until it is dropped, and then closes them in its
/// own time. Drop it when the caller's own copies are closed.
#[derive(Debug)]
pub(crate) struct Heir {
    /// The heir waits for its end.
    _line: OwnedFd,
}

impl Heir {
    /// Leaves copies of these descriptors, and no others, to a process that is
    /// no child of this one and hears no signals.
    ///
    /// # Errors
    ///
    /// Those of pipe2(2), fork(2) and waitpid(2).
    pub(crate) fn of(mut fds: Vec<RawFd>) -> io::Result<Heir> {
        let (theirs, ours) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        fds.push(theirs.as_raw_fd());
        fds.sort_unstable();
        let between = fork(&fds, theirs.as_raw_fd())?;
        reap(between)?;
        Ok(Heir { _line: ours })
    }
}

/// This process's links to perf events, which uprobes are (bpf(2),
/// `BPF_LINK_CREATE`; kernel/bpf/syscall.c: `bpf_link_show_fdinfo`).
pub(crate) fn perf_links() -> Vec<RawFd> {
    let entries = fs::read_dir("/proc/self/fdinfo").into_iter().flatten();
    let is_one = |told: String| told.lines().any(|line| line == "link_type:\tperf");
    entries
        .flatten()
        .filter(|entry| fs::read_to_string(entry.path()).is_ok_and(is_one))
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

/// The process in between leaves at once, so that nobody has to reap the heir.
#[expect(unsafe_code, reason = "fork(2) and _exit(2)")]
fn fork(fds: &[RawFd], line: RawFd) -> io::Result<libc::pid_t> {
    // SAFETY: the children make async-signal-safe calls only and never return.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            // SAFETY: the same.
            let heir = unsafe { libc::fork() } == 0;
            if heir {
                live(fds, line);
            }
            // SAFETY: leaves at once, without the parent's exit handlers.
            unsafe { libc::_exit(0) }
        }
        pid => Ok(pid),
    }
}

#[expect(unsafe_code, reason = "waitpid(2) of our own fork")]
fn reap(pid: libc::pid_t) -> io::Result<()> {
    loop {
        // SAFETY: no status is asked for.
        if unsafe { libc::waitpid(pid, std::ptr::null_mut(), 0) } == pid {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// `fds` are sorted and hold `line`.
#[expect(unsafe_code, reason = "descriptors and signals of a forked child")]
fn live(fds: &[RawFd], line: RawFd) -> ! {
    // SAFETY: async-signal-safe calls on this process's own copies, whose Rust
    // owners are never dropped here, because it leaves by _exit. Zeroes are a
    // valid signal set, and prctl(2) reads a static C string.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
        libc::prctl(libc::PR_SET_NAME, c"keelback-closer".as_ptr());
        close_others(fds);
        let mut byte = 0_u8;
        while libc::read(line, (&raw mut byte).cast(), 1) > 0 {}
        // What was opened last goes first: sampling before the probes.
        for fd in fds.iter().rev() {
            libc::close(*fd);
        }
        libc::_exit(0)
    }
}

/// Whoever waits for the end of a pipe must not wait for this process.
#[expect(unsafe_code, reason = "close_range(2)")]
fn close_others(fds: &[RawFd]) {
    let mut from = 0;
    for fd in fds.iter().map(|fd| fd.cast_unsigned()) {
        if from < fd {
            // SAFETY: see `live`.
            unsafe { libc::close_range(from, fd - 1, 0) };
        }
        from = fd + 1;
    }
    // SAFETY: see `live`.
    unsafe { libc::close_range(from, u32::MAX, 0) };
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::pipe::{PipeFlags, pipe_with};

    use super::*;

    fn ended(reader: &OwnedFd, patience: Duration) -> bool {
        let mut fds = [PollFd::new(reader, PollFlags::IN)];
        let patience = Timespec::try_from(patience).unwrap();
        poll(&mut fds, Some(&patience)).unwrap() == 1
    }

    #[test]
    fn what_is_left_is_closed_when_the_owner_says_so() {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).unwrap();
        let (other_reader, other) = pipe_with(PipeFlags::CLOEXEC).unwrap();
        let heir = Heir::of(vec![writer.as_raw_fd()]).unwrap();
        drop((writer, other));
        assert!(
            ended(&other_reader, Duration::from_secs(60)),
            "it kept more"
        );
        assert!(
            !ended(&reader, Duration::from_millis(20)),
            "it kept nothing"
        );
        drop(heir);
        assert!(ended(&reader, Duration::from_secs(60)), "it stays");
    }
}
