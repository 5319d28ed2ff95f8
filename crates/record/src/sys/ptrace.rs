//! ptrace(2) and waitpid(2), one function a request.
//!
//! Signals are plain numbers here: a tracer meets all 64, real-time ones too.

use std::io;
use std::mem::size_of;

/// What is asked for when a thread is taken up. `PTRACE_O_EXITKILL` is not
/// among it: the program must survive its recorder.
const OPTIONS: libc::c_int = libc::PTRACE_O_TRACESYSGOOD
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACEVFORKDONE
    | libc::PTRACE_O_TRACEEXEC
    | libc::PTRACE_O_TRACEEXIT
    | libc::PTRACE_O_TRACESECCOMP;

/// `__WNOTHREAD`: children and tracees of this very thread only.
const WAIT_FLAGS: libc::c_int = libc::__WALL | libc::__WNOTHREAD;

/// How far a stopped thread may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// The next event, signal or filtered call.
    Event,
    /// The same, or where a system call begins or ends.
    Call,
}

/// Where in a system call a thread stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallStop {
    /// It is about to make a call, with this stack pointer; `by` is what the
    /// filter says that stopped it (`SECCOMP_RET_DATA`), if one did.
    Entry {
        nr: u64,
        args: [u64; 6],
        stack: u64,
        by: Option<u16>,
    },
    /// A call ended; `-errno` on failure.
    Exit { ret: i64 },
    /// In no 64-bit call.
    Other,
}

/// `struct ptrace_syscall_info` (linux/ptrace.h), its largest case.
#[repr(C)]
#[derive(Default)]
struct SyscallInfo {
    op: u8,
    pad: [u8; 3],
    arch: u32,
    instruction_pointer: u64,
    stack_pointer: u64,
    words: [u64; 8],
}

const AUDIT_ARCH_X86_64: u32 = 0xc000_003e;

/// Takes a thread up without stopping it.
pub(crate) fn seize(tid: u32) -> io::Result<()> {
    request(libc::PTRACE_SEIZE, tid, 0, OPTIONS as usize).map(drop)
}

/// Has a running thread stop soon.
pub(crate) fn interrupt(tid: u32) -> io::Result<()> {
    request(libc::PTRACE_INTERRUPT, tid, 0, 0).map(drop)
}

/// Lets a stopped thread run and gives it this signal, if not 0.
pub(crate) fn resume(tid: u32, until: Until, signal: i32) -> io::Result<()> {
    let how = match until {
        Until::Event => libc::PTRACE_CONT,
        Until::Call => libc::PTRACE_SYSCALL,
    };
    request(how, tid, 0, signal as usize).map(drop)
}

/// Leaves a thread in its group-stop, but hears of its end.
pub(crate) fn listen(tid: u32) -> io::Result<()> {
    request(libc::PTRACE_LISTEN, tid, 0, 0).map(drop)
}

/// What came with the event: a tid, an exit status, a filter's number.
pub(crate) fn event_message(tid: u32) -> io::Result<u64> {
    let mut message: libc::c_ulong = 0;
    request(libc::PTRACE_GETEVENTMSG, tid, 0, &raw mut message as usize)?;
    Ok(message)
}

/// Where in which call a stopped thread is.
pub(crate) fn call_stop(tid: u32) -> io::Result<CallStop> {
    let mut info = SyscallInfo::default();
    request(
        libc::PTRACE_GET_SYSCALL_INFO,
        tid,
        size_of::<SyscallInfo>(),
        &raw mut info as usize,
    )?;
    let [first, args @ .., data] = info.words;
    let by = (info.op == libc::PTRACE_SYSCALL_INFO_SECCOMP).then_some(data as u16);
    Ok(match info.op {
        _ if info.arch != AUDIT_ARCH_X86_64 => CallStop::Other,
        libc::PTRACE_SYSCALL_INFO_ENTRY | libc::PTRACE_SYSCALL_INFO_SECCOMP => {
            let stack = info.stack_pointer;
            CallStop::Entry {
                nr: first,
                args,
                stack,
                by,
            }
        }
        libc::PTRACE_SYSCALL_INFO_EXIT => CallStop::Exit {
            ret: first.cast_signed(),
        },
        _ => CallStop::Other,
    })
}

/// Has a thread that stopped at a call not make it. It gets ENOSYS, which the
/// kernel has put there (arch/x86/entry/entry_64.S: entry_SYSCALL_64).
pub(crate) fn skip_call(tid: u32) -> io::Result<()> {
    let place = std::mem::offset_of!(libc::user_regs_struct, orig_rax);
    request(libc::PTRACE_POKEUSER, tid, place, usize::MAX).map(drop)
}

/// The base of a stopped thread's fs segment: its `pthread_self()`.
#[expect(unsafe_code, reason = "a C struct to be filled by the kernel")]
pub(crate) fn fs_base(tid: u32) -> io::Result<u64> {
    // SAFETY: zeroes are a valid `user_regs_struct`.
    let mut registers: libc::user_regs_struct = unsafe { std::mem::zeroed() };
    request(libc::PTRACE_GETREGS, tid, 0, &raw mut registers as usize)?;
    Ok(registers.fs_base)
}

/// Does a thread belong to this process? tgkill(2) with signal 0 only asks.
#[expect(unsafe_code, reason = "tgkill(2)")]
pub(crate) fn is_thread_of(tid: u32, tgid: u32) -> bool {
    // SAFETY: takes numbers and sends nothing.
    unsafe { libc::syscall(libc::SYS_tgkill, tgid, tid, 0) == 0 }
}

/// Waits for any tracee: its tid and status. An alarm interrupts it (EINTR).
#[expect(unsafe_code, reason = "waitpid(2)")]
pub(crate) fn wait() -> io::Result<(u32, i32)> {
    let mut status = 0;
    // SAFETY: `status` is valid for writing.
    match unsafe { libc::waitpid(-1, &raw mut status, WAIT_FLAGS) } {
        -1 => Err(io::Error::last_os_error()),
        tid => Ok((tid.cast_unsigned(), status)),
    }
}

#[expect(unsafe_code, reason = "ptrace(2)")]
fn request(what: libc::c_uint, tid: u32, address: usize, data: usize) -> io::Result<i64> {
    // SAFETY: every caller passes what its request is documented to take; those
    // that have the kernel write pass the address of a live local of that type.
    match unsafe { libc::ptrace(what, tid, address, data) } {
        -1 => Err(io::Error::last_os_error()),
        value => Ok(value),
    }
}
