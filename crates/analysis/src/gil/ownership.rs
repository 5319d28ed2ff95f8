//! Who has the GIL, instant by instant, as far as the events prove it.
//!
//! Three things prove an owner: the GIL's own fields, which every switch and
//! sample carries; a `FUTEX_WAKE` on its condition variable, which only the
//! owner sends and only as it lets go (CPython Python/ceval_gil.c: drop_gil);
//! and that nobody can let go while off the CPU. Between two proofs:
//!
//! - a thread that turns out to have the GIL has had it since it got its CPU,
//!   or since the last proof that it had not: what asks for the GIL asks for it
//!   first thing;
//! - a thread that blocks without the GIL had it until then: what gives it up
//!   does so right before a call;
//! - a thread that asked for it and then runs on has got it, for it asks until it
//!   does (take_gil);
//! - a thread that runs on with it, then without it (or the other way round),
//!   is given half of the time between.

use keelback_trace::{
    Call, Event, EventKind, GilView, Nanos, OffState, ProcessId, StackId, ThreadId,
};

use super::episode::MERGE_NS;
use crate::futex::{FutexClass, FutexOp, NR_FUTEX, gil_word};
use crate::model::{GilId, Scene, Waker};

/// Who has a GIL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// Nothing proves anything.
    #[default]
    Unknown,
    /// Nobody.
    Free,
    /// This thread.
    Thread(ThreadId),
}

/// A stretch of time of one GIL. Its stretches touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The process.
    pub process: ProcessId,
    /// The GIL.
    pub gil: GilId,
    /// Who has it.
    pub owner: Owner,
    /// Its first instant.
    pub from: Nanos,
    /// The instant after its last.
    pub to: Nanos,
    /// Is the owner on a CPU?
    pub on_cpu: bool,
    /// The owner's Python stack, as it was seen last.
    pub stack: StackId,
}

/// All GILs: of processes, and of sub-interpreters that have their own.
#[derive(Debug, Default)]
pub struct Ownership {
    threads: Vec<ThreadNow>,
    gils: Vec<GilNow>,
}

#[derive(Clone, Copy, Debug)]
struct ThreadNow {
    on_cpu: bool,
    /// When it got a CPU last.
    since: Nanos,
    /// When it was woken, if that was seen since it lost its CPU.
    woken: Option<Nanos>,
    /// Did it sleep for the GIL when it lost its CPU last?
    asked: bool,
    stack: StackId,
}

#[derive(Clone, Copy, Debug)]
struct GilNow {
    process: ProcessId,
    owner: Owner,
    /// When the present stretch began.
    since: Nanos,
    /// The last instant that proves the owner.
    seen: Nanos,
    on_cpu: bool,
    stack: StackId,
}

impl ThreadNow {
    const NEW: ThreadNow = ThreadNow {
        on_cpu: false,
        since: Nanos(0),
        woken: None,
        asked: false,
        stack: StackId::NONE,
    };
}

impl GilNow {
    const NEW: GilNow = GilNow {
        process: ProcessId::NONE,
        owner: Owner::Unknown,
        since: Nanos(0),
        seen: Nanos(0),
        on_cpu: false,
        stack: StackId::NONE,
    };
}

impl Ownership {
    /// Takes the next event and hands out the stretches that it ends.
    pub fn event(&mut self, event: &Event, scene: &Scene<'_>, emit: &mut impl FnMut(Stretch)) {
        let process = scene.process_of(event.thread);
        if process == ProcessId::NONE {
            return;
        }
        let gil = scene.gil_of(event.thread);
        self.make_room(event.thread, process, gil);
        self.remember_stack(event);
        let mut gil = At {
            process,
            gil,
            at: event.at,
            thread: event.thread,
            state: self,
            emit,
        };
        match event.kind {
            EventKind::SwitchIn { .. } => gil.runs_since(event.at),
            EventKind::SwitchOut {
                state,
                gil: view,
                call,
                ..
            } => gil.switched_out(state, view, slept_for(process, call, scene)),
            EventKind::Sample { gil: view, .. } => gil.sampled(view),
            EventKind::Woken { by, call } => {
                gil.woken();
                let process = scene.process_of(by);
                if process == ProcessId::NONE {
                    return;
                }
                let released = released(by, call, scene);
                let gil = released.unwrap_or_else(|| scene.gil_of(by));
                self.make_room(by, process, gil);
                let mut gil = At {
                    process,
                    gil,
                    at: event.at,
                    thread: by,
                    state: self,
                    emit,
                };
                gil.runs();
                if released.is_some() {
                    gil.released(event.stack);
                }
            }
            EventKind::UnderGil { .. } => gil.left_others(),
            EventKind::Exited { .. } => gil.switched_out(OffState::Dead, GilView::Unknown, None),
            EventKind::Exec { .. } => gil.turn(event.at, Owner::Unknown, event.at),
            _ => {}
        }
    }

    /// The present stretch of a GIL, up to `now`.
    pub fn now(&self, id: GilId, now: Nanos) -> Option<Stretch> {
        let gil = self.gils.get(id.index())?;
        Some(gil.stretch(id, now))
    }

    /// Hands out the stretches that are open at the recording's end.
    pub fn finish(&self, end: Nanos, emit: &mut impl FnMut(Stretch)) {
        for (index, gil) in self.gils.iter().enumerate() {
            if gil.since < end && gil.process != ProcessId::NONE {
                emit(gil.stretch(GilId::numbered(index), end));
            }
        }
    }

    fn make_room(&mut self, thread: ThreadId, process: ProcessId, gil: GilId) {
        if thread.index() >= self.threads.len() {
            self.threads.resize(thread.index() + 1, ThreadNow::NEW);
        }
        if gil.index() >= self.gils.len() {
            self.gils.resize(gil.index() + 1, GilNow::NEW);
        }
        self.gils[gil.index()].process = process;
    }

    /// A wake-up carries the waker's stack, every other event the thread's own.
    fn remember_stack(&mut self, event: &Event) {
        if event.stack != StackId::NONE && !matches!(event.kind, EventKind::Woken { .. }) {
            self.threads[event.thread.index()].stack = event.stack;
        }
    }
}

/// Does a wake-up prove that `by` let go of a GIL? One inside an interrupt shows
/// whatever call was interrupted; only one in `FUTEX_WAKE` on the GIL's
/// condition variable does.
pub(crate) fn releases(by: ThreadId, call: Call, scene: &Scene<'_>) -> bool {
    released(by, call, scene).is_some()
}

/// Which GIL does a wake-up prove that `by` let go of?
fn released(by: ThreadId, call: Call, scene: &Scene<'_>) -> Option<GilId> {
    let (class, gil) = wakes(by, call, scene)?;
    (class == FutexClass::Gil).then_some(gil)
}

/// Does a wake-up show that the woken thread's turn came through `by`, on the
/// condition variable or on the mutex that guards the GIL's fields?
fn gives(by: ThreadId, call: Call, scene: &Scene<'_>) -> bool {
    let class = wakes(by, call, scene).map(|(class, _)| class);
    matches!(class, Some(FutexClass::Gil | FutexClass::GilInternal))
}

impl Waker {
    /// Did the GIL come from it?
    pub(crate) fn is_giver(&self, scene: &Scene<'_>) -> bool {
        gives(self.thread, self.call, scene)
    }
}

/// For which of a GIL's condition variables does a thread sleep in this call, if
/// for any?
fn slept_for(process: ProcessId, call: Call, scene: &Scene<'_>) -> Option<FutexClass> {
    let class = match call.nr {
        NR_FUTEX => word_of(process, call.args[0], scene)?.0,
        _ => return None,
    };
    matches!(class, FutexClass::Gil | FutexClass::ForcedSwitch).then_some(class)
}

/// Which of which GIL's words does the call of `by` wake?
fn wakes(by: ThreadId, call: Call, scene: &Scene<'_>) -> Option<(FutexClass, GilId)> {
    if by == ThreadId::NONE || call.nr != NR_FUTEX || FutexOp::of(call) != FutexOp::Wake {
        return None;
    }
    word_of(scene.process_of(by), call.args[0], scene)
}

/// Which word of which GIL of the process lies at an address?
pub(super) fn word_of(
    process: ProcessId,
    address: u64,
    scene: &Scene<'_>,
) -> Option<(FutexClass, GilId)> {
    let mut pythons = scene.interpreters(process);
    pythons.find_map(|python| {
        let class = gil_word(python, address)?;
        Some((class, scene.gil_at(process, python.gil)))
    })
}

impl GilNow {
    fn stretch(&self, gil: GilId, to: Nanos) -> Stretch {
        Stretch {
            process: self.process,
            gil,
            owner: self.owner,
            from: self.since,
            to,
            on_cpu: self.on_cpu,
            stack: self.stack,
        }
    }
}

/// What one event says about one GIL.
struct At<'a, F: FnMut(Stretch)> {
    process: ProcessId,
    gil: GilId,
    at: Nanos,
    thread: ThreadId,
    state: &'a mut Ownership,
    emit: &'a mut F,
}

impl<F: FnMut(Stretch)> At<'_, F> {
    fn runs_since(&mut self, from: Nanos) {
        let thread = self.thread_mut();
        (thread.on_cpu, thread.since) = (true, from);
        if self.owner() == Owner::Thread(self.thread) {
            self.turn(from, self.owner(), self.at);
        }
    }

    /// It is on a CPU: if no switch to it was seen, since its wake-up.
    fn runs(&mut self) {
        let thread = *self.thread_mut();
        if !thread.on_cpu {
            self.runs_since(thread.woken.unwrap_or(self.at));
        }
    }

    fn woken(&mut self) {
        self.thread_mut().woken = Some(self.at);
    }

    fn switched_out(&mut self, state: OffState, view: GilView, slept_for: Option<FutexClass>) {
        self.runs();
        self.has_got_it(slept_for.is_some());
        match view {
            GilView::Held(owner) if owner != ThreadId::NONE => self.had_by(owner),
            // What blocks has let go right before.
            GilView::Free => self.free_since(self.at),
            // So has who asks for it, or waits until somebody else has taken it; who
            // has it by now is not seen.
            _ if slept_for.is_some() && self.owner() == Owner::Thread(self.thread) => {
                self.turn(self.at, Owner::Free, self.gil().seen);
            }
            _ => {}
        }
        let asks = slept_for == Some(FutexClass::Gil);
        let thread = self.thread_mut();
        (thread.on_cpu, thread.woken, thread.asked) = (false, None, asks);
        let gone = state == OffState::Dead;
        if self.owner() == Owner::Thread(self.thread) {
            let owner = if gone { Owner::Unknown } else { self.owner() };
            self.turn(self.at, owner, self.at);
        }
    }

    /// It had asked for the GIL, and has run since: if nothing else is known of
    /// that time, it had it. Who gave it may leave its CPU a moment later.
    fn has_got_it(&mut self, let_go: bool) {
        let thread = *self.thread_mut();
        let ran = self.at.since(thread.since).0;
        let is_new = self.gil().seen.0 <= thread.since.0 + MERGE_NS;
        if thread.asked && ran >= MERGE_NS && is_new {
            let seen = if let_go { thread.since } else { self.at };
            self.turn(thread.since, Owner::Thread(self.thread), seen);
        }
    }

    fn sampled(&mut self, view: GilView) {
        self.runs();
        match view {
            GilView::Held(owner) if owner != ThreadId::NONE => self.had_by(owner),
            GilView::Free => self.free_since(self.halfway()),
            _ => {}
        }
    }

    fn released(&mut self, stack: StackId) {
        if stack != StackId::NONE {
            self.thread_mut().stack = stack;
        }
        self.had_by(self.thread);
        self.turn(self.at, Owner::Free, self.at);
    }

    /// The thread has come under this GIL: it cannot have any other's.
    fn left_others(&mut self) {
        let here = self.gil;
        for index in 0..self.state.gils.len() {
            let gil = self.state.gils[index];
            if gil.owner == Owner::Thread(self.thread) && index != here.index() {
                (self.process, self.gil) = (gil.process, GilId::numbered(index));
                self.turn(self.at, Owner::Unknown, self.at);
            }
        }
    }

    fn had_by(&mut self, owner: ThreadId) {
        self.state.make_room(owner, self.process, self.gil);
        let taker = self.state.threads[owner.index()];
        let seen = self.gil().seen;
        match self.owner() {
            Owner::Thread(same) if same == owner => {
                if taker.stack != self.gil().stack {
                    self.turn(self.at, Owner::Thread(owner), self.at);
                }
                self.gil_mut().seen = self.at;
            }
            Owner::Free if taker.on_cpu && taker.since <= seen => {
                self.turn(self.halfway(), Owner::Thread(owner), self.at);
            }
            _ => self.turn(taker.since.max(seen), Owner::Thread(owner), self.at),
        }
    }

    fn free_since(&mut self, from: Nanos) {
        match self.owner() {
            Owner::Free => self.gil_mut().seen = self.at,
            Owner::Unknown => self.turn(self.at, Owner::Free, self.at),
            Owner::Thread(_) => self.turn(from, Owner::Free, self.at),
        }
    }

    /// Between the last proof and this one.
    fn halfway(&self) -> Nanos {
        let seen = self.gil().seen;
        Nanos(seen.0 + self.at.since(seen).0 / 2)
    }

    /// Ends the present stretch at `from`; the next one is `owner`'s.
    fn turn(&mut self, from: Nanos, owner: Owner, seen: Nanos) {
        let gil = *self.gil();
        let from = from.max(gil.since);
        if gil.since < from {
            (self.emit)(gil.stretch(self.gil, from));
        }
        let thread = match owner {
            Owner::Thread(thread) => self.state.threads[thread.index()],
            Owner::Unknown | Owner::Free => ThreadNow::NEW,
        };
        *self.gil_mut() = GilNow {
            process: self.process,
            owner,
            since: from,
            seen,
            on_cpu: thread.on_cpu,
            stack: thread.stack,
        };
    }

    fn thread_mut(&mut self) -> &mut ThreadNow {
        &mut self.state.threads[self.thread.index()]
    }

    fn owner(&self) -> Owner {
        self.gil().owner
    }

    fn gil(&self) -> &GilNow {
        &self.state.gils[self.gil.index()]
    }

    fn gil_mut(&mut self) -> &mut GilNow {
        &mut self.state.gils[self.gil.index()]
    }
}
