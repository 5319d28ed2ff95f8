//! Starts one process, waits for its end, measures it.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::environment::Environment;
use super::leftover;
use super::observation::Observation;
use super::output::{Digest, Digester, Tail, drain};
use super::pressure;
use crate::sys::{self, Usage};

/// Everything that execve(2) and the wait need to know.
pub(super) struct Launch<'a> {
    /// The file to execute; `argv[0]` may say otherwise.
    pub(super) program: PathBuf,
    /// The arguments, with the name the program shall believe in.
    pub(super) argv: &'a [OsString],
    /// All variables it sees.
    pub(super) env: Environment,
    /// Where it runs; here if `None`.
    pub(super) cwd: Option<&'a PathBuf>,
    /// Read and digest stdout, or throw it away unread?
    pub(super) digest: bool,
    /// Text in `env` that no other process carries.
    pub(super) mark: &'a str,
    /// The longest it may take.
    pub(super) limit: Duration,
}

/// Why the wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// By itself.
    Itself,
    /// It took longer than it may; killed.
    TimedOut,
    /// Stop was asked for; killed.
    Stopped,
}

/// A process that is no more.
pub(super) struct Finished {
    pub(super) ended: Ended,
    /// The `wait(2)` status.
    pub(super) status: i32,
    pub(super) observation: Observation,
    pub(super) stdout: Digest,
    pub(super) stderr: String,
    /// Processes it left behind, ended by us.
    pub(super) orphans: usize,
}

/// Longest sleep before looking whether stop was asked for: a signal cuts poll
/// short, except one that comes just before it.
const NAP: Duration = Duration::from_millis(500);

/// execve answers ETXTBSY while a fork elsewhere in this process still holds
/// the fresh copy open for writing; that lasts microseconds.
const TRIES: usize = 20;

/// Why a process could not be measured.
pub(super) enum Problem {
    /// It did not start.
    Start(io::Error),
    /// It could not be waited for.
    Follow(io::Error),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Problem::Follow(error)
    }
}

pub(super) fn run(launch: &Launch, stop: &AtomicBool) -> Result<Finished, Problem> {
    let mut command = command(launch);
    let stalled_before = pressure::stalled_ns();
    let start = Instant::now();
    let mut child = spawn(&mut command).map_err(Problem::Start)?;
    let mut pipes = Pipes::of(&mut child)?;
    let ended = pipes.follow(&child, start + launch.limit, stop)?;
    let wall_ns = start.elapsed().as_nanos() as u64;
    let stalled_ns =
        Option::zip(pressure::stalled_ns(), stalled_before).map(|(after, before)| after - before);
    let run_delay_ns = pressure::run_delay_ns(child.id());
    // Before the leader is reaped, while its group id cannot be another's.
    end_group(&child);
    let (status, usage) = sys::wait4(child.id())?;
    let orphans = leftover::end_orphans(launch.mark);
    let (stdout, stderr) = pipes.finish();
    let observation = Observation {
        exit_code: ExitStatus::from_raw(status).code(),
        ..observation(&usage, wall_ns, run_delay_ns, stalled_ns)
    };
    Ok(Finished {
        ended,
        status,
        observation,
        stdout,
        stderr,
        orphans,
    })
}

fn command(launch: &Launch) -> Command {
    let mut command = Command::new(&launch.program);
    command
        .arg0(&launch.argv[0])
        .args(&launch.argv[1..])
        .env_clear()
        .envs(launch.env.variables())
        .stdin(Stdio::null())
        .stdout(if launch.digest {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stderr(Stdio::piped())
        // Our own group changes nothing, but makes std fork instead of vfork: a
        // vforked child begins with our peak of memory as its own, and
        // ru_maxrss would never be smaller.
        .gid(rustix::process::getgid().as_raw())
        // Its own group: ends as a whole, and Ctrl-C reaches us alone.
        .process_group(0);
    if let Some(cwd) = launch.cwd {
        command.current_dir(cwd);
    }
    command
}

fn spawn(command: &mut Command) -> io::Result<Child> {
    let mut tries = TRIES;
    loop {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && tries > 0 => {
                tries -= 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            spawned => return spawned,
        }
    }
}

fn end_group(child: &Child) {
    if let Some(group) = pid(child) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

fn pid(child: &Child) -> Option<Pid> {
    Pid::from_raw(child.id().cast_signed())
}

fn observation(
    usage: &Usage,
    wall_ns: u64,
    run_delay_ns: u64,
    stalled_ns: Option<u64>,
) -> Observation {
    Observation {
        wall_ns,
        run_delay_ns,
        stalled_ns,
        user_ns: usage.user_ns,
        system_ns: usage.system_ns,
        minor_faults: usage.minor_faults,
        major_faults: usage.major_faults,
        voluntary_switches: usage.voluntary_switches,
        involuntary_switches: usage.involuntary_switches,
        max_rss_bytes: usage.max_rss_bytes,
        ..Observation::default()
    }
}

/// The pipes a child writes to.
struct Pipes {
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    digester: Digester,
    tail: Tail,
}

impl Pipes {
    fn of(child: &mut Child) -> io::Result<Pipes> {
        let stdout = child.stdout.take();
        let stderr = child.stderr.take();
        if let Some(pipe) = &stdout {
            do_not_block(pipe)?;
        }
        if let Some(pipe) = &stderr {
            do_not_block(pipe)?;
        }
        Ok(Pipes {
            stdout,
            stderr,
            digester: Digester::default(),
            tail: Tail::default(),
        })
    }

    /// Reads until the child ends, by itself or by us.
    fn follow(&mut self, child: &Child, deadline: Instant, stop: &AtomicBool) -> io::Result<Ended> {
        let pid = pid(child).ok_or(io::ErrorKind::InvalidInput)?;
        let pidfd = pidfd_open(pid, PidfdFlags::empty())?;
        let mut ended = Ended::Itself;
        // Asked for before it began: one that is gone at once is not waited
        // for, and would never be asked below.
        if stop.load(Ordering::Relaxed) {
            ended = Ended::Stopped;
            end_group(child);
        }
        while !self.poll(
            &pidfd,
            NAP.min(deadline.saturating_duration_since(Instant::now())),
        )? {
            if ended != Ended::Itself {
                continue;
            }
            if stop.load(Ordering::Relaxed) {
                ended = Ended::Stopped;
            } else if Instant::now() >= deadline {
                ended = Ended::TimedOut;
            }
            if ended != Ended::Itself {
                end_group(child);
            }
        }
        Ok(ended)
    }

    /// Waits for output or for the end; has the process ended?
    fn poll(&mut self, pidfd: &impl AsFd, at_most: Duration) -> io::Result<bool> {
        let mut fds = vec![PollFd::new(pidfd, PollFlags::IN)];
        fds.extend(
            self.stdout
                .as_ref()
                .map(|pipe| PollFd::new(pipe, PollFlags::IN)),
        );
        fds.extend(
            self.stderr
                .as_ref()
                .map(|pipe| PollFd::new(pipe, PollFlags::IN)),
        );
        let timeout = Timespec::try_from(at_most.max(Duration::from_millis(1))).ok();
        match poll(&mut fds, timeout.as_ref()) {
            Err(rustix::io::Errno::INTR) => return Ok(false),
            polled => polled?,
        };
        let ended = !fds[0].revents().is_empty();
        self.drain();
        Ok(ended)
    }

    fn drain(&mut self) {
        close_at_end(&mut self.stdout, |chunk| self.digester.take(chunk));
        close_at_end(&mut self.stderr, |chunk| self.tail.take(chunk));
    }

    fn finish(mut self) -> (Digest, String) {
        self.drain();
        (self.digester.finish(), self.tail.finish())
    }
}

fn close_at_end(pipe: &mut Option<impl Read>, take: impl FnMut(&[u8])) {
    if let Some(open) = pipe
        && !drain(open, take)
    {
        *pipe = None;
    }
}

fn do_not_block(pipe: &impl AsFd) -> io::Result<()> {
    fcntl_setfl(pipe, fcntl_getfl(pipe)? | OFlags::NONBLOCK)?;
    Ok(())
}
