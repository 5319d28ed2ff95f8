//! What the tracer tells the recorder, over a socket.
//!
//! The tracer is a process of its own so that it can outlive the recorder: a
//! filtered call without a tracer fails with ENOSYS (seccomp(2),
//! `SECCOMP_RET_TRACE`), and no program survives that.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;

use keelback_trace::{Definition, Event, Provenance, Sink, WriteError};
use serde::{Deserialize, Serialize};

use crate::frames::frame;

/// One thing the tracer says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Message {
    /// The command is traced; it may go.
    Ready,
    /// It cannot be traced: errno of ptrace(2).
    Refused(i32),
    Define(Definition),
    Event(Event),
    /// Nothing more will come.
    Finished(Summary),
}

/// What the tracer knows at the end.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Summary {
    pub(super) remarks: Vec<String>,
    /// CPU time of the tracer, nanoseconds.
    pub(super) cpu_ns: u64,
    pub(super) max_rss: u64,
    /// How often a thread was stopped.
    pub(super) stops: u64,
    /// Does it stay, so that filtered calls of what still runs do not fail?
    pub(super) stays: bool,
}

/// What waits to be told is kept up to this size; then events are lost, and
/// counted, but the program is not held up.
const MOST_BYTES: usize = 64 << 20;
/// Told in pieces of this size.
const PIECE: usize = 32 << 10;

/// The tracer's end of the line.
pub(super) struct Outbox {
    line: UnixStream,
    waiting: VecDeque<u8>,
    /// Is there nobody left to tell?
    closed: bool,
    lost: u64,
}

impl Outbox {
    pub(super) fn new(line: UnixStream) -> io::Result<Outbox> {
        line.set_nonblocking(true)?;
        Ok(Outbox {
            line,
            waiting: VecDeque::new(),
            closed: false,
            lost: 0,
        })
    }

    /// Is the recorder gone, or done with recording?
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// How many events found no room.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    pub(super) fn say(&mut self, message: &Message) {
        self.waiting.extend(frame(message));
        if self.waiting.len() >= PIECE {
            self.send();
        }
    }

    /// Tells what can be told without waiting.
    pub(super) fn send(&mut self) {
        while !self.closed && !self.waiting.is_empty() {
            let (front, _) = self.waiting.as_slices();
            match (&self.line).write(front) {
                Ok(count) => drop(self.waiting.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.closed = true,
            }
        }
        if self.closed {
            self.waiting.clear();
        }
    }

    /// Tells everything, and waits for it.
    pub(super) fn send_all(&mut self) {
        let _ = self.line.set_nonblocking(false);
        self.send();
    }
}

impl Sink for Outbox {
    fn define(&mut self, definition: Definition) -> Result<(), WriteError> {
        self.say(&Message::Define(definition));
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<(), WriteError> {
        match self.waiting.len() > MOST_BYTES {
            true => self.lost += 1,
            false => self.say(&Message::Event(event)),
        }
        Ok(())
    }

    /// The recorder's own affair.
    fn provenance(&mut self, _: &Provenance) -> Result<(), WriteError> {
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.send();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use keelback_trace::{Call, EventKind, GilView, Nanos, OffState, Parked, StackId, ThreadId};

    use super::*;
    use crate::frames::Inbox;

    #[test]
    fn what_is_said_arrives_however_it_is_cut() {
        let (ours, mut theirs) = UnixStream::pair().expect("a pair");
        let mut outbox = Outbox::new(ours).expect("it is new");
        let event = Event {
            at: Nanos(7),
            thread: ThreadId::NONE,
            stack: StackId(3),
            kind: EventKind::SwitchOut {
                cpu: EventKind::NO_CPU,
                state: OffState::Sleeping,
                call: Call::NONE,
                parked: Parked::NONE,
                gil: GilView::Held(ThreadId(1)),
            },
        };
        outbox.define(Definition::Text("x".into())).expect("said");
        outbox.event(event).expect("said");
        outbox.send_all();
        drop(outbox);
        let mut bytes = Vec::new();
        theirs.read_to_end(&mut bytes).expect("all");
        let mut inbox = Inbox::default();
        let mut got = Vec::new();
        for byte in bytes {
            inbox.fill(&[byte]);
            got.extend(inbox.take());
        }
        assert!(matches!(&got[0], Message::Define(Definition::Text(text)) if text == "x"));
        assert!(matches!(got[1], Message::Event(it) if it == event));
        assert_eq!(got.len(), 2);
    }
}
