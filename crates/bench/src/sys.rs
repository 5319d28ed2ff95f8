//! The one system call that no safe wrapper offers.
#![expect(unsafe_code, reason = "wait4(2) has no safe wrapper in rustix or nix")]

use std::io;
use std::mem::MaybeUninit;

/// What a process and the children it waited for used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// CPU time in user mode, nanoseconds.
    pub(crate) user_ns: u64,
    /// CPU time in the kernel, nanoseconds.
    pub(crate) system_ns: u64,
    /// Page faults served without I/O.
    pub(crate) minor_faults: u64,
    /// Page faults that waited for I/O.
    pub(crate) major_faults: u64,
    /// Context switches because it waited.
    pub(crate) voluntary_switches: u64,
    /// Context switches because others were due.
    pub(crate) involuntary_switches: u64,
    /// Largest resident set of any one of them, bytes.
    pub(crate) max_rss_bytes: u64,
}

/// Reaps the child `pid`; gives its `wait(2)` status and what it used.
///
/// # Errors
/// What wait4(2) says: there is no such child.
pub(crate) fn wait4(pid: u32) -> io::Result<(i32, Usage)> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    loop {
        // SAFETY: both pointers are valid for writes for the length of the
        // call, and `pid` names at most a child of ours.
        let reaped =
            unsafe { libc::wait4(pid.cast_signed(), &raw mut status, 0, usage.as_mut_ptr()) };
        if reaped >= 0 {
            break;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    // SAFETY: all zeroes is a valid rusage, and wait4 has filled it.
    Ok((status, Usage::from(unsafe { usage.assume_init() })))
}

impl From<libc::rusage> for Usage {
    fn from(raw: libc::rusage) -> Self {
        Usage {
            user_ns: nanoseconds(raw.ru_utime),
            system_ns: nanoseconds(raw.ru_stime),
            minor_faults: raw.ru_minflt.cast_unsigned(),
            major_faults: raw.ru_majflt.cast_unsigned(),
            voluntary_switches: raw.ru_nvcsw.cast_unsigned(),
            involuntary_switches: raw.ru_nivcsw.cast_unsigned(),
            // getrusage(2): ru_maxrss is in kilobytes.
            max_rss_bytes: raw.ru_maxrss.cast_unsigned() * 1024,
        }
    }
}

fn nanoseconds(time: libc::timeval) -> u64 {
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_usec.cast_unsigned() * 1_000
}
