//! The raised side: takes one order, and says what it sees.

use std::fs::{File, metadata};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use keelback_trace::{Definition, Event, Provenance, Sink, WriteError};
use nix::sys::signal::SigSet;

use super::wire::{Message, Order, Whom};
use crate::frames::{Inbox, frame};
use crate::recorder::Recorder;
use crate::session::{RecordError, Stop, Target};

/// Said in pieces of this size.
const PIECE: usize = 64 << 10;

/// Records what the order on `input` names and says it on `output`, until that
/// ends or `input` does. `caller` is the user who had this recorder raised: what
/// belongs to others is refused, so that a right to raise it is no right to
/// watch everybody.
///
/// # Errors
/// When there is no order, or nobody to tell. What keeps it from recording is
/// told on `output` and is no error here.
pub fn serve(caller: u32, input: OwnedFd, output: OwnedFd) -> io::Result<()> {
    // The keyboard is the command's and its parent's affair.
    let _ = SigSet::all().thread_block();
    let mut input = File::from(input);
    let order = hear(&mut input)?;
    let stop = Stop::default();
    let ordered = stop.clone();
    std::thread::spawn(move || {
        let _ = io::copy(&mut input, &mut io::sink());
        ordered.ask();
    });
    let mut said = Said::new(File::from(output));
    let done = record(caller, &order, &mut said, &stop);
    said.say(&match done {
        Ok(()) => Message::Finished,
        Err(error) => refused(error),
    });
    said.send()
}

fn hear(input: &mut File) -> io::Result<Order> {
    let mut inbox = Inbox::default();
    let mut bytes = [0; 4096];
    loop {
        match input.read(&mut bytes)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => inbox.fill(&bytes[..count]),
        }
        if let Some(order) = inbox.take() {
            return Ok(order);
        }
    }
}

fn record(caller: u32, order: &Order, said: &mut Said, stop: &Stop) -> Result<(), RecordError> {
    belongs(caller, order.whom.pid())?;
    let options = order.options();
    let target = match order.whom {
        Whom::Command(_) => Target::Launch(order.words.clone()),
        Whom::Process(pid) => Target::Attach { pid, limit: None },
    };
    let recorder = Recorder::prepare(&target, &options)?;
    match order.whom {
        Whom::Command(pid) => {
            let mut line = said
                .again()
                .map_err(RecordError::system("talk to keelback"))?;
            let ready = move || {
                line.say(&Message::Ready);
                let _ = line.send();
            };
            recorder.watch(pid, ready, said, stop)?;
        }
        Whom::Process(pid) => {
            said.say(&Message::Ready);
            recorder.attach(pid, None::<Duration>, said, stop)?;
        }
    }
    Ok(())
}

/// `/proc/PID` belongs to the process's effective user, or to root if the
/// process keeps a secret (proc(5)).
fn belongs(caller: u32, pid: u32) -> Result<(), RecordError> {
    let owner = metadata(format!("/proc/{pid}")).map_err(|_| RecordError::NoProcess(pid))?;
    match caller == 0 || owner.uid() == caller {
        true => Ok(()),
        false => Err(RecordError::NotPermitted {
            what: format!("process {pid} may not be recorded by this user"),
            why: format!("it belongs to user {}, not {caller}", owner.uid()),
            remedies: vec!["run keelback as root, without --elevate".into()],
        }),
    }
}

fn refused(error: RecordError) -> Message {
    match error {
        RecordError::NotPermitted {
            what,
            why,
            remedies,
        } => Message::Refused {
            what,
            why,
            remedies,
        },
        other => Message::Refused {
            what: "the raised recorder cannot record".into(),
            why: other.to_string(),
            remedies: Vec::new(),
        },
    }
}

/// A sink that says everything.
struct Said {
    line: File,
    waiting: Vec<u8>,
}

impl Said {
    fn new(line: File) -> Said {
        Said {
            line,
            waiting: Vec::new(),
        }
    }

    /// Another one on the same line.
    fn again(&self) -> io::Result<Said> {
        self.line.try_clone().map(Said::new)
    }

    fn say(&mut self, message: &Message) {
        self.waiting.extend(frame(message));
    }

    fn send(&mut self) -> io::Result<()> {
        let sent = self.line.write_all(&self.waiting);
        self.waiting.clear();
        sent
    }

    fn tell(&mut self, message: &Message) -> Result<(), WriteError> {
        self.say(message);
        match self.waiting.len() > PIECE {
            true => self.flush(),
            false => Ok(()),
        }
    }
}

impl Sink for Said {
    fn define(&mut self, definition: Definition) -> Result<(), WriteError> {
        self.tell(&Message::Define(definition))
    }

    fn event(&mut self, event: Event) -> Result<(), WriteError> {
        self.tell(&Message::Event(event))
    }

    fn provenance(&mut self, provenance: &Provenance) -> Result<(), WriteError> {
        self.tell(&Message::Provenance(Box::new(provenance.clone())))?;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.send().map_err(|source| WriteError {
            path: "the line to keelback".into(),
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_others_is_refused() {
        let me = std::process::id();
        let owner = metadata("/proc/self").expect("it is there").uid();
        assert!(belongs(owner, me).is_ok());
        assert!(belongs(0, me).is_ok());
        assert!(matches!(
            belongs(owner + 1, me),
            Err(RecordError::NotPermitted { .. })
        ));
        assert!(matches!(
            belongs(owner, u32::MAX),
            Err(RecordError::NoProcess(_))
        ));
    }
}
