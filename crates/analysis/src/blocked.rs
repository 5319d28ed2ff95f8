//! What a thread that sleeps outside futex(2) is waiting for.

use keelback_trace::{Call, OffState};
use syscalls::x86_64::Sysno;

/// Kinds of sleep, told by the system call and the state the kernel gave the
/// thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blocked {
    /// `time.sleep`: a sleep call, or select/poll on nothing.
    Sleep,
    /// Reading a pipe, a terminal, a file that waits for a writer.
    Read,
    /// Writing to a full pipe or a slow terminal.
    Write,
    /// Socket calls.
    Socket,
    /// poll, select, epoll: waiting for any of several.
    Poll,
    /// Waiting for a child process.
    Child,
    /// Starting a process: `vfork` waits until the child's exec.
    Spawn,
    /// Uninterruptible in a call on files: the disk, or a file system's lock.
    Disk,
    /// Uninterruptible in a memory call: the address space's lock.
    Memory,
    /// Asleep with no call: a page that had to be fetched.
    PageFault,
    /// Waiting for a signal.
    Signal,
    /// flock and friends.
    FileLock,
    /// io_uring.
    Ring,
    /// Some other call.
    Other,
    /// It slept when the recording began, so nobody saw in what.
    BeforeAttach,
}

impl Blocked {
    /// Every kind, in the order in which reports list them.
    pub const ALL: [Blocked; 15] = [
        Blocked::Sleep,
        Blocked::Read,
        Blocked::Write,
        Blocked::Socket,
        Blocked::Poll,
        Blocked::Child,
        Blocked::Spawn,
        Blocked::Disk,
        Blocked::Memory,
        Blocked::PageFault,
        Blocked::Signal,
        Blocked::FileLock,
        Blocked::Ring,
        Blocked::Other,
        Blocked::BeforeAttach,
    ];

    /// The kind of a sleep in `call`; never asked about futex(2).
    pub fn of(call: Call, state: OffState) -> Blocked {
        let Some(sysno) = Sysno::new(call.nr.into()).filter(|_| call.is_some()) else {
            return without_call(state);
        };
        let kind = by_call(sysno, call.args);
        match (kind, state) {
            (Blocked::Read | Blocked::Write | Blocked::Other, OffState::Uninterruptible) => {
                uninterruptible(sysno)
            }
            _ => kind,
        }
    }

    /// What reports call it.
    pub fn label(self) -> &'static str {
        match self {
            Blocked::Sleep => "sleeping",
            Blocked::Read => "reading a pipe, file or terminal",
            Blocked::Write => "writing a pipe, file or terminal",
            Blocked::Socket => "in a socket call",
            Blocked::Poll => "in poll, select or epoll",
            Blocked::Child => "waiting for a child process",
            Blocked::Spawn => "starting a process",
            Blocked::Disk => "disk I/O",
            Blocked::Memory => "address space lock",
            Blocked::PageFault => "page fault",
            Blocked::Signal => "waiting for a signal",
            Blocked::FileLock => "file lock",
            Blocked::Ring => "io_uring",
            Blocked::Other => "blocked in another call",
            Blocked::BeforeAttach => "asleep since before the recording",
        }
    }

    /// Its key in `--json`; stable.
    pub fn key(self) -> &'static str {
        match self {
            Blocked::Sleep => "blocked.sleep",
            Blocked::Read => "blocked.read",
            Blocked::Write => "blocked.write",
            Blocked::Socket => "blocked.socket",
            Blocked::Poll => "blocked.poll",
            Blocked::Child => "blocked.child",
            Blocked::Spawn => "blocked.spawn",
            Blocked::Disk => "blocked.disk",
            Blocked::Memory => "blocked.memory",
            Blocked::PageFault => "blocked.page_fault",
            Blocked::Signal => "blocked.signal",
            Blocked::FileLock => "blocked.file_lock",
            Blocked::Ring => "blocked.io_uring",
            Blocked::Other => "blocked.other",
            Blocked::BeforeAttach => "blocked.before_attach",
        }
    }
}

fn without_call(state: OffState) -> Blocked {
    match state {
        OffState::Uninterruptible => Blocked::PageFault,
        _ => Blocked::Other,
    }
}

fn by_call(sysno: Sysno, args: [u64; 3]) -> Blocked {
    use Sysno as S;
    match sysno {
        S::nanosleep | S::clock_nanosleep => Blocked::Sleep,
        // `time.sleep` before Python 3.11 is select(0, NULL, NULL, NULL, t)
        // (Modules/timemodule.c: pysleep).
        S::select | S::pselect6 if args[0] == 0 => Blocked::Sleep,
        S::poll | S::ppoll if args[1] == 0 => Blocked::Sleep,
        S::select | S::pselect6 | S::poll | S::ppoll => Blocked::Poll,
        S::epoll_wait | S::epoll_pwait | S::epoll_pwait2 => Blocked::Poll,
        S::read | S::readv | S::pread64 | S::preadv | S::preadv2 => Blocked::Read,
        S::write | S::writev | S::pwrite64 | S::pwritev | S::pwritev2 => Blocked::Write,
        S::sendfile | S::splice | S::tee | S::vmsplice | S::copy_file_range => Blocked::Write,
        S::recvfrom | S::recvmsg | S::recvmmsg | S::sendto | S::sendmsg | S::sendmmsg => {
            Blocked::Socket
        }
        S::connect | S::accept | S::accept4 | S::shutdown => Blocked::Socket,
        S::wait4 | S::waitid => Blocked::Child,
        S::fork | S::vfork | S::clone | S::clone3 | S::execve | S::execveat => Blocked::Spawn,
        S::rt_sigtimedwait | S::rt_sigsuspend | S::pause => Blocked::Signal,
        S::flock | S::fcntl => Blocked::FileLock,
        S::io_uring_enter | S::io_getevents | S::io_pgetevents => Blocked::Ring,
        S::mmap | S::munmap | S::mremap | S::mprotect | S::madvise | S::brk => Blocked::Memory,
        _ => Blocked::Other,
    }
}

/// Which calls reach a disk when they sleep in `TASK_UNINTERRUPTIBLE`. Others
/// wait for something inside the kernel, such as an RCU grace period.
fn uninterruptible(sysno: Sysno) -> Blocked {
    use Sysno as S;
    match sysno {
        S::read | S::readv | S::pread64 | S::preadv | S::preadv2 => Blocked::Disk,
        S::write | S::writev | S::pwrite64 | S::pwritev | S::pwritev2 => Blocked::Disk,
        S::sendfile | S::splice | S::copy_file_range => Blocked::Disk,
        S::open | S::openat | S::openat2 | S::creat | S::close => Blocked::Disk,
        S::stat | S::lstat | S::fstat | S::newfstatat | S::statx => Blocked::Disk,
        S::access | S::faccessat | S::faccessat2 | S::readlink | S::readlinkat => Blocked::Disk,
        S::getdents | S::getdents64 | S::rename | S::renameat | S::renameat2 => Blocked::Disk,
        S::mkdir | S::mkdirat | S::rmdir | S::unlink | S::unlinkat => Blocked::Disk,
        S::link | S::linkat | S::symlink | S::symlinkat => Blocked::Disk,
        S::truncate | S::ftruncate | S::fallocate => Blocked::Disk,
        S::fsync | S::fdatasync | S::sync | S::syncfs | S::sync_file_range => Blocked::Disk,
        S::msync => Blocked::Disk,
        _ => Blocked::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeping(sysno: Sysno, args: [u64; 3]) -> Blocked {
        Blocked::of(call(sysno, args), OffState::Sleeping)
    }

    fn call(sysno: Sysno, args: [u64; 3]) -> Call {
        Call {
            nr: sysno as u16,
            args,
        }
    }

    #[test]
    fn select_on_nothing_is_a_sleep() {
        assert_eq!(sleeping(Sysno::pselect6, [0; 3]), Blocked::Sleep);
        assert_eq!(sleeping(Sysno::pselect6, [4, 0, 0]), Blocked::Poll);
        assert_eq!(sleeping(Sysno::poll, [0x7000, 0, 100]), Blocked::Sleep);
    }

    #[test]
    fn the_state_tells_a_disk_from_a_pipe() {
        let read = call(Sysno::read, [3, 0, 0]);
        assert_eq!(Blocked::of(read, OffState::Sleeping), Blocked::Read);
        assert_eq!(Blocked::of(read, OffState::Uninterruptible), Blocked::Disk);
    }

    #[test]
    fn vfork_sleeps_uninterruptibly_but_is_no_disk() {
        let vfork = call(Sysno::vfork, [0; 3]);
        assert_eq!(
            Blocked::of(vfork, OffState::Uninterruptible),
            Blocked::Spawn
        );
    }

    #[test]
    fn no_call_is_a_page_fault() {
        assert_eq!(
            Blocked::of(Call::NONE, OffState::Uninterruptible),
            Blocked::PageFault
        );
        assert_eq!(Blocked::of(Call::NONE, OffState::Sleeping), Blocked::Other);
    }
}
