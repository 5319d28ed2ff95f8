//! The recording that a log becomes.

use keelback_trace::define::{Code, Frame, Process, Stack};
use keelback_trace::provenance::Unseen;
use keelback_trace::{
    Call, Event, EventKind, FrameId, GilView, Nanos, OffState, Parked, ProcessId, Provenance, Sink,
    StackId, TextId, ThreadId, WriteError,
};

use super::strace::ImportError;
use crate::engine::known::Known;
use crate::engine::ptrace::calls::{may_block, slept};

/// Definitions go to the sink at once, events when all are there: logs are not
/// in their order.
pub(super) struct Draft<'a> {
    pub(super) known: Known<'a>,
    pub(super) events: Vec<Event>,
    /// The log's clock at its first line, nanoseconds.
    first: Option<u64>,
    last: u64,
    command: String,
}

impl<'a> Draft<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink) -> Result<Draft<'a>, WriteError> {
        Ok(Draft {
            known: Known::new(sink)?,
            events: Vec::new(),
            first: None,
            last: 0,
            command: String::new(),
        })
    }

    /// Nanoseconds since the first line that was asked about.
    pub(super) fn since_first(&mut self, clock: u64) -> u64 {
        clock.saturating_sub(*self.first.get_or_insert(clock))
    }

    pub(super) fn event(&mut self, at: u64, thread: ThreadId, stack: StackId, kind: EventKind) {
        self.last = self.last.max(at);
        self.events.push(Event {
            at: Nanos(at),
            thread,
            stack,
            kind,
        });
    }

    /// The first program is what was recorded.
    pub(super) fn executed(&mut self, command: &str) {
        if self.command.is_empty() {
            command.clone_into(&mut self.command);
        }
    }

    pub(super) fn process(
        &mut self,
        pid: u32,
        at: u64,
        parent: ProcessId,
    ) -> Result<ProcessId, WriteError> {
        self.known.process(Process {
            pid,
            parent,
            start: Nanos(at),
            exe: TextId::NONE,
            command: TextId::NONE,
        })
    }

    /// A function of which no line is known.
    pub(super) fn frame(&mut self, function: &str, file: &str) -> Result<FrameId, WriteError> {
        let code = Code {
            name: self.known.text(function)?,
            file: self.known.text(file)?,
            first_line: 0,
        };
        let code = self.known.code(code)?;
        self.known.frame(Frame { code, line: 0 })
    }

    /// `frame` is called by the last of `stack`.
    pub(super) fn call(&mut self, stack: StackId, frame: FrameId) -> Result<StackId, WriteError> {
        self.known.stack(Stack {
            parent: stack,
            frame,
            truncated: false,
        })
    }

    /// The log's clock at its first line.
    ///
    /// # Errors
    /// There was no line.
    pub(super) fn first(&self) -> Result<u64, ImportError> {
        self.first.ok_or(ImportError::NoCalls)
    }

    /// Writes the events. `told` is what the tool says of itself.
    pub(super) fn finish(mut self, told: Provenance) -> Result<Provenance, ImportError> {
        self.events.sort_by_key(|event| event.at);
        for event in self.events {
            self.known.sink().event(event)?;
        }
        let provenance = Provenance {
            keelback: env!("CARGO_PKG_VERSION").to_owned(),
            duration_ns: self.last,
            mode: "full".to_owned(),
            command: self.command,
            unseen: Unseen {
                run_queue: true,
                wake_ups: true,
                cpu: true,
            },
            ..told
        };
        self.known.sink().provenance(&provenance)?;
        Ok(provenance)
    }
}

/// Did a thread sleep in a call? `awake` is what one takes at most that did
/// not, nanoseconds.
pub(super) fn has_slept(call: Call, ret: i64, took: u64, awake: u64) -> bool {
    let all = [call.args[0], call.args[1], call.args[2], 1, 0, 0];
    may_block(call.nr, &all) && slept(call.nr, ret, took, awake)
}

pub(super) fn left_cpu(call: Call, state: OffState) -> EventKind {
    EventKind::SwitchOut {
        cpu: EventKind::NO_CPU,
        state,
        call,
        parked: Parked::NONE,
        gil: GilView::Unknown,
    }
}

pub(super) fn got_cpu() -> EventKind {
    EventKind::SwitchIn {
        cpu: EventKind::NO_CPU,
    }
}
