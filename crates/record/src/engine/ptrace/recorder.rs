//! The recorder's side: starts the tracer, lets the command go, writes down
//! what it is told.

use std::ffi::OsString;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keelback_python::{Build, Builds};
use keelback_trace::provenance::Unseen;
use keelback_trace::{Provenance, Sink};
use rustix::process::{Pid, WaitOptions, waitpid};

use super::calls;
use super::message::{Message, Summary};
use super::passing::Passing;
use super::refusal::refused;
use super::tracer::{Plan, TURN_HZ, live, proc_is_ours};
use crate::frames::Inbox;
use crate::launch::{Running, Suspended};
use crate::session::{Mode, Options, Outcome, RecordError, Stop};
use crate::signals::{Relay, Signals};
use crate::sys::branch::branch;
use crate::sys::trial;
use crate::sys::watched::Watched;
use crate::written::Written;
use crate::{cost, present};

/// How long nothing may happen: whoever looks each time may take the program's
/// CPU.
const TURN: Duration = Duration::from_millis(200);
/// What a call that does not sleep takes at most between its two stops, ns:
/// two switches of context, on another CPU at worst.
const AWAKE: u64 = 50_000;

/// A tracer that waits for its program.
pub(crate) struct Tracing<'a> {
    line: UnixStream,
    tracer: u32,
    inbox: Inbox,
    written: Written<'a>,
    provenance: Provenance,
    began: Instant,
    ready: bool,
    refused: Option<i32>,
    summary: Option<Summary>,
}

/// Starts a command and records it until it ends.
pub(crate) fn launch(
    words: &[OsString],
    options: &Options,
    provenance: Provenance,
    sink: &mut dyn Sink,
    stop: &Stop,
) -> Result<Outcome, RecordError> {
    let signals = Signals::catch().map_err(RecordError::system("catch signals"))?;
    let subject = Subject::to_launch(options);
    let filter = (options.mode == Mode::Wait).then(|| calls::filter(&subject.passing));
    let mut tracing = Tracing::begin(options, provenance, subject, sink)?;
    let tracer = tracing.tracer;
    let suspended = Suspended::spawn_watched(words, Some(Watched { tracer, filter }))?;
    tracing.trace(suspended.pid())?;
    let relay = Relay::to_command(suspended.pid());
    let child = suspended.go()?;
    tracing.run(&signals, relay, stop, None)?;
    tracing.close(Some(child))
}

/// Records a running process and its descendants.
pub(crate) fn attach(
    pid: u32,
    limit: Option<Duration>,
    options: &Options,
    provenance: Provenance,
    sink: &mut dyn Sink,
    stop: &Stop,
) -> Result<Outcome, RecordError> {
    present::exists(pid)?;
    let signals = Signals::catch().map_err(RecordError::system("catch signals"))?;
    let subject = Subject::to_attach(pid, &options.interpreters);
    let mut tracing = Tracing::begin(options, provenance, subject, sink)?;
    tracing.wait_until_ready(pid)?;
    let until = limit.map(|limit| Instant::now() + limit);
    tracing.run(&signals, Relay::to_nobody(), stop, until)?;
    tracing.close(None)
}

impl<'a> Tracing<'a> {
    fn begin(
        options: &Options,
        mut provenance: Provenance,
        subject: Subject,
        sink: &'a mut dyn Sink,
    ) -> Result<Tracing<'a>, RecordError> {
        let (line, theirs) = UnixStream::pair().map_err(RecordError::system("make a socket"))?;
        let sample_hz = options.sample_hz.min(TURN_HZ);
        provenance.sample_period_ns = match sample_hz {
            0 => 0,
            hz => 1_000_000_000 / u64::from(hz),
        };
        provenance.unseen = Unseen {
            run_queue: true,
            wake_ups: true,
            cpu: true,
        };
        cost::stamp(&mut provenance);
        sink.provenance(&provenance)?;
        let plan = Plan {
            started: provenance.started_monotonic_ns,
            full: options.mode == Mode::Full,
            sample_period: provenance.sample_period_ns,
            attach: subject.attach,
            builds: subject.builds,
            passing: subject.passing,
            awake_ns: AWAKE,
            beside: !options.any_cpu,
        };
        let tracer = branch(OwnedFd::from(theirs), |line| live(line, plan));
        Ok(Tracing {
            line,
            tracer: tracer.map_err(RecordError::system("start the tracer"))?,
            inbox: Inbox::default(),
            written: Written::into(sink),
            provenance,
            began: Instant::now(),
            ready: false,
            refused: None,
            summary: None,
        })
    }

    /// Has the command traced that is about to begin.
    fn trace(&mut self, pid: u32) -> Result<(), RecordError> {
        rustix::io::write(&self.line, &pid.to_ne_bytes())
            .map_err(|error| RecordError::system("talk to the tracer")(error.into()))?;
        self.wait_until_ready(pid)
    }

    fn wait_until_ready(&mut self, pid: u32) -> Result<(), RecordError> {
        while !self.ready {
            let is_open = self.hear()?;
            if let Some(errno) = self.refused {
                return Err(refused(pid, errno));
            }
            if !is_open {
                return Err(refused(pid, libc::ESRCH));
            }
        }
        Ok(())
    }

    /// Writes down what is told until the tracer has nothing more to tell.
    fn run(
        &mut self,
        signals: &Signals,
        mut relay: Relay,
        stop: &Stop,
        until: Option<Instant>,
    ) -> Result<(), RecordError> {
        let mut ordered = false;
        while self.summary.is_none() {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            let is_readable = signals
                .or_readable(&self.line, left.unwrap_or(TURN).min(TURN))
                .map_err(RecordError::system("wait for the tracer"))?;
            relay.turn(signals, stop);
            let is_late = until.is_some_and(|until| Instant::now() >= until);
            if (stop.asked() || is_late) && !std::mem::replace(&mut ordered, true) {
                // The order to end is the end of what it reads.
                let _ = self.line.shutdown(std::net::Shutdown::Write);
            }
            if is_readable && !self.hear()? {
                break;
            }
            self.written.flush_in_time();
        }
        Ok(())
    }

    /// Takes in what was said. Is there more to come?
    fn hear(&mut self) -> Result<bool, RecordError> {
        let mut bytes = [0; 1 << 16];
        let count = match self.line.read(&mut bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(true),
            Err(_) => 0,
        };
        self.inbox.fill(&bytes[..count]);
        while let Some(message) = self.inbox.take() {
            self.take(message);
        }
        Ok(count > 0)
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Define(definition) => self.written.define(definition),
            Message::Event(event) => self.written.event(event),
            Message::Ready => self.ready = true,
            Message::Refused(errno) => self.refused = Some(errno),
            Message::Finished(summary) => self.summary = Some(summary),
        }
    }

    fn close(mut self, child: Option<Running>) -> Result<Outcome, RecordError> {
        self.provenance.duration_ns = cost::nanos(self.began.elapsed());
        let summary = self.summary.take();
        let died = summary.is_none();
        let summary = summary.unwrap_or_default();
        if !summary.stays && !died {
            reap(self.tracer);
        }
        let exit_status = match child {
            Some(mut child) => child
                .try_wait()
                .map_err(RecordError::system("wait for the command"))?,
            None => None,
        };
        self.provenance.exit_status = exit_status.map(ExitStatusExt::into_raw);
        self.provenance.cost = cost::with_tracer(summary.cpu_ns, summary.max_rss);
        self.provenance.remarks.extend(summary.remarks);
        if died {
            let gone = "the tracer was killed: the recording ends there".to_owned();
            self.provenance.remarks.push(gone);
        }
        self.written.end(self.provenance)
    }
}

/// The tracer is a child of ours; it ends when it has told everything.
fn reap(tracer: u32) {
    if let Some(pid) = Pid::from_raw(tracer.cast_signed()) {
        let _ = rustix::io::retry_on_intr(|| waitpid(Some(pid), WaitOptions::empty()));
    }
}

/// What is recorded, as far as it is known before.
#[derive(Default)]
struct Subject {
    /// Processes that run already.
    attach: Vec<u32>,
    /// The files that the command may turn out to be, read before time counts.
    builds: Builds,
    /// What passes the filter.
    passing: Passing,
}

impl Subject {
    fn to_launch(options: &Options) -> Subject {
        let (builds, found) = read(&options.interpreters);
        // The likeliest; for others, all waits are stopped at.
        let likely = found.iter().find(|it| it.gil.is_some());
        let noted = options.mode == Mode::Wait && proc_is_ours() && trial::switches().is_ok();
        Subject {
            builds,
            passing: likely.map(|it| Passing::of(it, noted)).unwrap_or_default(),
            ..Subject::default()
        }
    }

    /// Without a filter: threads stop at every call.
    fn to_attach(pid: u32, interpreters: &[PathBuf]) -> Subject {
        Subject {
            attach: present::family(pid),
            builds: read(interpreters).0,
            ..Subject::default()
        }
    }
}

/// Reads the files that the program may turn out to be.
fn read(files: &[PathBuf]) -> (Builds, Vec<Arc<Build>>) {
    let mut builds = Builds::default();
    let found = files.iter().filter_map(|it| builds.get(it).ok().flatten());
    let found = found.collect();
    (builds, found)
}
