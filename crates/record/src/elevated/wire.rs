//! What the two say to each other.

use std::ffi::OsString;

use keelback_trace::provenance::Untraced;
use keelback_trace::{Definition, Event, Provenance};
use serde::{Deserialize, Serialize};

use crate::session::{Engine, Mode, Options};

/// Whom to record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Whom {
    /// A child that waits to become its command.
    Command(u32),
    /// A process that runs already, and its descendants.
    Process(u32),
}

/// What the raised recorder is asked for.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) whom: Whom,
    /// The command's words, for the recording.
    pub(super) words: Vec<OsString>,
    full: bool,
    sample_hz: u32,
    ring_bytes: u32,
    interpreters: Vec<OsString>,
    engine_reason: String,
    untraced: Vec<Untraced>,
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Message {
    /// It cannot record.
    Refused {
        what: String,
        why: String,
        remedies: Vec<String>,
    },
    /// The command may go.
    Ready,
    Define(Definition),
    Event(Event),
    Provenance(Box<Provenance>),
    /// It has said everything.
    Finished,
}

impl Whom {
    pub(super) fn pid(self) -> u32 {
        let (Whom::Command(pid) | Whom::Process(pid)) = self;
        pid
    }
}

impl Order {
    pub(super) fn new(whom: Whom, words: &[OsString], options: &Options) -> Order {
        let interpreters = options.interpreters.iter();
        Order {
            whom,
            words: words.to_vec(),
            full: options.mode == Mode::Full,
            sample_hz: options.sample_hz,
            ring_bytes: options.ring_bytes,
            interpreters: interpreters.map(|it| it.clone().into()).collect(),
            engine_reason: options.engine_reason.clone(),
            untraced: options.untraced.clone(),
        }
    }

    pub(super) fn options(&self) -> Options {
        Options {
            engine: Engine::Ebpf,
            engine_reason: self.engine_reason.clone(),
            mode: if self.full { Mode::Full } else { Mode::Wait },
            sample_hz: self.sample_hz,
            ring_bytes: self.ring_bytes,
            interpreters: self.interpreters.iter().map(Into::into).collect(),
            untraced: self.untraced.clone(),
            ..Options::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::{Inbox, frame};

    #[test]
    fn an_order_arrives_as_it_was_given() {
        let options = Options {
            mode: Mode::Full,
            interpreters: vec!["/usr/bin/python3".into()],
            engine_reason: "raised".into(),
            ..Options::default()
        };
        let words = ["app.py".into()];
        let mut inbox = Inbox::default();
        inbox.fill(&frame(&Order::new(Whom::Command(7), &words, &options)));
        let order: Order = inbox.take().expect("a whole one");
        assert_eq!((order.whom.pid(), &order.words[..]), (7, &words[..]));
        assert_eq!(format!("{:?}", order.options()), format!("{options:?}"));
    }
}
