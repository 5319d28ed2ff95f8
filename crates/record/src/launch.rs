//! A command that is started, but only when the recorder is ready.
//!
//! The child is forked early and waits on a pipe: its pid is known, everything
//! can be attached, and not one instruction of the command has run. It stays in
//! this process's group, on its terminal and with its standard streams, so that
//! it meets the keyboard as it would alone. Signal dispositions and mask are
//! those this process was born with.
//!
//! If this process dies, a suspended child ends quietly with 127 and a running
//! one goes on unharmed.

use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;

use rustix::fs::{Access, access};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, PidfdFlags, WaitOptions, pidfd_open, waitpid};

use crate::session::RecordError;
use crate::sys::fork::{ChildEnds, Program, fork};
use crate::sys::watched::Watched;

/// A child that waits to become its command.
#[derive(Debug)]
pub struct Suspended {
    /// `None` once it runs.
    child: Option<Running>,
    /// A byte into it is the order to go; closing it, the order to end.
    go: Option<OwnedFd>,
    /// Says why the command could not be executed.
    errno: OwnedFd,
    command: OsString,
}

impl Suspended {
    /// Forks a child for `argv`, whose first word is looked up in `PATH`.
    ///
    /// # Errors
    /// [`RecordError::NotFound`] when there are no words; the system's own
    /// words when it has no process or descriptor left.
    pub fn spawn(argv: &[OsString]) -> Result<Suspended, RecordError> {
        Suspended::spawn_watched(argv, None)
    }

    /// The same, for a tracer.
    pub(crate) fn spawn_watched(
        argv: &[OsString],
        watched: Option<Watched>,
    ) -> Result<Suspended, RecordError> {
        let command = argv.first().ok_or(RecordError::NotFound(String::new()))?;
        let mut program = prepare(command, argv, watched).map_err(cannot("start the command"))?;
        fork_suspended(&mut program, command).map_err(cannot("start the command"))
    }

    /// The pid that the command will have.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().map_or(0, Running::pid)
    }

    /// Lets the child become its command.
    ///
    /// # Errors
    /// [`RecordError::NotFound`] and [`RecordError::NotExecutable`] as
    /// execve(2) says; the child is gone then.
    pub fn go(mut self) -> Result<Running, RecordError> {
        // A child that a signal ended while it waited refuses the byte; its
        // wait status then tells, as for any other command.
        let _ = self.go.as_ref().map(|go| rustix::io::write(go, b"!"));
        match read_errno(&self.errno).map_err(cannot("start the command"))? {
            Some(errno) => Err(not_executed(&self.command, errno)),
            None => self
                .child
                .take()
                .ok_or(RecordError::NotFound(String::new())),
        }
    }
}

/// Ends a child that never ran, and leaves no zombie.
impl Drop for Suspended {
    fn drop(&mut self) {
        self.go = None;
        if let Some(mut child) = self.child.take() {
            let _ = child.wait();
        }
    }
}

/// A command that runs.
#[derive(Debug)]
pub struct Running {
    pid: Pid,
    pidfd: OwnedFd,
    ended: Option<ExitStatus>,
}

impl Running {
    /// Its pid.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// ECHILD when someone else reaped it.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.reap(WaitOptions::NOHANG)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// ECHILD when someone else reaped it.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.reap(WaitOptions::empty())? {
                return Ok(status);
            }
        }
    }

    fn reap(&mut self, options: WaitOptions) -> io::Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            let reaped = rustix::io::retry_on_intr(|| waitpid(Some(self.pid), options))?;
            self.ended = reaped.map(|(_, status)| ExitStatus::from_raw(status.as_raw()));
        }
        Ok(self.ended)
    }
}

/// A pidfd: readable once the command has ended.
impl AsFd for Running {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

fn prepare(command: &OsStr, argv: &[OsString], watched: Option<Watched>) -> io::Result<Program> {
    let candidates = candidates(command)
        .into_iter()
        .map(|path| CString::new(path.into_os_string().into_encoded_bytes()))
        .collect::<Result<_, _>>()?;
    Ok(Program::new(candidates, argv, watched)?)
}

fn fork_suspended(program: &mut Program, command: &OsStr) -> io::Result<Suspended> {
    let (child_go, go) = pipe_with(PipeFlags::CLOEXEC)?;
    let (errno, child_errno) = pipe_with(PipeFlags::CLOEXEC)?;
    let ends = ChildEnds {
        go: child_go,
        errno: child_errno,
    };
    let pid = fork(program, &ends, [go.as_raw_fd(), errno.as_raw_fd()])?;
    let pid = Pid::from_raw(pid.cast_signed()).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Suspended {
        child: Some(Running {
            pid,
            pidfd: pidfd_open(pid, PidfdFlags::empty())?,
            ended: None,
        }),
        go: Some(go),
        errno,
        command: command.to_owned(),
    })
}

/// Could `argv` be executed? Asked before anything else is prepared or made;
/// only execve(2) itself knows for sure.
///
/// # Errors
/// [`RecordError::NotFound`] or [`RecordError::NotExecutable`].
pub fn preflight(argv: &[OsString]) -> Result<(), RecordError> {
    let command = argv.first().map_or(OsStr::new(""), OsString::as_os_str);
    match find(command) {
        Some(_) => Ok(()),
        None if exists(command) => Err(not_executed(command, libc::EACCES)),
        None => Err(not_executed(command, libc::ENOENT)),
    }
}

/// The file that `command` stands for, if this user may execute one.
pub fn find(command: &OsStr) -> Option<PathBuf> {
    candidates(command)
        .into_iter()
        .find(|path| path.is_file() && access(path, Access::EXEC_OK).is_ok())
}

fn exists(command: &OsStr) -> bool {
    candidates(command).iter().any(|path| path.exists())
}

/// Where `command` may be, in the order that execvp(3) tries.
fn candidates(command: &OsStr) -> Vec<PathBuf> {
    if command.as_encoded_bytes().contains(&b'/') || command.is_empty() {
        return vec![PathBuf::from(command)];
    }
    // The default of confstr(3)'s _CS_PATH.
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/bin:/usr/bin".into());
    std::env::split_paths(&path)
        .map(|folder| folder.join(command))
        .collect()
}

/// The errno that the child sent; `None` when it closed the pipe by executing.
fn read_errno(pipe: &OwnedFd) -> io::Result<Option<i32>> {
    let mut bytes = [0; 4];
    let length = rustix::io::retry_on_intr(|| rustix::io::read(pipe, &mut bytes))?;
    Ok((length == bytes.len()).then(|| i32::from_ne_bytes(bytes)))
}

/// What execve(2) meant.
fn not_executed(command: &OsStr, errno: i32) -> RecordError {
    let name = command.to_string_lossy().into_owned();
    match errno {
        libc::ENOENT if exists(command) => RecordError::NotExecutable {
            command: name,
            source: io::Error::new(io::ErrorKind::NotFound, "its interpreter does not exist"),
        },
        libc::ENOENT => RecordError::NotFound(name),
        _ => RecordError::NotExecutable {
            command: name,
            source: io::Error::from_raw_os_error(errno),
        },
    }
}

fn cannot(what: &str) -> impl Fn(io::Error) -> RecordError {
    move |source| RecordError::System {
        what: format!("cannot {what}"),
        source,
    }
}
