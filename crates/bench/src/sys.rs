//! The system calls that no safe wrapper offers.
#![expect(
    unsafe_code,
    reason = "wait4(2) and perf_event_open(2) have no safe wrapper in rustix or nix"
)]

use std::fs::File;
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::os::fd::{FromRawFd, OwnedFd};

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

/// Counts an event in the programs that this thread starts from now on, and in
/// what they start, once they have ended.
pub(crate) struct Counter(File);

/// `struct perf_event_attr` in its first version, 64 bytes
/// (include/uapi/linux/perf_event.h, PERF_ATTR_SIZE_VER0).
#[repr(C)]
#[derive(Default)]
pub(crate) struct EventAttr {
    /// Of the PERF_TYPE_ numbers.
    pub(crate) kind: u32,
    pub(crate) size: u32,
    /// What of that type.
    pub(crate) config: u64,
    /// Events from sample to sample; 0 only counts.
    pub(crate) sample_period: u64,
    /// What a sample holds: PERF_SAMPLE_ bits.
    pub(crate) sample_type: u64,
    pub(crate) read_format: u64,
    /// The bit field, from `disabled` on.
    pub(crate) flags: u64,
    pub(crate) wakeup: u32,
    pub(crate) breakpoint: u32,
    pub(crate) config1: u64,
}

/// Opens an event of this thread and of what it starts.
///
/// # Errors
/// What perf_event_open(2) says.
pub(crate) fn open_event(mut attr: EventAttr, cpu: Option<i32>) -> io::Result<OwnedFd> {
    /// PERF_FLAG_FD_CLOEXEC.
    const CLOEXEC: libc::c_ulong = 8;
    attr.size = size_of::<EventAttr>() as u32;
    // SAFETY: `attr` is valid for reads of the size it carries and lives through the
    // call; the rest are numbers: 0 is this thread, -1 any CPU, -1 no group.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            &raw const attr,
            0,
            cpu.unwrap_or(-1),
            -1,
            CLOEXEC,
        )
    };
    match i32::try_from(fd) {
        // SAFETY: the call has just opened it for us alone.
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Of the bit field in `perf_event_attr`: disabled, inherit, exclude_kernel,
/// exclude_hv, enable_on_exec. What runs before the exec is ours, and not
/// counted.
const FROM_EXEC_ON: u64 = 1 | 1 << 1 | 1 << 5 | 1 << 6 | 1 << 12;

/// PERF_TYPE_HARDWARE and PERF_COUNT_HW_INSTRUCTIONS.
const INSTRUCTIONS: (u32, u64) = (0, 1);

impl Counter {
    /// Instructions in user mode.
    ///
    /// # Errors
    /// ENOENT where the processor's counters cannot be reached, EACCES where
    /// this user may not (perf_event_open(2)).
    pub(crate) fn instructions() -> io::Result<Counter> {
        Counter::open(INSTRUCTIONS)
    }

    fn open((kind, config): (u32, u64)) -> io::Result<Counter> {
        let attr = EventAttr {
            kind,
            config,
            flags: FROM_EXEC_ON,
            ..EventAttr::default()
        };
        Ok(Counter(open_event(attr, None)?.into()))
    }

    /// The sum over everything that ended since.
    ///
    /// # Errors
    /// What read(2) says.
    pub(crate) fn read(&mut self) -> io::Result<u64> {
        let mut count = [0; 8];
        self.0.read_exact(&mut count)?;
        Ok(u64::from_ne_bytes(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// PERF_TYPE_SOFTWARE and PERF_COUNT_SW_TASK_CLOCK, which needs no
    /// processor's help: nanoseconds on a CPU.
    const TASK_CLOCK: (u32, u64) = (1, 1);

    #[test]
    fn a_counter_sees_the_programs_that_are_started_and_their_children() {
        let Ok(mut counter) = Counter::open(TASK_CLOCK) else {
            #[expect(clippy::print_stderr, reason = "a test says why it is skipped")]
            {
                eprintln!("skipped: perf_event_open(2) is not permitted here");
            }
            return;
        };
        let idle = counter.read().unwrap();
        let spin = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
        let status = Command::new("sh")
            .args(["-c", &format!("sh -c '{spin}'; :")])
            .status();
        assert!(status.unwrap().success());
        let busy = counter.read().unwrap();
        assert_eq!(idle, 0, "what we do ourselves is not counted");
        assert!(
            busy > 2_000_000,
            "{busy} ns for 20,000 turns of a shell's loop"
        );
    }
}
