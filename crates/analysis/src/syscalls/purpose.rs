//! What a system call was for.
//!
//! Decided from the call, its path or what its descriptor was opened for, and
//! the stage of the import system that the Python stack is in.

use keelback_trace::Call;
use syscalls::x86_64::Sysno;

use crate::model::stacks::ImportStage;
use crate::path_class::PathClass;

/// Purposes of system calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// The import system looks for a module: stats of files and directories.
    ImportLookup,
    /// A directory is listed.
    DirectoryScan,
    /// Compiled modules are read, or written.
    PycRead,
    /// Source files are read by the import system.
    SourceRead,
    /// Shared libraries are found and mapped.
    Loader,
    /// Locale and character set tables.
    Locale,
    /// Memory is mapped, unmapped, protected.
    Memory,
    /// Other files and pipes.
    FileIo,
    /// Sockets, and waiting for any of several descriptors.
    Network,
    /// Locks.
    Lock,
    /// Processes and threads.
    Process,
    /// Clocks and sleeps.
    Time,
    /// Signals.
    Signals,
    /// Terminals.
    Terminal,
    /// The interpreter finds itself before its first Python frame.
    InterpreterStart,
    /// Anything else.
    Other,
}

/// What a purpose is decided from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances<'a> {
    pub(crate) call: Call,
    /// The path argument; empty for none.
    pub(crate) path: &'a str,
    /// Its class.
    pub(crate) class: PathClass,
    /// What the descriptor in the first argument was opened for.
    pub(crate) fd: Option<Purpose>,
    /// Where in the import system the stack is.
    pub(crate) stage: Option<ImportStage>,
    /// Is it a Python's main thread before its first frame?
    pub(crate) starting: bool,
}

impl Purpose {
    /// Every purpose, in the order of their numbers.
    pub const ALL: [Purpose; 16] = [
        Purpose::ImportLookup,
        Purpose::DirectoryScan,
        Purpose::PycRead,
        Purpose::SourceRead,
        Purpose::Loader,
        Purpose::Locale,
        Purpose::Memory,
        Purpose::FileIo,
        Purpose::Network,
        Purpose::Lock,
        Purpose::Process,
        Purpose::Time,
        Purpose::Signals,
        Purpose::Terminal,
        Purpose::InterpreterStart,
        Purpose::Other,
    ];

    /// Its name in reports and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::ImportLookup => "import lookup",
            Purpose::DirectoryScan => "directory scan",
            Purpose::PycRead => ".pyc read",
            Purpose::SourceRead => "source read",
            Purpose::Loader => "loader",
            Purpose::Locale => "locale",
            Purpose::Memory => "memory",
            Purpose::FileIo => "file I/O",
            Purpose::Network => "network",
            Purpose::Lock => "lock",
            Purpose::Process => "process",
            Purpose::Time => "time",
            Purpose::Signals => "signals",
            Purpose::Terminal => "terminal",
            Purpose::InterpreterStart => "interpreter start",
            Purpose::Other => "other",
        }
    }

    /// The purpose of a call of which the number is all that is known.
    pub(crate) fn of_number(nr: u16) -> Purpose {
        let call = Call {
            nr,
            args: [u64::MAX; 3],
        };
        let blind = Circumstances {
            call,
            path: "",
            class: PathClass::NoPath,
            fd: None,
            stage: None,
            starting: false,
        };
        match Sysno::new(nr.into()).map(|sysno| family(sysno, &blind)) {
            Some(Family::Fixed(purpose)) => purpose,
            _ => Purpose::Other,
        }
    }

    /// The purpose of a call.
    pub(crate) fn of(it: &Circumstances<'_>) -> Purpose {
        let Some(sysno) = Sysno::new(it.call.nr.into()) else {
            return Purpose::Other;
        };
        match family(sysno, it) {
            Family::Path => of_path(it),
            Family::Descriptor => of_descriptor(sysno, it),
            Family::Fixed(Purpose::Memory) if it.stage == Some(ImportStage::Load) => {
                Purpose::Loader
            }
            Family::Fixed(purpose) => purpose,
            Family::Other if it.starting => Purpose::InterpreterStart,
            Family::Other => Purpose::Other,
        }
    }
}

enum Family {
    /// It names a file.
    Path,
    /// It uses an open descriptor.
    Descriptor,
    /// The call says it all.
    Fixed(Purpose),
    Other,
}

fn family(sysno: Sysno, it: &Circumstances<'_>) -> Family {
    use Sysno as S;
    match sysno {
        S::newfstatat | S::statx if it.path.is_empty() => Family::Descriptor,
        S::open | S::openat | S::openat2 | S::creat | S::stat | S::lstat => Family::Path,
        S::newfstatat | S::statx | S::access | S::faccessat | S::faccessat2 => Family::Path,
        S::readlink | S::readlinkat | S::getcwd | S::chdir | S::statfs => Family::Path,
        S::rename | S::renameat | S::renameat2 | S::unlink | S::unlinkat => Family::Path,
        S::mkdir | S::mkdirat | S::rmdir | S::chmod | S::fchmodat | S::utimensat => Family::Path,
        S::read | S::readv | S::pread64 | S::preadv | S::preadv2 => Family::Descriptor,
        S::write | S::writev | S::pwrite64 | S::pwritev | S::pwritev2 => Family::Descriptor,
        S::close | S::fstat | S::lseek | S::ioctl | S::fcntl | S::fadvise64 => Family::Descriptor,
        S::getdents | S::getdents64 | S::ftruncate | S::fsync | S::fdatasync => Family::Descriptor,
        S::dup | S::dup2 | S::dup3 | S::pipe | S::pipe2 | S::sendfile => Family::Descriptor,
        S::copy_file_range | S::splice | S::tee | S::close_range => Family::Descriptor,
        _ => fixed(sysno, it).map_or(Family::Other, Family::Fixed),
    }
}

fn fixed(sysno: Sysno, it: &Circumstances<'_>) -> Option<Purpose> {
    use Sysno as S;
    let purpose = match sysno {
        S::mmap | S::munmap | S::mremap | S::mprotect | S::madvise | S::brk => Purpose::Memory,
        S::msync | S::mlock | S::munlock | S::mincore | S::memfd_create => Purpose::Memory,
        S::futex | S::futex_waitv | S::flock | S::membarrier => Purpose::Lock,
        S::nanosleep | S::clock_nanosleep | S::clock_gettime | S::clock_getres => Purpose::Time,
        S::gettimeofday | S::time | S::timerfd_create | S::timerfd_settime => Purpose::Time,
        S::select | S::pselect6 if it.call.args[0] == 0 => Purpose::Time,
        S::poll | S::ppoll if it.call.args[1] == 0 => Purpose::Time,
        S::select | S::pselect6 | S::poll | S::ppoll => Purpose::Network,
        S::epoll_create1 | S::epoll_ctl | S::epoll_wait | S::epoll_pwait => Purpose::Network,
        S::socket | S::socketpair | S::connect | S::accept | S::accept4 => Purpose::Network,
        S::bind | S::listen | S::shutdown | S::getsockname | S::getpeername => Purpose::Network,
        S::setsockopt | S::getsockopt | S::sendto | S::recvfrom => Purpose::Network,
        S::sendmsg | S::recvmsg | S::sendmmsg | S::recvmmsg => Purpose::Network,
        S::rt_sigaction | S::rt_sigprocmask | S::rt_sigreturn => Purpose::Signals,
        S::rt_sigtimedwait | S::rt_sigsuspend | S::sigaltstack | S::pause => Purpose::Signals,
        S::kill | S::tkill | S::tgkill | S::signalfd4 => Purpose::Signals,
        S::fork | S::vfork | S::clone | S::clone3 | S::execve | S::execveat => Purpose::Process,
        S::wait4 | S::waitid | S::exit | S::exit_group | S::pidfd_open => Purpose::Process,
        S::getpid | S::getppid | S::gettid | S::setsid | S::setpgid => Purpose::Process,
        S::set_tid_address | S::set_robust_list | S::rseq | S::prctl => Purpose::Process,
        S::sched_yield | S::sched_getaffinity | S::sched_setaffinity => Purpose::Process,
        _ => return None,
    };
    Some(purpose)
}

fn of_path(it: &Circumstances<'_>) -> Purpose {
    match (it.class, it.stage) {
        (_, Some(ImportStage::Scan)) => Purpose::DirectoryScan,
        (_, Some(ImportStage::Lookup)) => Purpose::ImportLookup,
        (PathClass::Locale, _) => Purpose::Locale,
        (PathClass::SharedLibrary, _) | (_, Some(ImportStage::Load)) => Purpose::Loader,
        _ if is_pyc(it.path) => Purpose::PycRead,
        (_, Some(ImportStage::Read)) => Purpose::SourceRead,
        _ if it.starting => Purpose::InterpreterStart,
        (PathClass::Config, _) => Purpose::InterpreterStart,
        _ if opens_directory(it.call) => Purpose::DirectoryScan,
        _ => Purpose::FileIo,
    }
}

/// `x.pyc`, the name it has while it is written, and its directory.
fn is_pyc(path: &str) -> bool {
    path.ends_with(".pyc") || path.contains(".pyc.") || path.ends_with("/__pycache__")
}

/// openat(2) with `O_DIRECTORY` (x86-64: 0o200000).
fn opens_directory(call: Call) -> bool {
    const O_DIRECTORY: u64 = 0o200_000;
    call.nr == Sysno::openat as u16 && call.args[2] & O_DIRECTORY != 0
}

fn of_descriptor(sysno: Sysno, it: &Circumstances<'_>) -> Purpose {
    let listing = matches!(sysno, Sysno::getdents | Sysno::getdents64);
    match it.stage {
        _ if listing => Purpose::DirectoryScan,
        _ if it.fd.is_some() => it.fd.unwrap_or(Purpose::FileIo),
        Some(ImportStage::Read) => Purpose::PycRead,
        Some(ImportStage::Load) => Purpose::Loader,
        _ if sysno == Sysno::ioctl && is_terminal_request(it.call.args[1]) => Purpose::Terminal,
        _ if it.starting => Purpose::InterpreterStart,
        _ => Purpose::FileIo,
    }
}

/// Requests with type `T` (asm-generic/ioctls.h): `TCGETS`, `TIOCGWINSZ` ...
fn is_terminal_request(request: u64) -> bool {
    request >> 8 == 0x54
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sysno: Sysno, path: &str, stage: Option<ImportStage>) -> Purpose {
        Purpose::of(&Circumstances {
            call: Call {
                nr: sysno as u16,
                args: [3, 0, 0],
            },
            path,
            class: PathClass::of(path),
            fd: None,
            stage,
            starting: false,
        })
    }

    #[test]
    fn the_import_system_says_what_a_stat_is_for() {
        let path = "/usr/lib/python3.11/json";
        assert_eq!(told(Sysno::stat, path, None), Purpose::FileIo);
        assert_eq!(
            told(Sysno::stat, path, Some(ImportStage::Lookup)),
            Purpose::ImportLookup
        );
        let extension = "/x/site-packages/_m.cpython-311-x86_64-linux-gnu.so";
        assert_eq!(
            told(Sysno::newfstatat, extension, Some(ImportStage::Lookup)),
            Purpose::ImportLookup
        );
        assert_eq!(
            told(Sysno::openat, extension, Some(ImportStage::Load)),
            Purpose::Loader
        );
    }

    #[test]
    fn a_descriptor_keeps_the_purpose_it_was_opened_for() {
        let mut it = Circumstances {
            call: Call {
                nr: Sysno::ioctl as u16,
                args: [3, 0x5401, 0],
            },
            path: "",
            class: PathClass::NoPath,
            fd: Some(Purpose::PycRead),
            stage: None,
            starting: false,
        };
        assert_eq!(Purpose::of(&it), Purpose::PycRead);
        it.fd = None;
        assert_eq!(Purpose::of(&it), Purpose::Terminal);
    }

    #[test]
    fn numbers_are_positions() {
        for (position, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!(purpose as usize, position);
        }
    }
}
