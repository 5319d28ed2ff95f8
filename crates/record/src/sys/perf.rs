//! perf_event_open(2).

use std::io;
use std::mem::size_of;
use std::os::fd::{FromRawFd, OwnedFd};

/// `struct perf_event_attr`, fourth published size (`PERF_ATTR_SIZE_VER3`,
/// linux/perf_event.h).
#[repr(C)]
#[derive(Debug, Default)]
pub(super) struct Attr {
    pub(super) kind: u32,
    pub(super) size: u32,
    pub(super) config: u64,
    pub(super) sample_period: u64,
    pub(super) sample_type: u64,
    pub(super) read_format: u64,
    pub(super) flags: u64,
    pub(super) wakeup: u32,
    pub(super) breakpoint_type: u32,
    /// `config1`; of a uprobe the path's address.
    pub(super) config1: u64,
    /// `config2`; of a uprobe the offset in the file.
    pub(super) config2: u64,
    pub(super) branch_sample_type: u64,
    pub(super) sample_regs_user: u64,
    pub(super) sample_stack_user: u32,
    pub(super) clock: i32,
}

/// `PERF_TYPE_SOFTWARE`.
pub(super) const SOFTWARE: u32 = 1;
const PERF_FLAG_FD_CLOEXEC: u64 = 8;

/// Whose event it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    /// Of everybody on this CPU.
    Cpu(i32),
    /// Of this thread, on any CPU.
    Thread(u32),
}

/// Makes an event.
#[expect(unsafe_code, reason = "perf_event_open(2), and owning what it makes")]
pub(super) fn open(attr: &Attr, of: Of) -> io::Result<OwnedFd> {
    let attr = Attr {
        size: size_of::<Attr>() as u32,
        ..*attr
    };
    let (pid, cpu) = match of {
        Of::Cpu(cpu) => (-1, cpu),
        Of::Thread(tid) => (tid.cast_signed(), -1),
    };
    // SAFETY: `attr` lives through the call and states its own size; the path
    // that it may point to is its maker's to keep.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            &raw const attr,
            pid,
            cpu,
            -1,
            PERF_FLAG_FD_CLOEXEC,
        )
    };
    match fd {
        ..0 => Err(io::Error::last_os_error()),
        // SAFETY: the kernel has just made this descriptor for this call alone.
        fd => Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) }),
    }
}
