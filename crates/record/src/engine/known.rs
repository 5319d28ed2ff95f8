//! What an engine remembers: which id stands for which thing.

use std::collections::HashMap;
use std::hash::Hash;

use keelback_trace::define::{Code, Frame, Interpreter, Process, Stack, Thread};
use keelback_trace::{
    CodeId, Definition, FrameId, Nanos, ProcessId, Sink, StackId, TextId, ThreadId, WriteError,
};

/// Gives things their ids and defines each in the sink, once.
pub(crate) struct Known<'a> {
    sink: &'a mut dyn Sink,
    texts: HashMap<String, TextId>,
    codes: HashMap<Code, CodeId>,
    frames: HashMap<Frame, FrameId>,
    stacks: HashMap<Stack, StackId>,
    processes: u32,
    threads: u32,
    /// By tid, the thread that has it now.
    by_tid: HashMap<u32, ThreadId>,
    /// By tgid, the process that has it now.
    by_tgid: HashMap<u32, ProcessId>,
    /// By process and address of its `PyThreadState`.
    by_tstate: HashMap<(ProcessId, u64), ThreadId>,
    /// By [`ThreadId`].
    process_of: Vec<ProcessId>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink) -> Result<Known<'a>, WriteError> {
        let mut known = Known {
            sink,
            texts: HashMap::new(),
            codes: HashMap::new(),
            frames: HashMap::new(),
            stacks: HashMap::new(),
            processes: 0,
            threads: 0,
            by_tid: HashMap::new(),
            by_tgid: HashMap::new(),
            by_tstate: HashMap::new(),
            process_of: Vec::new(),
        };
        known.text("")?;
        Ok(known)
    }

    pub(crate) fn sink(&mut self) -> &mut dyn Sink {
        self.sink
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<TextId, WriteError> {
        if let Some(id) = self.texts.get(text) {
            return Ok(*id);
        }
        let id = TextId(count(&self.texts));
        self.sink.define(Definition::Text(text.to_owned()))?;
        self.texts.insert(text.to_owned(), id);
        Ok(id)
    }

    /// What a text says; empty for one that is not known. Slow: looks at all.
    pub(crate) fn words(&self, id: TextId) -> String {
        let found = self.texts.iter().find(|(_, known)| **known == id);
        found.map_or(String::new(), |(text, _)| text.clone())
    }

    pub(crate) fn code(&mut self, code: Code) -> Result<CodeId, WriteError> {
        let next = CodeId(count(&self.codes));
        intern(&mut self.codes, code, next, |code| {
            self.sink.define(Definition::Code(code))
        })
    }

    pub(crate) fn frame(&mut self, frame: Frame) -> Result<FrameId, WriteError> {
        let next = FrameId(count(&self.frames));
        intern(&mut self.frames, frame, next, |frame| {
            self.sink.define(Definition::Frame(frame))
        })
    }

    pub(crate) fn stack(&mut self, stack: Stack) -> Result<StackId, WriteError> {
        let next = StackId(count(&self.stacks) + 1);
        intern(&mut self.stacks, stack, next, |stack| {
            self.sink.define(Definition::Stack(stack))
        })
    }

    /// A new process, which has this tgid from now on.
    pub(crate) fn process(&mut self, process: Process) -> Result<ProcessId, WriteError> {
        let id = ProcessId(self.processes);
        self.processes += 1;
        self.by_tgid.insert(process.pid, id);
        self.sink.define(Definition::Process(process))?;
        Ok(id)
    }

    /// A new thread, which has this tid from now on.
    pub(crate) fn thread(&mut self, thread: Thread) -> Result<ThreadId, WriteError> {
        let id = ThreadId(self.threads);
        self.threads += 1;
        self.by_tid.insert(thread.tid, id);
        self.process_of.push(thread.process);
        self.sink.define(Definition::Thread(thread))?;
        Ok(id)
    }

    pub(crate) fn interpreter(&mut self, interpreter: Interpreter) -> Result<(), WriteError> {
        self.sink.define(Definition::Interpreter(interpreter))
    }

    pub(crate) fn process_of_tgid(&self, tgid: u32) -> Option<ProcessId> {
        self.by_tgid.get(&tgid).copied()
    }

    /// The process of a thread; none of a stranger.
    pub(crate) fn process_of(&self, thread: ThreadId) -> ProcessId {
        let process = self.process_of.get(thread.index());
        process.copied().unwrap_or(ProcessId::NONE)
    }

    pub(crate) fn thread_of_tid(&self, tid: u32) -> Option<ThreadId> {
        self.by_tid.get(&tid).copied()
    }

    /// The same thread has another tid from now on: it was not the leader and
    /// called execve, which makes it the leader (ptrace(2), "execve(2) under
    /// ptrace").
    pub(crate) fn rename_tid(&mut self, old: u32, new: u32) {
        if let Some(thread) = self.by_tid.remove(&old) {
            self.by_tid.insert(new, thread);
        }
    }

    /// The process begins another program: its thread states are gone.
    pub(crate) fn forget_thread_states(&mut self, process: ProcessId) {
        self.by_tstate.retain(|(owner, _), _| *owner != process);
    }

    pub(crate) fn thread_state(&mut self, process: ProcessId, tstate: u64, thread: ThreadId) {
        self.by_tstate.insert((process, tstate), thread);
    }

    /// Whose thread state it is, in the process of `beside`.
    pub(crate) fn thread_of_tstate(&self, beside: ThreadId, tstate: u64) -> ThreadId {
        let process = self.process_of.get(beside.index());
        process
            .and_then(|process| self.by_tstate.get(&(*process, tstate)))
            .copied()
            .unwrap_or(ThreadId::NONE)
    }
}

fn count<K, V>(map: &HashMap<K, V>) -> u32 {
    u32::try_from(map.len()).unwrap_or(u32::MAX - 1)
}

fn intern<T: Clone + Eq + Hash, I: Copy>(
    known: &mut HashMap<T, I>,
    thing: T,
    next: I,
    define: impl FnOnce(T) -> Result<(), WriteError>,
) -> Result<I, WriteError> {
    if let Some(id) = known.get(&thing) {
        return Ok(*id);
    }
    define(thing.clone())?;
    known.insert(thing, next);
    Ok(next)
}

/// Nanoseconds of `CLOCK_MONOTONIC` as time since the recording's start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(pub(crate) u64);

impl Clock {
    pub(crate) fn at(self, monotonic: u64) -> Nanos {
        Nanos(monotonic.saturating_sub(self.0))
    }
}
