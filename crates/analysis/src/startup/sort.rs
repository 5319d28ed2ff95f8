//! The rules by which a call of a start-up gets its purpose.
//!
//! They look at the call, its path, its result, and what its descriptor was
//! opened for, so that `strace -f` output can be sorted by the same rules. The
//! Python stack decides one thing only: who lists a directory.

use keelback_trace::Call;
use syscalls::x86_64::Sysno;

use super::StartPurpose as P;
use crate::ended_call::EndedCall;
use crate::path_class::PathClass;

/// What a purpose is decided from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made<'a> {
    pub(super) call: Call,
    pub(super) ret: i64,
    /// The path argument; empty for none.
    pub(super) path: &'a str,
    /// What the descriptor in the first argument was opened for.
    pub(super) fd: Option<P>,
    /// What the library that is being loaded was opened for, if any is.
    pub(super) loading: Option<P>,
    /// Does the import system look for a module?
    pub(super) finding: bool,
    /// Has the import system looked here before?
    pub(super) searched: bool,
    /// Is `site` at work?
    pub(super) site: bool,
    /// The program that runs.
    pub(super) exe: &'a str,
}

/// openat(2), x86-64.
const O_DIRECTORY: u64 = 0o200_000;
/// mprotect(2).
const PROT_WRITE: u64 = 2;
const PROT_READ: u64 = 1;

/// The purpose of a call.
pub(super) fn sort(it: &Made<'_>) -> P {
    use Sysno as S;
    let Some(sysno) = Sysno::new(it.call.nr.into()) else {
        return P::Other;
    };
    match sysno {
        S::execve | S::execveat => P::Exec,
        S::readlink | S::readlinkat => P::Paths,
        S::newfstatat | S::statx if it.path.is_empty() => of_descriptor(it),
        S::stat
        | S::lstat
        | S::newfstatat
        | S::statx
        | S::access
        | S::faccessat
        | S::faccessat2 => of_question(it),
        S::open | S::openat | S::openat2 | S::creat => of_open(it),
        _ if is_on_descriptor(sysno) => of_descriptor(it),
        S::mmap | S::mprotect | S::munmap | S::mremap | S::madvise | S::brk => of_memory(sysno, it),
        _ if !it.path.is_empty() => of_open(it),
        _ => by_number(sysno),
    }
}

/// The purpose of a call of which the number is all that is known.
pub(super) fn by_number(sysno: Sysno) -> P {
    use Sysno as S;
    match sysno {
        S::rt_sigaction | S::rt_sigprocmask | S::sigaltstack | S::rt_sigreturn => P::Signals,
        S::rt_sigtimedwait | S::rt_sigsuspend | S::pause | S::signalfd4 => P::Signals,
        S::kill | S::tkill | S::tgkill => P::Signals,
        S::futex | S::futex_waitv | S::set_robust_list | S::set_tid_address | S::rseq => P::Threads,
        S::sched_yield | S::clone3 | S::membarrier | S::exit => P::Threads,
        S::clone | S::fork | S::vfork | S::wait4 | S::waitid | S::pidfd_open => P::Children,
        S::pipe | S::pipe2 | S::setsid | S::setpgid => P::Children,
        S::socket | S::socketpair | S::connect | S::accept | S::accept4 | S::bind => P::Network,
        S::listen | S::shutdown | S::getsockname | S::getpeername | S::setsockopt => P::Network,
        S::getsockopt | S::sendto | S::recvfrom | S::sendmsg | S::recvmsg => P::Network,
        S::poll | S::ppoll | S::select | S::pselect6 => P::Network,
        S::epoll_create1 | S::epoll_ctl | S::epoll_wait | S::epoll_pwait => P::Network,
        S::getpid | S::getppid | S::gettid | S::getuid | S::geteuid | S::getgid => P::Facts,
        S::getegid | S::getgroups | S::uname | S::sysinfo | S::prctl | S::arch_prctl => P::Facts,
        S::prlimit64 | S::getrlimit | S::setrlimit | S::getrusage | S::getrandom => P::Facts,
        S::getcwd | S::chdir | S::umask | S::times | S::time | S::gettimeofday => P::Facts,
        S::clock_gettime | S::clock_getres | S::clock_nanosleep | S::nanosleep => P::Facts,
        S::sched_getaffinity | S::sched_setaffinity | S::getcpu | S::exit_group => P::Facts,
        S::personality | S::getpgrp | S::getpgid | S::getresuid | S::getresgid | S::capget => {
            P::Facts
        }
        S::mmap | S::munmap | S::mremap | S::mprotect | S::madvise | S::brk => P::Memory,
        S::mlock | S::munlock | S::mincore | S::msync => P::Memory,
        _ => P::Other,
    }
}

/// Is the first argument a descriptor, if there is no path?
pub(super) fn is_on_descriptor(sysno: Sysno) -> bool {
    use Sysno as S;
    matches!(
        sysno,
        S::read
            | S::readv
            | S::pread64
            | S::write
            | S::writev
            | S::pwrite64
            | S::close
            | S::fstat
            | S::newfstatat
            | S::statx
            | S::lseek
            | S::ioctl
            | S::fcntl
            | S::fadvise64
            | S::getdents
            | S::getdents64
            | S::fstatfs
            | S::fsync
            | S::fdatasync
            | S::ftruncate
            | S::flock
            | S::fchmod
            | S::dup
            | S::dup2
            | S::dup3
            | S::sendfile
            | S::copy_file_range
    )
}

/// A descriptor that was not seen opened was inherited.
fn of_descriptor(it: &Made<'_>) -> P {
    match (it.fd, it.call.args[0] as u32) {
        (Some(purpose), _) => purpose,
        (None, 0..=2) => P::Streams,
        (None, _) => P::Files,
    }
}

/// What is mapped while a library is open is the library, its zeroed data
/// included; and the loader alone takes the right to write away (`RELRO`).
fn of_memory(sysno: Sysno, it: &Made<'_>) -> P {
    let [_, _, rights] = it.call.args;
    let protects = sysno == Sysno::mprotect && it.loading.is_none();
    match it.loading {
        Some(purpose) => purpose,
        None if protects && rights & PROT_WRITE == 0 && rights & PROT_READ != 0 => P::Library,
        None => P::Memory,
    }
}

/// stat and access: is it there, and what is it?
fn of_question(it: &Made<'_>) -> P {
    let path = it.path;
    let failed = it.ret < 0;
    let library = PathClass::of(path) == PathClass::SharedLibrary;
    match PathClass::of(path) {
        _ if library && failed && asks_for_module(it) => P::FailedLookup,
        _ if library && failed => P::LoaderSearch,
        _ if library && is_extension(path) => P::FoundStat,
        _ if library => P::Library,
        PathClass::Locale => P::Locale,
        PathClass::Config => P::Paths,
        _ if failed && is_hardware_folder(path) => P::LoaderSearch,
        _ if is_site_file(path) => P::SiteFiles,
        PathClass::Stdlib | PathClass::SitePackages => of_module_question(it),
        _ if it.finding || it.searched => of_module_question(it),
        _ if is_pythons_place(path, it.exe) => P::Paths,
        _ => P::Files,
    }
}

fn of_module_question(it: &Made<'_>) -> P {
    match it.path.rsplit_once('.') {
        _ if it.ret < 0 => P::FailedLookup,
        Some((_, "pyc")) => P::Pyc,
        Some((_, "py")) => P::FoundStat,
        Some((_, kind)) if is_data(kind) => P::Files,
        _ => P::DirectoryCheck,
    }
}

/// The ending of a file that is no module: letters only, where a folder's
/// would be a version or none.
fn is_data(ending: &str) -> bool {
    (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn of_open(it: &Made<'_>) -> P {
    let path = it.path;
    let failed = it.ret < 0;
    match PathClass::of(path) {
        PathClass::SharedLibrary if failed => P::LoaderSearch,
        PathClass::SharedLibrary if is_extension(path) => P::Extension,
        PathClass::SharedLibrary => P::Library,
        PathClass::Locale => P::Locale,
        PathClass::Config => P::Paths,
        _ if opens_directory(it.call) => match it.finding {
            true => P::DirectoryScan,
            false if it.site => P::SiteFiles,
            false => P::DataListing,
        },
        _ if is_site_file(path) => P::SiteFiles,
        _ if is_pyc(path) && failed => P::FailedLookup,
        _ if is_pyc(path) => P::Pyc,
        _ if path.ends_with(".py") => P::Source,
        _ => P::Files,
    }
}

/// Is it the import system's question for an extension module, rather than the
/// loader's for a library?
fn asks_for_module(it: &Made<'_>) -> bool {
    let module = is_extension(it.path) || is_in_library(it.path);
    it.finding || module && !it.path.contains("glibc-hwcaps")
}

/// In a folder of the standard library: the loader has no business there.
fn is_in_library(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    PathClass::of(folder) == PathClass::Stdlib
}

/// Where distributions are installed.
pub(super) fn is_site_folder(path: &str) -> bool {
    path.ends_with("/site-packages") || path.ends_with("/dist-packages")
}

/// An extension module by its place, or by its name (PEP 3149).
pub(super) fn is_extension(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    file.contains(".cpython-")
        || file.ends_with(".abi3.so")
        || ["/site-packages/", "/dist-packages/", "/lib-dynload/"]
            .iter()
            .any(|place| path.contains(place))
}

/// `x.pyc`, the name it has while it is written, and its directory.
pub(super) fn is_pyc(path: &str) -> bool {
    path.ends_with(".pyc") || path.contains(".pyc.") || path.ends_with("/__pycache__")
}

fn is_site_file(path: &str) -> bool {
    path.ends_with(".pth") || path.contains(".dist-info") || path.contains(".egg-info")
}

/// Directories on the way to the interpreter, and landmarks it is known by.
fn is_pythons_place(path: &str, exe: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    let above = exe.strip_prefix(path).is_some_and(|it| it.starts_with('/'));
    above || path == exe || file.starts_with("python") || file.starts_with("libpython")
}

/// Folders for kinds of processors beside each search path (glibc before 2.37,
/// elf/dl-hwcaps.c).
fn is_hardware_folder(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    matches!(file, "tls" | "haswell" | "xeon_phi" | "avx512_1" | "x86_64")
}

/// The file that makes a folder a virtual environment, found (PEP 405).
pub(super) fn opens_venv(it: &EndedCall, path: &str) -> bool {
    let opens = matches!(
        Sysno::new(it.call.nr.into()),
        Some(Sysno::open | Sysno::openat)
    );
    opens && it.ret >= 0 && path.ends_with("/pyvenv.cfg")
}

/// openat(2) with `O_DIRECTORY`.
pub(super) fn opens_directory(call: Call) -> bool {
    let flags = match Sysno::new(call.nr.into()) {
        Some(Sysno::openat) => call.args[2],
        Some(Sysno::open) => call.args[1],
        _ => 0,
    };
    flags & O_DIRECTORY != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made<'a>(sysno: Sysno, path: &'a str, ret: i64) -> Made<'a> {
        Made {
            call: Call {
                nr: sysno as u16,
                args: [3, 0, 0],
            },
            ret,
            path,
            fd: None,
            loading: None,
            finding: false,
            searched: false,
            site: false,
            exe: "/opt/py/bin/python3",
        }
    }

    #[test]
    fn questions() {
        let cases = [
            ("/opt/py/lib/python3.11/json/__init__.py", 0, P::FoundStat),
            ("/opt/py/lib/python3.11/json", 0, P::DirectoryCheck),
            ("/opt/py/lib/python3.11/test/key.pem", 0, P::Files),
            ("/opt/py/lib/python3.11/nope", -2, P::FailedLookup),
            ("/opt/py/lib/python311.zip", -2, P::Paths),
            ("/opt/py", 0, P::Paths),
            ("/opt/py/lib/glibc-hwcaps/x86-64-v3", -2, P::LoaderSearch),
            ("/etc/ld.so.preload", -2, P::LoaderSearch),
            ("/home/ann/.env", -2, P::Files),
        ];
        for (path, ret, purpose) in cases {
            assert_eq!(sort(&made(Sysno::newfstatat, path, ret)), purpose, "{path}");
        }
    }

    #[test]
    fn a_librarys_own_memory_is_the_librarys() {
        let mut map = made(Sysno::mmap, "", 4096);
        assert_eq!(sort(&map), P::Memory);
        map.loading = Some(P::Extension);
        assert_eq!(sort(&map), P::Extension);
        let mut protect = made(Sysno::mprotect, "", 0);
        protect.call.args = [4096, 4096, PROT_READ];
        assert_eq!(sort(&protect), P::Library);
        protect.call.args[2] = PROT_READ | PROT_WRITE;
        assert_eq!(sort(&protect), P::Memory);
    }

    #[test]
    fn who_lists_a_directory_is_told_by_the_stack() {
        let mut list = made(Sysno::openat, "/opt/py/lib/python3.11/json", 3);
        list.call.args[2] = O_DIRECTORY;
        assert_eq!(sort(&list), P::DataListing);
        list.finding = true;
        assert_eq!(sort(&list), P::DirectoryScan);
    }
}
