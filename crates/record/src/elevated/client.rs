//! The user's side: makes the command, has a recorder raised, writes down what
//! it says.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use keelback_trace::{Provenance, Sink};
use nix::sys::signal::{SigSet, SigmaskHow};

use super::wire::{Message, Order, Whom};
use crate::frames::{Inbox, frame};
use crate::launch::{Running, Suspended};
use crate::mounts::with_mounts;
use crate::present;
use crate::session::{Options, Outcome, RecordError, Stop, Target};
use crate::signals::{Relay, Signals};
use crate::written::Written;

/// How often signals and limits are looked at, if nothing else happens.
const TURN: Duration = Duration::from_millis(25);

/// Records `target` as [`crate::record`] does, by a recorder that the command
/// `raise` starts with more rights than this process has.
///
/// # Errors
/// [`RecordError::NotPermitted`] when it is not started, or may not record
/// either; those of [`crate::record`] else.
pub fn record(
    raise: &[OsString],
    target: &Target,
    options: &Options,
    sink: &mut dyn Sink,
    stop: &Stop,
) -> Result<Outcome, RecordError> {
    with_mounts(sink, |sink| by_raised(raise, target, options, sink, stop))
}

fn by_raised(
    raise: &[OsString],
    target: &Target,
    options: &Options,
    sink: &mut dyn Sink,
    stop: &Stop,
) -> Result<Outcome, RecordError> {
    let signals = Signals::catch().map_err(RecordError::system("catch signals"))?;
    match target {
        Target::Launch(words) => {
            let suspended = Suspended::spawn(words)?;
            let order = Order::new(Whom::Command(suspended.pid()), words, options);
            let mut raised = Raised::start(raise, &order, sink)?;
            raised.wait_until_ready()?;
            let relay = Relay::to_command(suspended.pid());
            let child = suspended.go()?;
            raised.run(&signals, relay, stop, None)?;
            raised.close(Some((child, &signals, stop)))
        }
        Target::Attach { pid, limit } => {
            present::exists(*pid)?;
            let order = Order::new(Whom::Process(*pid), &[], options);
            let mut raised = Raised::start(raise, &order, sink)?;
            raised.wait_until_ready()?;
            let until = limit.map(|limit| Instant::now() + limit);
            raised.run(&signals, Relay::to_nobody(), stop, until)?;
            raised.close(None)
        }
    }
}

/// A recorder that was raised.
struct Raised<'a> {
    helper: Child,
    /// Its end is the order to end.
    orders: Option<ChildStdin>,
    said: ChildStdout,
    /// What raises it, for messages.
    by: String,
    inbox: Inbox,
    written: Written<'a>,
    provenance: Provenance,
    state: State,
}

/// How far it is.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Starting,
    Ready,
    Finished,
    Refused {
        what: String,
        why: String,
        remedies: Vec<String>,
    },
}

impl<'a> Raised<'a> {
    fn start(
        raise: &[OsString],
        order: &Order,
        sink: &'a mut dyn Sink,
    ) -> Result<Raised<'a>, RecordError> {
        let (program, words) = raise
            .split_first()
            .ok_or(RecordError::NotFound(String::new()))?;
        let mut command = Command::new(program);
        command.args(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let helper = without_mask(|| command.spawn());
        let mut helper = helper.map_err(RecordError::system("start what raises the recorder"))?;
        let missing =
            || RecordError::system("talk to the recorder")(io::ErrorKind::BrokenPipe.into());
        let mut orders = helper.stdin.take().ok_or_else(missing)?;
        let said = helper.stdout.take().ok_or_else(missing)?;
        // If it does not listen, it will not answer either.
        let _ = orders.write_all(&frame(order));
        Ok(Raised {
            helper,
            orders: Some(orders),
            said,
            by: program.to_string_lossy().into_owned(),
            inbox: Inbox::default(),
            written: Written::into(sink),
            provenance: Provenance::default(),
            state: State::Starting,
        })
    }

    /// Nothing of the command has run before this returns.
    fn wait_until_ready(&mut self) -> Result<(), RecordError> {
        while self.state == State::Starting {
            if !self.hear()? {
                break;
            }
        }
        match &mut self.state {
            State::Ready | State::Finished => Ok(()),
            State::Starting => {
                let ended = self
                    .helper
                    .wait()
                    .map_err(RecordError::system("wait for the recorder"))?;
                Err(RecordError::NotPermitted {
                    what: "the recorder could not be raised".into(),
                    why: format!("{} ended with {ended}", self.by),
                    remedies: vec!["without --elevate keelback records with ptrace".into()],
                })
            }
            State::Refused {
                what,
                why,
                remedies,
            } => Err(RecordError::NotPermitted {
                what: std::mem::take(what),
                why: std::mem::take(why),
                remedies: std::mem::take(remedies),
            }),
        }
    }

    /// Writes down what is said until there is no more.
    fn run(
        &mut self,
        signals: &Signals,
        mut relay: Relay,
        stop: &Stop,
        until: Option<Instant>,
    ) -> Result<(), RecordError> {
        let mut is_open = true;
        while is_open && self.state == State::Ready {
            let is_readable = wait(signals, &self.said)?;
            relay.turn(signals, stop);
            if stop.asked() || until.is_some_and(|until| Instant::now() >= until) {
                self.orders = None;
            }
            if is_readable {
                is_open = self.hear()?;
            }
            self.written.flush_in_time();
        }
        Ok(())
    }

    /// Takes in what was said. Is there more to come?
    fn hear(&mut self) -> Result<bool, RecordError> {
        let mut bytes = [0; 1 << 16];
        let count = match self.said.read(&mut bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
            Err(error) => return Err(RecordError::system("hear the recorder")(error)),
        };
        self.inbox.fill(&bytes[..count]);
        while let Some(message) = self.inbox.take() {
            self.take(message);
        }
        Ok(count > 0)
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Ready => self.state = State::Ready,
            Message::Finished => self.state = State::Finished,
            Message::Refused {
                what,
                why,
                remedies,
            } => {
                self.state = State::Refused {
                    what,
                    why,
                    remedies,
                }
            }
            Message::Define(definition) => self.written.define(definition),
            Message::Event(event) => self.written.event(event),
            Message::Provenance(provenance) => {
                self.provenance = *provenance;
                self.written.provenance(&self.provenance);
            }
        }
    }

    fn close(mut self, child: Option<(Running, &Signals, &Stop)>) -> Result<Outcome, RecordError> {
        self.orders = None;
        let _ = self.helper.wait();
        let exit_status = match child {
            Some((mut child, signals, stop)) => {
                end_of(&mut child, signals, stop)?;
                child
                    .try_wait()
                    .map_err(RecordError::system("wait for the command"))?
            }
            None => None,
        };
        self.provenance.exit_status = exit_status.map(ExitStatusExt::into_raw);
        if self.state != State::Finished {
            let why = match &self.state {
                State::Refused { why, .. } => why.as_str(),
                _ => "it was killed",
            };
            let gone = format!("the raised recorder ended early ({why}): the recording ends there");
            self.provenance.remarks.push(gone);
        }
        self.written.end(self.provenance)
    }
}

/// A child has its parent's signal mask; who asks for a password must hear
/// Ctrl-C.
fn without_mask<T>(work: impl FnOnce() -> T) -> T {
    let before = SigSet::empty().thread_swap_mask(SigmaskHow::SIG_SETMASK);
    let done = work();
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
    done
}

/// A recorder that went early does not end the command.
fn end_of(child: &mut Running, signals: &Signals, stop: &Stop) -> Result<(), RecordError> {
    let mut relay = Relay::to_command(child.pid());
    let has_ended = |child: &mut Running| {
        let ended = child
            .try_wait()
            .map_err(RecordError::system("wait for the command"));
        ended.map(|it| it.is_some())
    };
    while !has_ended(child)? && !stop.asked() {
        wait(signals, &*child)?;
        relay.turn(signals, stop);
    }
    Ok(())
}

/// Sleeps until there is something to do. Is it about `other`?
fn wait(signals: &Signals, other: impl AsFd) -> Result<bool, RecordError> {
    let waited = signals.or_readable(other, TURN);
    waited.map_err(RecordError::system("wait for the recorder"))
}
