//! An event with everything its row needs, names looked up.

use keelback_trace::{
    Call, Dictionary, Event, EventKind, GilView, Nanos, Provenance, StackId, TextId, ThreadId,
};

use super::stacks::StackTexts;

/// What holds for all rows of a recording, or changes as they pass.
pub(super) struct Context<'a> {
    pub(super) dictionary: &'a Dictionary,
    pub(super) stacks: StackTexts,
    /// Wall clock at the recording's start, nanoseconds since 1970.
    pub(super) started: u64,
    /// The name each thread has at this point.
    thread_names: Vec<TextId>,
}

impl<'a> Context<'a> {
    pub(super) fn of(provenance: &Provenance, dictionary: &'a Dictionary) -> Context<'a> {
        let threads = dictionary.threads.iter();
        Context {
            dictionary,
            stacks: StackTexts::of(dictionary),
            started: provenance.started_unix_ns,
            thread_names: threads.map(|thread| thread.name).collect(),
        }
    }

    /// Threads are renamed as their events pass.
    pub(super) fn pass(&mut self, event: &Event) {
        if let EventKind::Named { name } = event.kind
            && let Some(current) = self.thread_names.get_mut(event.thread.index())
        {
            *current = name;
        }
    }

    pub(super) fn unix_ns(&self, at: Nanos) -> u64 {
        self.started.saturating_add(at.0)
    }

    pub(super) fn tid(&self, thread: ThreadId) -> Option<u32> {
        let thread = self.dictionary.threads.get(thread.index())?;
        Some(thread.tid)
    }

    /// The pid of a thread's process; `None` for a thread that is not known.
    pub(super) fn pid(&self, thread: ThreadId) -> Option<u32> {
        let thread = self.dictionary.threads.get(thread.index())?;
        let process = self.dictionary.processes.get(thread.process.index())?;
        Some(process.pid)
    }
}

/// A row's event.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) event: &'a Event,
}

impl<'a> Seen<'a> {
    pub(super) fn text(self, id: TextId) -> &'a str {
        self.context.dictionary.text(id)
    }

    pub(super) fn thread_name(self) -> Option<&'a str> {
        let names = &self.context.thread_names;
        let name = names.get(self.event.thread.index())?;
        Some(self.text(*name))
    }

    /// Function, file and line of the innermost frame.
    pub(super) fn innermost(self) -> Option<(&'a str, &'a str, u32)> {
        let dictionary = self.context.dictionary;
        let frame = dictionary.frames_of(self.event.stack).next()?;
        let code = dictionary.codes.get(frame.code.index())?;
        Some((self.text(code.name), self.text(code.file), frame.line))
    }

    pub(super) fn stack(self) -> Option<StackId> {
        let stack = self.event.stack;
        self.context.dictionary.stack(stack).map(|_| stack)
    }

    /// The system call that the event ends or lies in.
    pub(super) fn call(self) -> Option<Call> {
        let call = match self.event.kind {
            EventKind::SwitchOut { call, .. }
            | EventKind::Woken { call, .. }
            | EventKind::Call { call, .. }
            | EventKind::Sample { call, .. } => call,
            _ => return None,
        };
        call.is_some().then_some(call)
    }

    pub(super) fn cpu(self) -> Option<u16> {
        match self.event.kind {
            EventKind::SwitchOut { cpu, .. }
            | EventKind::SwitchIn { cpu }
            | EventKind::Sample { cpu, .. } => Some(cpu),
            _ => None,
        }
    }

    pub(super) fn gil(self) -> Option<GilView> {
        match self.event.kind {
            EventKind::SwitchOut { gil, .. } | EventKind::Sample { gil, .. } => Some(gil),
            _ => None,
        }
    }
}
