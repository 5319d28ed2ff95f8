//! The things that events name by id, and the dictionary that keeps them.

use serde::{Deserialize, Serialize};

use crate::{CodeId, FrameId, Loss, Nanos, ProcessId, StackId, TextId, ThreadId};

/// Gives an id its meaning. Written once, before the first event that uses it.
/// The id is the count of definitions of its kind before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Definition {
    /// The next [`TextId`].
    Text(String),
    /// The next [`ProcessId`].
    Process(Process),
    /// The next [`ThreadId`].
    Thread(Thread),
    /// The next [`CodeId`].
    Code(Code),
    /// The next [`FrameId`].
    Frame(Frame),
    /// The next [`StackId`]; the first one defined is 1.
    Stack(Stack),
    /// A Python found in a process.
    Interpreter(Interpreter),
    /// Calls that were counted in the kernel because their events could not be
    /// kept; see [`Tally`].
    Tally(Tally),
    /// Something that was not recorded, by name, with its count.
    Loss(Loss),
}

/// A process of the recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its pid in the recorder's PID namespace.
    pub pid: u32,
    /// Its parent, when that is recorded; else [`ProcessId::NONE`].
    pub parent: ProcessId,
    /// When it was first seen.
    pub start: Nanos,
    /// Path of its executable when first seen. After `exec` see the events.
    pub exe: TextId,
    /// Its command line when first seen, as a shell would take it.
    pub command: TextId,
}

/// A thread of the recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its tid in the recorder's PID namespace.
    pub tid: u32,
    /// The process it belongs to.
    pub process: ProcessId,
    /// When it was first seen.
    pub start: Nanos,
    /// Its name (`comm`) when first seen. Renames are events.
    pub name: TextId,
}

/// A code object, told apart by content: the same function of the same file
/// is one `Code` however many processes run it. A native function (in logs of
/// `strace -k` only) is one without a first line, in the file of its library.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Code {
    /// `co_qualname` (3.11+) or `co_name`.
    pub name: TextId,
    /// `co_filename`.
    pub file: TextId,
    /// `co_firstlineno`.
    pub first_line: u32,
}

impl Code {
    /// The name of a frame that no function has: the cyclic garbage collector
    /// is at work below the one that it stands on. It has no file.
    pub const COLLECTOR: &str = "<GC>";
}

/// A position in a code object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// The code object, or a native function.
    pub code: CodeId,
    /// The line being executed; 0 when the line table does not say.
    pub line: u32,
}

/// A Python stack: a frame on top of its callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stack {
    /// The callers; [`StackId::NONE`] at the outermost recorded frame.
    pub parent: StackId,
    /// The innermost frame.
    pub frame: FrameId,
    /// Were there more callers than the recorder walks? Holds for the
    /// outermost recorded frame and is copied to every stack above it.
    pub truncated: bool,
}

/// A Python interpreter found in a process. One more, with the same `runtime`,
/// stands for each GIL that a sub-interpreter has of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreter {
    /// The process it runs in.
    pub process: ProcessId,
    /// When it was found.
    pub since: Nanos,
    /// `3.11.2`, as far as it is known.
    pub version: String,
    /// The file that holds `_PyRuntime`: the executable or libpython.
    pub file: String,
    /// Has it no symbol table of its own?
    pub stripped: bool,
    /// Built with `--disable-gil`?
    pub free_threaded: bool,
    /// Address of `_PyRuntime`.
    pub runtime: u64,
    /// Bytes of `_PyRuntime`: addresses inside it are the interpreter's own.
    pub runtime_size: u64,
    /// Address of its `_gil_runtime_state`, at first the main interpreter's; 0
    /// if unknown.
    pub gil: u64,
    /// Where the GIL's futex words lie, as byte ranges from `gil`.
    pub gil_words: GilWords,
    /// Why there are no Python frames; empty when there are.
    pub no_frames: String,
}

/// Byte ranges of the GIL's mutexes and condition variables, from its start.
///
/// Classify by range: the word inside a condition variable that a thread
/// sleeps on differs between versions of glibc.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GilWords {
    /// `cond`: waiting for the GIL.
    pub cond: (u16, u16),
    /// `mutex`: guards `locked`.
    pub mutex: (u16, u16),
    /// `switch_cond`: a forced switch, waiting until someone else took it.
    pub switch_cond: (u16, u16),
    /// `switch_mutex`: guards `last_holder` in a forced switch.
    pub switch_mutex: (u16, u16),
}

/// System calls counted in the kernel instead of being written one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The thread that made them.
    pub thread: ThreadId,
    /// The system call's number.
    pub nr: u16,
    /// 0 for success, else the errno.
    pub errno: u16,
    /// How many.
    pub count: u64,
    /// Their summed time as the recorder saw it, nanoseconds.
    pub time_ns: u64,
}

/// All definitions of a recording, by id.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// By [`TextId`].
    pub texts: Vec<String>,
    /// By [`ProcessId`].
    pub processes: Vec<Process>,
    /// By [`ThreadId`].
    pub threads: Vec<Thread>,
    /// By [`CodeId`].
    pub codes: Vec<Code>,
    /// By [`FrameId`].
    pub frames: Vec<Frame>,
    /// By [`StackId`] minus one.
    pub stacks: Vec<Stack>,
    /// In order of discovery.
    pub interpreters: Vec<Interpreter>,
    /// Calls counted in the kernel.
    pub tallies: Vec<Tally>,
    /// What was not recorded.
    pub losses: Vec<Loss>,
}

impl Dictionary {
    /// Takes one definition in.
    pub fn define(&mut self, definition: Definition) {
        match definition {
            Definition::Text(it) => self.texts.push(it),
            Definition::Process(it) => self.processes.push(it),
            Definition::Thread(it) => self.threads.push(it),
            Definition::Code(it) => self.codes.push(it),
            Definition::Frame(it) => self.frames.push(it),
            Definition::Stack(it) => self.stacks.push(it),
            Definition::Interpreter(it) => self.interpreters.push(it),
            Definition::Tally(it) => self.tallies.push(it),
            Definition::Loss(it) => self.losses.push(it),
        }
    }

    /// The text of an id; empty for an id that is not defined (a torn file).
    pub fn text(&self, id: TextId) -> &str {
        self.texts.get(id.index()).map_or("", String::as_str)
    }

    /// The stack of an id; `None` for [`StackId::NONE`].
    pub fn stack(&self, id: StackId) -> Option<&Stack> {
        self.stacks.get(id.index().checked_sub(1)?)
    }

    /// The frames of a stack, innermost first.
    pub fn frames_of(&self, id: StackId) -> impl Iterator<Item = Frame> + '_ {
        let mut next = self.stack(id);
        std::iter::from_fn(move || {
            let stack = next?;
            next = self.stack(stack.parent);
            self.frames.get(stack.frame.index()).copied()
        })
    }

    /// `function (file:line)` of a frame, as every report writes it; a native
    /// function has no lines.
    pub fn frame_label(&self, frame: Frame) -> String {
        let Some(code) = self.codes.get(frame.code.index()) else {
            return "?".into();
        };
        let (name, file) = (self.text(code.name), self.text(code.file));
        match frame.line {
            _ if code.file == TextId::NONE => name.to_owned(),
            0 if code.first_line == 0 && !file.is_empty() => format!("{name} ({file})"),
            0 => format!("{name} ({file}:?)"),
            line => format!("{name} ({file}:{line})"),
        }
    }
}
