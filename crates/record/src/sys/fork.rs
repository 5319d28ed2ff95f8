//! A child between fork(2) and execve(2).
//!
//! After a fork in a process with threads the child may only make
//! async-signal-safe calls (fork(2), signal-safety(7)): another thread may have
//! held any lock, malloc's included. So [`Program`] holds everything the child
//! needs, ready made, and the child touches nothing else.

use std::ffi::{CStr, CString, NulError, OsString, c_char};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;

use super::birth;
use super::watched::Watched;

/// Exit code of a child that was never told to go.
const NEVER_STARTED: i32 = 127;
/// Runs a script that names no interpreter, as execvp(3) does.
const SHELL: &CStr = c"/bin/sh";

/// A command in the form that execve(2) takes.
pub(crate) struct Program {
    /// Where the executable may be, in the order to try.
    candidates: Vec<CString>,
    /// Owns what `argv` and `envp` point to.
    _strings: [Vec<CString>; 2],
    /// A shell, the command's words, a null. The command's own argv starts
    /// behind the shell.
    argv: Vec<*const c_char>,
    /// The environment, a null.
    envp: Vec<*const c_char>,
    /// The signal mask to restore.
    mask: libc::sigset_t,
    /// Who traces it.
    watched: Option<Watched>,
}

impl Program {
    /// Prepares `words` (at least one) to be looked for at `candidates`.
    pub(crate) fn new(
        candidates: Vec<CString>,
        words: &[OsString],
        watched: Option<Watched>,
    ) -> Result<Program, NulError> {
        let words = words
            .iter()
            .map(|word| CString::new(word.as_bytes()))
            .collect::<Result<Vec<_>, _>>()?;
        let environment = environment()?;
        Ok(Program {
            candidates,
            argv: [SHELL.as_ptr()]
                .into_iter()
                .chain(pointers(&words))
                .collect(),
            envp: pointers(&environment).collect(),
            _strings: [words, environment],
            mask: birth::mask(),
            watched,
        })
    }
}

/// `NAME=value` of every variable of this process.
fn environment() -> Result<Vec<CString>, NulError> {
    std::env::vars_os()
        .map(|(name, value)| CString::new([name.as_bytes(), b"=", value.as_bytes()].concat()))
        .collect()
}

/// A pointer to each string, then a null.
fn pointers(strings: &[CString]) -> impl Iterator<Item = *const c_char> {
    let each = strings.iter().map(|string| string.as_ptr());
    each.chain([std::ptr::null()])
}

/// The child's ends of the two pipes.
pub(crate) struct ChildEnds {
    /// One byte here says "go"; end of file says "never".
    pub(crate) go: OwnedFd,
    /// Takes the errno of a failed execve; closed by a successful one.
    pub(crate) errno: OwnedFd,
}

/// Forks a child that waits for a byte on `ends.go` and then becomes `program`.
///
/// `parent_ends` are the parent's ends of the same pipes: the child closes its
/// copies, or it would never see the end of file of a parent that died.
#[expect(unsafe_code, reason = "fork(2)")]
pub(crate) fn fork(
    program: &mut Program,
    ends: &ChildEnds,
    parent_ends: [RawFd; 2],
) -> std::io::Result<u32> {
    // SAFETY: in the child only `become_program` runs, which never returns and
    // keeps to async-signal-safe calls.
    match unsafe { libc::fork() } {
        -1 => Err(std::io::Error::last_os_error()),
        0 => become_program(program, ends, parent_ends),
        pid => Ok(pid.unsigned_abs()),
    }
}

#[expect(unsafe_code, reason = "close(2) and _exit(2) in a forked child")]
fn become_program(program: &mut Program, ends: &ChildEnds, parent_ends: [RawFd; 2]) -> ! {
    for fd in parent_ends {
        // SAFETY: these are this child's own copies and used no more; their
        // Rust owner never drops them here, because this never returns.
        unsafe { libc::close(fd) };
    }
    restore_signals(&program.mask);
    if let Some(watched) = &program.watched {
        watched.allow_tracer();
    }
    if told_to_go(ends.go.as_raw_fd()) {
        if let Some(watched) = &program.watched {
            watched.install_filter();
        }
        let errno = execute(program);
        report(ends.errno.as_raw_fd(), errno);
    }
    // SAFETY: leaves at once, without the parent's exit handlers.
    unsafe { libc::_exit(NEVER_STARTED) }
}

/// Gives every signal the disposition and mask this process was born with.
#[expect(unsafe_code, reason = "sigaction(2) and sigprocmask(2)")]
fn restore_signals(mask: &libc::sigset_t) {
    for signal in birth::SIGNALS {
        // SAFETY: zeroes are a valid `sigaction`; no handler is installed. The
        // signals that cannot be set (SIGKILL, SIGSTOP, the C library's) refuse.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = match birth::ignored(signal) {
                true => libc::SIG_IGN,
                false => libc::SIG_DFL,
            };
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        }
    }
    // SAFETY: `mask` is an initialised set.
    unsafe { libc::sigprocmask(libc::SIG_SETMASK, mask, std::ptr::null_mut()) };
}

/// Waits for the byte; `false` when the parent is gone.
#[expect(unsafe_code, reason = "read(2)")]
fn told_to_go(fd: RawFd) -> bool {
    let mut byte = 0_u8;
    loop {
        // SAFETY: `byte` is valid for writing one byte.
        match unsafe { libc::read(fd, (&raw mut byte).cast(), 1) } {
            1 => return true,
            -1 if errno() == libc::EINTR => {}
            _ => return false,
        }
    }
}

/// Tries each candidate as execvp(3) does; returns only with an errno.
///
/// "Not there" goes on to the next candidate; so does "not allowed", which is
/// the answer in the end if nothing else was found.
fn execute(program: &mut Program) -> i32 {
    let mut answer = libc::ENOENT;
    for i in 0..program.candidates.len() {
        match execute_at(program, i) {
            libc::ENOENT | libc::ENOTDIR => {}
            libc::EACCES => answer = libc::EACCES,
            other => return other,
        }
    }
    answer
}

#[expect(unsafe_code, reason = "execve(2)")]
fn execute_at(program: &mut Program, candidate: usize) -> i32 {
    let path = program.candidates[candidate].as_ptr();
    // SAFETY: `path` and all pointers of `argv` and `envp` are C strings that
    // `program` owns (or static), and both lists end with a null.
    unsafe {
        libc::execve(path, program.argv[1..].as_ptr(), program.envp.as_ptr());
        if errno() == libc::ENOEXEC {
            program.argv[1] = path;
            libc::execve(SHELL.as_ptr(), program.argv.as_ptr(), program.envp.as_ptr());
        }
    }
    errno()
}

#[expect(unsafe_code, reason = "write(2)")]
fn report(fd: RawFd, errno: i32) {
    let bytes = errno.to_ne_bytes();
    // SAFETY: `bytes` is valid for reading its length. A write this small to a
    // pipe is never cut short (pipe(7)).
    unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
}

#[expect(unsafe_code, reason = "errno(3)")]
fn errno() -> i32 {
    // SAFETY: the C library's errno of this thread is always readable.
    unsafe { *libc::__errno_location() }
}
