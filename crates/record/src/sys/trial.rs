//! Things that are made only to see whether the kernel lets them be made.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

use super::perf::{self, Of};
use super::switch_ring::SwitchRing;
use super::{ptrace, watched};

/// `linux/bpf.h`: commands and types.
const BPF_MAP_CREATE: i64 = 0;
const BPF_PROG_LOAD: i64 = 5;
const BPF_MAP_TYPE_RINGBUF: u32 = 27;
const BPF_PROG_TYPE_RAW_TRACEPOINT: u32 = 17;

/// `r0 = 0; exit`, each eight bytes: opcode, registers, offset, immediate.
const RETURN_ZERO: [u64; 2] = [0xb7, 0x95];

/// The head of `union bpf_attr` for `BPF_MAP_CREATE`; the kernel takes what
/// is left out as zero.
#[repr(C)]
struct MapCreate {
    map_type: u32,
    key_size: u32,
    value_size: u32,
    max_entries: u32,
}

/// The head of `union bpf_attr` for `BPF_PROG_LOAD`.
#[repr(C)]
struct ProgLoad {
    prog_type: u32,
    insn_cnt: u32,
    insns: u64,
    license: u64,
}

/// A ring buffer of one page.
pub(crate) fn ring_buffer() -> io::Result<()> {
    bpf(
        BPF_MAP_CREATE,
        &MapCreate {
            map_type: BPF_MAP_TYPE_RINGBUF,
            key_size: 0,
            value_size: 0,
            max_entries: rustix::param::page_size() as u32,
        },
    )
}

/// The smallest program of a kind that traces.
pub(crate) fn program() -> io::Result<()> {
    bpf(
        BPF_PROG_LOAD,
        &ProgLoad {
            prog_type: BPF_PROG_TYPE_RAW_TRACEPOINT,
            insn_cnt: RETURN_ZERO.len() as u32,
            insns: RETURN_ZERO.as_ptr() as u64,
            license: c"GPL".as_ptr() as u64,
        },
    )
}

/// A CPU clock on the first CPU, for all processes.
pub(crate) fn cpu_clock() -> io::Result<()> {
    const DISABLED: u64 = 1;
    let attr = perf::Attr {
        kind: perf::SOFTWARE,
        sample_period: 1_000_000,
        flags: DISABLED,
        ..perf::Attr::default()
    };
    perf::open(&attr, Of::Cpu(first_cpu())).map(drop)
}

/// A uprobe, for all processes. The kernel asks for the right before it looks
/// for the file (`perf_uprobe_event_init`), so a file that cannot exist answers
/// the question and puts a probe nowhere.
pub(crate) fn uprobe(kind: u32) -> io::Result<()> {
    let attr = perf::Attr {
        kind,
        config1: c"/dev/null/nothing".as_ptr() as u64,
        ..perf::Attr::default()
    };
    match perf::open(&attr, Of::Cpu(first_cpu())) {
        Err(error) if error.raw_os_error() == Some(libc::ENOTDIR) => Ok(()),
        other => other.map(drop),
    }
}

/// Notes on this thread's switches, as a user may take them of own threads.
pub(crate) fn switches() -> io::Result<()> {
    SwitchRing::of(0).map(drop)
}

/// CPU 0 may be offline or outside this process's set.
fn first_cpu() -> i32 {
    let set = rustix::thread::sched_getaffinity(None).ok();
    let first = set.and_then(|set| (0..1024).find(|cpu| set.is_set(*cpu)));
    first.and_then(|cpu| i32::try_from(cpu).ok()).unwrap_or(0)
}

#[expect(unsafe_code, reason = "bpf(2)")]
fn bpf<T>(command: i64, attr: &T) -> io::Result<()> {
    // SAFETY: `attr` is plain data of the size that is passed along, and what
    // it points to is static.
    let fd = unsafe { libc::syscall(libc::SYS_bpf, command, attr, size_of::<T>()) };
    close(fd)
}

/// It exists, so it may be made; that was the question.
#[expect(unsafe_code, reason = "owning a new descriptor")]
fn close(fd: i64) -> io::Result<()> {
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just made this descriptor for this call alone.
    drop(unsafe { OwnedFd::from_raw_fd(fd as i32) });
    Ok(())
}

/// What a filter costs the one who installs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filtering {
    /// Nothing.
    Plain,
    /// `no_new_privs`: the privileges of setuid programs.
    Forgoing,
}

/// A child that is traced.
pub(crate) fn tracing() -> io::Result<()> {
    let child = child(|| {
        loop {
            // SAFETY: waits for the signal that ends this child.
            #[expect(unsafe_code, reason = "pause(2)")]
            unsafe {
                libc::pause()
            };
        }
    })?;
    let traced = ptrace::seize(child.cast_unsigned());
    #[expect(unsafe_code, reason = "kill(2)")]
    // SAFETY: our own child, which nobody has waited for.
    unsafe {
        libc::kill(child, libc::SIGKILL)
    };
    end_of(child).and(traced)
}

/// A child that filters its own calls, with a filter that lets all pass.
pub(crate) fn filtering() -> io::Result<Filtering> {
    let child = child(|| match watched::try_filter() {
        Ok(Filtering::Plain) => 0,
        Ok(Filtering::Forgoing) => 1,
        Err(errno) => errno.clamp(2, 255),
    })?;
    match end_of(child)? {
        0 => Ok(Filtering::Plain),
        1 => Ok(Filtering::Forgoing),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

/// Forks a child that ends with the code `work` returns. It may make
/// async-signal-safe calls only (fork(2)).
#[expect(unsafe_code, reason = "fork(2)")]
fn child(work: impl FnOnce() -> i32) -> io::Result<i32> {
    // SAFETY: both callers' children make system calls and nothing else.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        // SAFETY: leaves without the parent's exit handlers.
        0 => unsafe { libc::_exit(work()) },
        pid => Ok(pid),
    }
}

/// The exit code of a child; 0 when a signal ended it.
#[expect(unsafe_code, reason = "waitpid(2)")]
fn end_of(child: i32) -> io::Result<i32> {
    let mut status = 0;
    loop {
        // SAFETY: `status` is valid for writing.
        match unsafe { libc::waitpid(child, &raw mut status, 0) } {
            -1 if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
            -1 => return Err(io::Error::last_os_error()),
            // A tracer hears of stops, too: the last one is at its exit.
            _ if libc::WIFSTOPPED(status) => {
                let _ = ptrace::resume(child.cast_unsigned(), ptrace::Until::Event, 0);
            }
            _ => return Ok(libc::WEXITSTATUS(status)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_ends_with_its_answer() {
        let child = child(|| 7).expect("room for a process");
        assert_eq!(end_of(child).expect("our own"), 7);
    }
}
