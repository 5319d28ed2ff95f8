//! One recording from beginning to end: prepare, let go, drain, close.

use std::ffi::OsString;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use keelback_trace::{Provenance, Sink, WriteError};
use rustix::event::{PollFd, PollFlags, poll};

use crate::calibrate::Unseen;
use crate::discover::Search;
use crate::engine::ebpf::decode::Decoder;
use crate::engine::ebpf::load::Programs;
use crate::engine::ebpf::python::Builds;
use crate::launch::{Running, Suspended};
use crate::session::{Mode, Options, Outcome, RecordError, Stop, Target};
use crate::signals::{Relay, Signals};
use crate::{cost, discover, origin, present};

/// The longest a record waits in the ring. At half a million calls a second
/// the default ring holds most of a second.
const TURN: Duration = Duration::from_millis(25);
/// The same while a Python is looked for that no probe announces.
const SEARCH_TURN: Duration = Duration::from_millis(2);
/// Records taken before what they say is written.
const MOST_RECORDS: u32 = 200_000;
/// How often what was written is made safe.
const FLUSH: Duration = Duration::from_secs(1);

/// An engine that is loaded and attached, with nothing to see yet.
pub(crate) struct Recorder {
    programs: Programs,
    builds: Builds,
    provenance: Provenance,
}

impl Recorder {
    /// Loads, calibrates, attaches; the command has not been started.
    pub(crate) fn prepare(target: &Target, options: &Options) -> Result<Recorder, RecordError> {
        if let Target::Attach { pid, .. } = target {
            present::exists(*pid)?;
        }
        let mut programs = Programs::load(options, matches!(target, Target::Attach { .. }))?;
        let builds = discover::prepare(&mut programs, &options.interpreters);
        let unseen = match options.mode {
            Mode::Wait => None,
            Mode::Full => Some(Unseen::measure()?),
        };
        programs.attach(options)?;
        let mut provenance = origin::of(target, options);
        if let Some(unseen) = unseen {
            provenance.calibration = unseen.compare(&mut programs)?;
        }
        Ok(Recorder {
            programs,
            builds,
            provenance,
        })
    }

    /// Starts the command and records it until it ends.
    pub(crate) fn launch(
        self,
        words: &[OsString],
        sink: &mut dyn Sink,
        stop: &Stop,
    ) -> Result<Outcome, RecordError> {
        let signals = Signals::catch().map_err(RecordError::system("catch signals"))?;
        let suspended = Suspended::spawn(words)?;
        let relay = Relay::to_command(suspended.pid());
        let mut session = Session::begin(self, sink)?;
        session.expect(suspended.pid())?;
        let child = suspended.go()?;
        session.run(Subject::Child(child), &signals, relay, stop)
    }

    /// Records a command that another process has made and holds back until it
    /// is told that all is `ready`.
    pub(crate) fn watch(
        self,
        pid: u32,
        ready: impl FnOnce(),
        sink: &mut dyn Sink,
        stop: &Stop,
    ) -> Result<Outcome, RecordError> {
        let signals = Signals::catch().map_err(RecordError::system("catch signals"))?;
        let other = present::open(pid)?;
        let relay = Relay::to_command(pid);
        let mut session = Session::begin(self, sink)?;
        session.expect(pid)?;
        ready();
        session.run(Subject::Other(other, None), &signals, relay, stop)
    }

    /// Records a running process and its descendants.
    pub(crate) fn attach(
        self,
        pid: u32,
        limit: Option<Duration>,
        sink: &mut dyn Sink,
        stop: &Stop,
    ) -> Result<Outcome, RecordError> {
        let signals = Signals::catch().map_err(RecordError::system("catch signals"))?;
        let other = present::open(pid)?;
        let mut session = Session::begin(self, sink)?;
        for pid in present::family(pid) {
            session.take_up(pid)?;
        }
        let until = limit.map(|limit| Instant::now() + limit);
        session.run(
            Subject::Other(other, until),
            &signals,
            Relay::to_nobody(),
            stop,
        )
    }
}

/// Whose end is the recording's end.
enum Subject {
    Child(Running),
    /// A pidfd, and when to stop at the latest.
    Other(std::os::fd::OwnedFd, Option<Instant>),
}

impl Subject {
    fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Subject::Child(child) => child.as_fd(),
            Subject::Other(pidfd, _) => pidfd.as_fd(),
        }
    }

    fn is_late(&self) -> bool {
        match self {
            Subject::Child(_) => false,
            Subject::Other(_, until) => until.is_some_and(|until| Instant::now() >= until),
        }
    }
}

/// A recording under way.
struct Session<'a> {
    programs: Programs,
    decoder: Decoder<'a>,
    provenance: Provenance,
    began: Instant,
    flushed: Instant,
    search: Search,
    /// What the kernel side had lost before the first instant.
    lost_before: Vec<u64>,
    /// The first reason why recording broke; the command goes on.
    broken: Option<WriteError>,
}

impl<'a> Session<'a> {
    fn begin(recorder: Recorder, sink: &'a mut dyn Sink) -> Result<Session<'a>, RecordError> {
        let mut provenance = recorder.provenance;
        cost::stamp(&mut provenance);
        sink.provenance(&provenance)?;
        let started = provenance.started_monotonic_ns;
        let decoder = Decoder::new(sink, started, recorder.builds)?;
        let now = Instant::now();
        // What was recorded so far is the calibration's.
        let mut programs = recorder.programs;
        while programs.next().is_some() {}
        Ok(Session {
            search: Search::default(),
            lost_before: programs.losses(),
            programs,
            decoder,
            provenance,
            began: now,
            flushed: now,
            broken: None,
        })
    }

    fn expect(&mut self, pid: u32) -> Result<(), RecordError> {
        let child = present::open(pid)?;
        self.programs
            .expect(child.as_fd())
            .map_err(RecordError::system("mark the command"))
    }

    fn take_up(&mut self, pid: u32) -> Result<(), RecordError> {
        let python = discover::python_of(&mut self.decoder, pid);
        present::announce(&mut self.decoder, pid, python.as_ref())?;
        if let Some(python) = python {
            let states = present::thread_states(&python);
            discover::tell(&mut self.programs, &mut self.decoder, python);
            self.decoder
                .states_present(pid, &states.unwrap_or_default());
        }
        self.programs
            .take_up(pid)
            .map_err(RecordError::system("mark the process"))
    }

    fn run(
        mut self,
        mut subject: Subject,
        signals: &Signals,
        mut relay: Relay,
        stop: &Stop,
    ) -> Result<Outcome, RecordError> {
        let (mut over, mut more) = (false, false);
        while !over {
            over =
                wait(&self.programs, signals, &subject, self.patience(more))? || subject.is_late();
            relay.turn(signals, stop);
            more = self.turn();
            over |= stop.asked();
        }
        let exit_status = match &mut subject {
            Subject::Child(child) => child
                .try_wait()
                .map_err(RecordError::system("wait for the command"))?,
            Subject::Other(..) => None,
        };
        self.close(exit_status.map(std::os::unix::process::ExitStatusExt::into_raw))
    }

    /// How long to wait for something to do.
    fn patience(&self, more: bool) -> Duration {
        match more {
            true => Duration::ZERO,
            false if self.search.is_open() => SEARCH_TURN,
            false => TURN,
        }
    }

    /// Takes a good part of what the ring holds; after a failure the ring is
    /// emptied unread. Is there more?
    fn turn(&mut self) -> bool {
        let now = cost::monotonic();
        let done = self.drain().and_then(|more| {
            if !more && self.broken.is_none() {
                self.decoder.name_threads(now)?;
            }
            self.decoder.release()?;
            self.flush_in_time()?;
            Ok(more)
        });
        self.search.turn(&mut self.programs, &mut self.decoder);
        done.unwrap_or_else(|error| {
            self.broken.get_or_insert(error);
            true
        })
    }

    /// A program that is faster than the recorder must not keep it from
    /// writing, or from hearing that it is over.
    fn drain(&mut self) -> Result<bool, WriteError> {
        for _ in 0..MOST_RECORDS {
            let Some(record) = self.programs.next() else {
                return Ok(false);
            };
            if self.broken.is_none() {
                self.decoder.take(&record)?;
            }
        }
        Ok(true)
    }

    fn flush_in_time(&mut self) -> Result<(), WriteError> {
        if self.flushed.elapsed() < FLUSH || self.broken.is_some() {
            return Ok(());
        }
        self.flushed = Instant::now();
        self.decoder.flush()
    }

    fn close(mut self, exit_status: Option<i32>) -> Result<Outcome, RecordError> {
        while self.turn() {}
        self.provenance.duration_ns = cost::nanos(self.began.elapsed());
        self.provenance.exit_status = exit_status;
        self.provenance.cost = cost::of_recorder(&self.programs);
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        let lost = self.programs.losses();
        let lost: Vec<u64> = lost
            .iter()
            .zip(&self.lost_before)
            .map(|(now, before)| now - before)
            .collect();
        self.decoder.finish(&lost, &self.programs.tallies())?;
        self.decoder.tell_provenance(&self.provenance)?;
        Ok(Outcome {
            provenance: self.provenance,
            exit_status,
        })
    }
}

/// Sleeps until there is something to do. Is the subject at its end?
fn wait(
    programs: &Programs,
    signals: &Signals,
    subject: &Subject,
    patience: Duration,
) -> Result<bool, RecordError> {
    let mut fds = [
        PollFd::from_borrowed_fd(programs.ring_fd(), PollFlags::IN),
        PollFd::from_borrowed_fd(signals.as_fd(), PollFlags::IN),
        PollFd::from_borrowed_fd(subject.fd(), PollFlags::IN),
    ];
    let turn = rustix::event::Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(patience.subsec_nanos()),
    };
    match poll(&mut fds, Some(&turn)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(!fds[2].revents().is_empty()),
        Err(error) => Err(RecordError::system("wait for records")(error.into())),
    }
}
