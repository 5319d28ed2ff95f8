//! Definitions as they are needed.

use std::collections::HashMap;
use std::hash::Hash;

use keelback_trace::define::{Code, Frame, GilWords, Interpreter, Process, Stack, Thread};
use keelback_trace::{CodeId, Dictionary, FrameId, Nanos, ProcessId, StackId, TextId, ThreadId};

/// Where every Python of a story has its runtime, and how large it is.
pub(crate) const RUNTIME: (u64, u64) = (0x100_0000, 0x2_0000);
/// Where its GIL is.
pub(crate) const GIL: u64 = RUNTIME.0 + 0x400;
/// Where a sub-interpreter's own GIL is.
pub(crate) const OWN_GIL: u64 = 0x7f00_0010_0000;

/// Gives ids to names.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) known: Dictionary,
    texts: HashMap<String, TextId>,
    codes: HashMap<Code, CodeId>,
    frames: HashMap<Frame, FrameId>,
    stacks: HashMap<Stack, StackId>,
    processes: HashMap<String, ProcessId>,
    threads: HashMap<String, ThreadId>,
}

impl Names {
    pub(crate) fn new() -> Names {
        let mut names = Names {
            known: Dictionary::default(),
            texts: HashMap::new(),
            codes: HashMap::new(),
            frames: HashMap::new(),
            stacks: HashMap::new(),
            processes: HashMap::new(),
            threads: HashMap::new(),
        };
        names.text("");
        names
    }

    pub(crate) fn text(&mut self, text: &str) -> TextId {
        let id = TextId(self.known.texts.len() as u32);
        *self.texts.entry(text.to_owned()).or_insert_with(|| {
            self.known.texts.push(text.to_owned());
            id
        })
    }

    /// A process with its first thread: pids are 100, 200, 300 ...
    pub(crate) fn process(&mut self, name: &str, parent: Option<&str>, command: &str) {
        let id = ProcessId(self.known.processes.len() as u32);
        let parent = parent.map_or(ProcessId::NONE, |parent| self.processes[parent]);
        let process = Process {
            pid: (id.0 + 1) * 100,
            parent,
            start: Nanos(0),
            exe: self.text("/usr/bin/python3"),
            command: self.text(command),
        };
        self.known.processes.push(process);
        self.processes.insert(name.to_owned(), id);
        self.thread(name, name);
    }

    pub(crate) fn thread(&mut self, name: &str, process: &str) {
        let process = self.processes[process];
        let siblings = self.known.threads.iter().filter(|it| it.process == process);
        let tid = self.known.processes[process.index()].pid + siblings.count() as u32;
        let id = ThreadId(self.known.threads.len() as u32);
        let name_id = self.text(name);
        self.known.threads.push(Thread {
            tid,
            process,
            start: Nanos(0),
            name: name_id,
        });
        self.threads.insert(name.to_owned(), id);
    }

    pub(crate) fn thread_id(&self, name: &str) -> ThreadId {
        let id = self.threads.get(name);
        *id.unwrap_or_else(|| panic!("no thread `{name}` in the story"))
    }

    pub(crate) fn python(&mut self, process: &str, version: &str, marks: &[&str], since: Nanos) {
        self.known.interpreters.push(Interpreter {
            process: self.processes[process],
            since,
            version: version.into(),
            file: "/usr/bin/python3".into(),
            stripped: marks.contains(&"stripped"),
            free_threaded: marks.contains(&"free-threaded"),
            runtime: RUNTIME.0,
            runtime_size: RUNTIME.1,
            gil: match marks.contains(&"own-gil") {
                true => OWN_GIL,
                false => GIL,
            },
            gil_words: GilWords {
                cond: (32, 80),
                mutex: (80, 120),
                switch_cond: (120, 168),
                switch_mutex: (168, 208),
            },
            no_frames: match marks.contains(&"no-frames") {
                true => "too old".into(),
                false => String::new(),
            },
        });
    }

    /// A stack from `inner (file:line) < caller (file:line)`.
    pub(crate) fn stack(&mut self, frames: &str) -> StackId {
        let frames: Vec<_> = frames.split(" < ").map(|it| self.frame(it)).collect();
        frames
            .into_iter()
            .rev()
            .fold(StackId::NONE, |parent, frame| {
                let stack = Stack {
                    parent,
                    frame,
                    truncated: false,
                };
                let next = StackId(self.known.stacks.len() as u32 + 1);
                intern(&mut self.stacks, &mut self.known.stacks, stack, next)
            })
    }

    fn frame(&mut self, label: &str) -> FrameId {
        let (name, place) = label.trim().split_once(" (").expect("function (file:line)");
        let (file, line) = place
            .trim_end_matches(')')
            .rsplit_once(':')
            .expect("file:line");
        let code = Code {
            name: self.text(name),
            file: self.text(file),
            first_line: 1,
        };
        let next = CodeId(self.known.codes.len() as u32);
        let code = intern(&mut self.codes, &mut self.known.codes, code, next);
        let line = line.parse().expect("a line number");
        let next = FrameId(self.known.frames.len() as u32);
        intern(
            &mut self.frames,
            &mut self.known.frames,
            Frame { code, line },
            next,
        )
    }
}

fn intern<T: Clone + Eq + Hash, Id: Copy>(
    ids: &mut HashMap<T, Id>,
    all: &mut Vec<T>,
    item: T,
    next: Id,
) -> Id {
    *ids.entry(item.clone()).or_insert_with(|| {
        all.push(item);
        next
    })
}
