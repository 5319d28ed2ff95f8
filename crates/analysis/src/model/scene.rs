//! Who is who at this moment of the recording.

use keelback_trace::define::Interpreter;
use keelback_trace::{
    Dictionary, Event, EventKind, FrameId, Nanos, ProcessId, Provenance, StackId, TextId, ThreadId,
};

use super::stacks::{Role, Stacks};

/// The recording's dictionary and what the events so far changed about it.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Everything events name.
    pub known: &'a Dictionary,
    /// Where the recording comes from.
    pub origin: &'a Provenance,
    stacks: Stacks,
    threads: Vec<ThreadNow>,
    processes: Vec<ProcessNow>,
    /// GILs that sub-interpreters have of their own, in the order of their
    /// first use.
    own_gils: Vec<(ProcessId, u64)>,
}

/// A GIL, numbered: first the one of each process, then those of
/// sub-interpreters that have their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GilId(u32);

impl GilId {
    /// The one with this number.
    pub(crate) fn numbered(index: usize) -> GilId {
        GilId(index as u32)
    }

    /// Its number.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Is it its process's, and not a sub-interpreter's own?
    pub fn is_of(self, process: ProcessId) -> bool {
        self.0 == process.0
    }
}

#[derive(Clone, Debug)]
struct ThreadNow {
    name: TextId,
    /// Of a GIL that is not its process's.
    own_gil: Option<GilId>,
    /// Has it had a Python stack?
    python: bool,
    /// Has it had one since its process's last `exec`?
    python_since_exec: bool,
}

#[derive(Clone, Debug)]
struct ProcessNow {
    command: TextId,
    exec_at: Option<Nanos>,
    /// Positions in `Dictionary::interpreters`.
    interpreters: Vec<usize>,
    exit_status: Option<i32>,
}

impl<'a> Scene<'a> {
    /// The scene before the first event.
    pub fn new(known: &'a Dictionary, origin: &'a Provenance) -> Scene<'a> {
        let mut scene = Scene {
            known,
            origin,
            stacks: Stacks::read(known),
            threads: Vec::with_capacity(known.threads.len()),
            processes: Vec::with_capacity(known.processes.len()),
            own_gils: Vec::new(),
        };
        scene
            .threads
            .extend(known.threads.iter().map(|thread| ThreadNow {
                name: thread.name,
                own_gil: None,
                python: false,
                python_since_exec: false,
            }));
        for (index, process) in known.processes.iter().enumerate() {
            let interpreters = scene.interpreters_at_birth(index);
            scene.processes.push(ProcessNow {
                command: process.command,
                exec_at: None,
                interpreters,
                exit_status: None,
            });
        }
        scene
    }

    /// Takes in what an event changes.
    pub fn step(&mut self, event: &Event) {
        let process = self.process_of(event.thread);
        if let Some(thread) = self.threads.get_mut(event.thread.index()) {
            thread.step(event);
        }
        match event.kind {
            EventKind::Exec { command, .. } => self.exec(process, event.at, command),
            EventKind::UnderGil { gil } => self.moved(event.thread, process, gil),
            EventKind::Exited { status } => self.exited(event.thread, process, status),
            _ => {}
        }
    }

    /// The process of a thread; [`ProcessId::NONE`] for a stranger.
    pub fn process_of(&self, thread: ThreadId) -> ProcessId {
        let thread = self.known.threads.get(thread.index());
        thread.map_or(ProcessId::NONE, |thread| thread.process)
    }

    /// The GIL that a thread is under.
    pub fn gil_of(&self, thread: ThreadId) -> GilId {
        let own = self
            .threads
            .get(thread.index())
            .and_then(|thread| thread.own_gil);
        own.unwrap_or_else(|| GilId(self.process_of(thread).0))
    }

    /// The GIL at an address of a process, one of its interpreters'.
    pub fn gil_at(&self, process: ProcessId, address: u64) -> GilId {
        let own = self
            .own_gils
            .iter()
            .position(|it| *it == (process, address));
        let first = self.processes.len();
        own.map_or(GilId(process.0), |own| GilId((first + own) as u32))
    }

    /// The tid of a thread; 0 for a stranger.
    pub fn tid(&self, thread: ThreadId) -> u32 {
        let thread = self.known.threads.get(thread.index());
        thread.map_or(0, |thread| thread.tid)
    }

    /// The pid of a process; 0 for a stranger.
    pub fn pid(&self, process: ProcessId) -> u32 {
        let process = self.known.processes.get(process.index());
        process.map_or(0, |process| process.pid)
    }

    /// The thread's present name.
    pub fn thread_name(&self, thread: ThreadId) -> &'a str {
        let thread = self.threads.get(thread.index());
        thread.map_or("", |thread| self.known.text(thread.name))
    }

    /// The process's present command line.
    pub fn command(&self, process: ProcessId) -> &'a str {
        let process = self.processes.get(process.index());
        process.map_or("", |process| self.known.text(process.command))
    }

    /// `function (file:line)` of a frame; empty without one.
    pub fn frame_label(&self, frame: Option<FrameId>) -> String {
        let frame = frame.and_then(|id| self.known.frames.get(id.index()));
        frame.map_or(String::new(), |&frame| self.known.frame_label(frame))
    }

    /// How the process ended, as far as it was seen.
    pub fn exit_status(&self, process: ProcessId) -> Option<i32> {
        self.processes.get(process.index())?.exit_status
    }

    /// Has the thread had a Python stack since its process's last `exec`?
    pub fn runs_python(&self, thread: ThreadId) -> bool {
        let thread = self.threads.get(thread.index());
        thread.is_some_and(|thread| thread.python_since_exec)
    }

    /// Has the thread ever had a Python stack so far?
    pub fn is_python(&self, thread: ThreadId) -> bool {
        let thread = self.threads.get(thread.index());
        thread.is_some_and(|thread| thread.python)
    }

    /// Is it its process's first thread?
    pub fn is_main(&self, thread: ThreadId) -> bool {
        self.tid(thread) == self.pid(self.process_of(thread))
    }

    /// The interpreters that live in a process now: those found since its last
    /// `exec`; in a forked child that has not exec'ed, its parent's.
    pub fn interpreters(&self, process: ProcessId) -> impl Iterator<Item = &'a Interpreter> + '_ {
        let process = self.processes.get(process.index());
        let alive = process.map_or(&[][..], |process| &process.interpreters);
        alive.iter().map(|&index| &self.known.interpreters[index])
    }

    /// Is there a Python in the process whose frames are read?
    pub fn has_frames(&self, process: ProcessId) -> bool {
        self.interpreters(process).any(|it| it.no_frames.is_empty())
    }

    /// Is the process a free-threaded Python?
    pub fn is_free_threaded(&self, process: ProcessId) -> bool {
        self.interpreters(process).any(|it| it.free_threaded)
    }

    /// Of the process with a Python that has most of them: threads that ran
    /// Python, and threads of any kind.
    pub fn most_threads(&self) -> (u64, u64) {
        let mut counts = vec![(0, 0); self.processes.len()];
        for (thread, now) in self.known.threads.iter().zip(&self.threads) {
            let process = thread.process;
            let has_python = self.interpreters(process).next().is_some();
            if let (true, Some((python, all))) = (has_python, counts.get_mut(process.index())) {
                *python += u64::from(now.python);
                *all += 1;
            }
        }
        counts.into_iter().max().unwrap_or_default()
    }

    /// What the innermost function of a stack does with locks.
    pub fn role(&self, stack: StackId) -> Role {
        self.stacks.role(stack)
    }

    /// What is known of stacks.
    pub fn stacks(&self) -> &Stacks {
        &self.stacks
    }

    fn interpreters_at_birth(&self, process: usize) -> Vec<usize> {
        let own = self.interpreters_found_in(process, Nanos(0));
        let parent = self.known.processes[process].parent;
        match self.processes.get(parent.index()) {
            Some(parent) if own.is_empty() => parent.interpreters.clone(),
            _ => own,
        }
    }

    fn interpreters_found_in(&self, process: usize, since: Nanos) -> Vec<usize> {
        let found = self.known.interpreters.iter().enumerate();
        found
            .filter(|(_, it)| it.process.index() == process && it.since >= since)
            .map(|(index, _)| index)
            .collect()
    }

    fn exec(&mut self, process: ProcessId, at: Nanos, command: TextId) {
        let interpreters = self.interpreters_found_in(process.index(), at);
        if let Some(process) = self.processes.get_mut(process.index()) {
            process.exec_at = Some(at);
            process.command = command;
            process.interpreters = interpreters;
        }
    }

    fn moved(&mut self, thread: ThreadId, process: ProcessId, gil: u64) {
        let known = self.interpreters(process).find(|it| it.gil != 0);
        let own = known.is_some_and(|it| it.gil != gil);
        if own && !self.own_gils.contains(&(process, gil)) {
            self.own_gils.push((process, gil));
        }
        let id = own.then(|| self.gil_at(process, gil));
        if let Some(thread) = self.threads.get_mut(thread.index()) {
            thread.own_gil = id;
        }
    }

    fn exited(&mut self, thread: ThreadId, process: ProcessId, status: i32) {
        let main = self.is_main(thread);
        if let Some(process) = self.processes.get_mut(process.index())
            && (main || status != 0)
        {
            process.exit_status = Some(status);
        }
    }
}

impl ThreadNow {
    fn step(&mut self, event: &Event) {
        match event.kind {
            EventKind::Named { name } => self.name = name,
            EventKind::Exec { .. } => {
                self.python_since_exec = false;
                self.own_gil = None;
            }
            // The stack is the waker's.
            EventKind::Woken { .. } => {}
            _ if event.stack != StackId::NONE => {
                self.python = true;
                self.python_since_exec = true;
            }
            _ => {}
        }
    }
}
