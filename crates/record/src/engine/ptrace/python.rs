//! The Python of a traced process: found, walked, asked for its GIL.

use std::sync::Arc;

use keelback_python::{Build, Builds, Gil, Layout, ReadMemory, ThreadState, Walker};
use keelback_trace::define::Stack;
use keelback_trace::{Call, GilView, LossKind, Nanos, Parked, ProcessId, StackId, WriteError};

use super::codes::{Codes, Printed};
use super::look::{Found, Look, Trail};
use super::memory::Remote;
use super::quick::QuickMap;
use super::seen::{Seen, Site};
use super::table::{Table, Tracee};
use super::teller::Teller;
use super::waits::Calls;
use crate::engine::interpreter::describe;

/// Frames of one stack that are walked, as the eBPF engine does.
const MOST_FRAMES: usize = 128;
/// A thread that is not Python's is not looked up again before, ns.
const RETRY: u64 = 10_000_000;
/// A new thread makes some calls before it has a thread state.
const NEWBORN_MISSES: u8 = 16;
/// A process is looked at this long after it began a program, and again after
/// twice the time, until [`LAST_LOOK`].
const FIRST_LOOK: u64 = 10_000_000;
const LAST_LOOK: u64 = 20_000_000_000;

/// What is known of a process's Python.
#[derive(Debug)]
pub(super) enum Python {
    /// None was found so far; `at` is when to look next, after `pause` more.
    Unknown { at: u64, pause: u64 },
    /// There is one.
    Known(Box<Runtime>),
}

/// A Python in a process.
#[derive(Clone, Debug)]
pub(super) struct Runtime {
    process: ProcessId,
    memory: Remote,
    build: Arc<Build>,
    /// Address of `_PyRuntime`.
    address: u64,
    since: Nanos,
    gil: Option<Gil>,
    /// The last look at it, and what it showed.
    gil_seen: (Trail, (u64, u64)),
    /// No search for the GIL before this instant.
    retry_gil_at: u64,
    is_told: bool,
    codes: Codes,
    stacks: QuickMap<Vec<Printed>, StackId>,
}

impl Python {
    /// A program has begun.
    pub(super) fn new(now: u64) -> Python {
        Python::Unknown {
            at: now + FIRST_LOOK,
            pause: FIRST_LOOK,
        }
    }

    /// Of a forked child.
    pub(super) fn inherit(&self, process: ProcessId, pid: u32, since: Nanos) -> Python {
        match self {
            Python::Unknown { at, pause } => Python::Unknown {
                at: *at,
                pause: *pause,
            },
            Python::Known(runtime) => Python::Known(Box::new(Runtime {
                process,
                memory: Remote(pid),
                since,
                is_told: false,
                ..Runtime::clone(runtime)
            })),
        }
    }

    /// Is it time to look?
    pub(super) fn is_due(&self, now: u64) -> bool {
        matches!(self, Python::Unknown { at, .. } if *at <= now)
    }

    /// Does one thread run at a time, as far as is known?
    pub(super) fn has_gil(&self) -> bool {
        match self {
            Python::Known(runtime) => runtime.gil.is_some() && !runtime.build.free_threaded,
            Python::Unknown { .. } => false,
        }
    }

    pub(super) fn runtime(&mut self) -> Option<&mut Runtime> {
        match self {
            Python::Known(runtime) => Some(runtime),
            Python::Unknown { .. } => None,
        }
    }

    /// Looks at what the process has mapped.
    pub(super) fn look(
        &mut self,
        builds: &mut Builds,
        process: ProcessId,
        pid: u32,
        now: u64,
        since: Nanos,
    ) {
        let Python::Unknown { at, pause } = self else {
            return;
        };
        *pause = pause.saturating_mul(2);
        *at = if *pause > LAST_LOOK {
            u64::MAX
        } else {
            now + *pause
        };
        if let Ok(Some(found)) = builds.runtime_of(pid) {
            *self = Python::Known(Box::new(Runtime {
                process,
                memory: Remote(pid),
                address: found.runtime.unwrap_or(0),
                since,
                gil: None,
                gil_seen: Default::default(),
                retry_gil_at: 0,
                is_told: false,
                codes: Codes::of(&found.build),
                stacks: QuickMap::default(),
                build: Arc::new(found.build),
            }));
        }
    }

    /// Tells of it before it is gone, if its GIL was never seen.
    pub(super) fn tell(&mut self, teller: &mut Teller<'_>) -> Result<(), WriteError> {
        match self.runtime() {
            Some(runtime) => runtime.tell(teller),
            None => Ok(()),
        }
    }
}

impl Runtime {
    fn layout(&self) -> Option<Layout> {
        self.build.layout.as_ref().ok().cloned()
    }

    fn tell(&mut self, teller: &mut Teller<'_>) -> Result<(), WriteError> {
        if std::mem::replace(&mut self.is_told, true) {
            return Ok(());
        }
        let gil = self.gil.map_or(0, |it| it.address);
        teller.known.interpreter(describe(
            &self.build,
            self.process,
            self.since,
            self.address,
            gil,
        ))
    }

    /// The stack of a thread that stands still, or sleeps.
    pub(super) fn stack(
        &mut self,
        tid: u32,
        thread: &mut Tracee,
        site: Site,
        now: u64,
        teller: &mut Teller<'_>,
    ) -> Result<StackId, WriteError> {
        let build = Arc::clone(&self.build);
        let Some(layout) = build.layout.as_ref().ok().filter(|_| self.address != 0) else {
            return Ok(StackId::NONE);
        };
        let look = match Look::along(self.memory, thread.seen.trail(site)) {
            Found::Changed(look) => look,
            Found::Same(trail) => return Ok(thread.seen.same(site, trail).tell(teller)),
        };
        let walker = Walker::new(&look, layout, self.address);
        let Some(state) = thread_state(&walker, &look, layout, thread, now) else {
            return Ok(StackId::NONE);
        };
        teller
            .known
            .thread_state(self.process, thread.tstate, thread.id);
        self.ask_name(tid, thread, teller);
        let walked = walker
            .stack_from(&look, &state, MOST_FRAMES)
            .and_then(|stack| Ok((self.codes.print(&look, layout, &stack.frames)?, stack)));
        let Ok((printed, stack)) = walked else {
            thread.seen.keep(site, Seen::default());
            teller.lose(LossKind::FrameUnread);
            return Ok(StackId::NONE);
        };
        let seen = Seen {
            stack: self.intern(&printed, stack.truncated, layout, teller)?,
            truncated: stack.truncated,
            trail: look.trail(),
        };
        Ok(thread.seen.keep(site, seen).tell(teller))
    }

    /// Has its name looked up, once for each thread state.
    fn ask_name(&self, tid: u32, thread: &mut Tracee, teller: &mut Teller<'_>) {
        if std::mem::replace(&mut thread.asked, thread.tstate) != thread.tstate {
            teller.names.begin(self.process, thread.tgid, &self.build);
            teller
                .names
                .met(self.process, thread.id, tid, thread.tstate);
        }
    }

    fn intern(
        &mut self,
        frames: &[Printed],
        truncated: bool,
        layout: &Layout,
        teller: &mut Teller<'_>,
    ) -> Result<StackId, WriteError> {
        if let Some(known) = self.stacks.get(frames) {
            return Ok(*known);
        }
        let mut stack = StackId::NONE;
        for frame in frames.iter().rev() {
            let Some(frame) = self.codes.frame(self.memory, layout, frame, teller)? else {
                continue;
            };
            stack = teller.known.stack(Stack {
                parent: stack,
                frame,
                truncated,
            })?;
        }
        self.stacks.insert(frames.to_vec(), stack);
        Ok(stack)
    }

    /// The GIL's address, once the interpreter has made it.
    pub(super) fn find_gil(&mut self, now: u64, teller: &mut Teller<'_>) -> Result<(), WriteError> {
        if self.gil.is_some() || self.address == 0 || now < self.retry_gil_at {
            return Ok(());
        }
        self.retry_gil_at = now + RETRY / 2;
        // Before there is a thread there is no GIL, and the search is long.
        let has_threads = self.layout().is_none_or(|layout| {
            let walker = Walker::new(&self.memory, &layout, self.address);
            walker.threads().is_ok_and(|it| !it.is_empty())
        });
        if has_threads {
            self.gil = Gil::locate(&self.memory, &self.build, self.address)
                .ok()
                .flatten();
        }
        match self.gil {
            Some(_) => self.tell(teller),
            None => Ok(()),
        }
    }

    /// Is this futex word the GIL's, and slept on until its holder changes?
    pub(super) fn changes_hands_at(&self, word: u64) -> bool {
        self.gil.is_some_and(|gil| gil.changes_hands_at(word))
    }

    /// Is it one of the GIL's at all?
    pub(super) fn is_of_gil(&self, word: u64) -> bool {
        self.gil.is_some_and(|gil| gil.owns(word))
    }

    /// Is it slept on in a forced switch?
    pub(super) fn is_switched_at(&self, word: u64) -> bool {
        self.gil.is_some_and(|gil| gil.is_switched_at(word))
    }

    /// How waits on the GIL's condition variables look as calls:
    /// FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG.
    pub(super) fn calls_on_gil(&self) -> Option<Calls> {
        let gil = self.gil?;
        let on = |cond: (u16, u16)| Call {
            nr: libc::SYS_futex as u16,
            args: [gil.address + u64::from(cond.0), 0x89, 0],
        };
        Some(Calls {
            turn: on(gil.words.cond),
            forced: on(gil.words.switch_cond),
        })
    }

    /// The GIL at this instant: its last holder's thread state and that one's
    /// `pthread_self()`; zeroes for a free one.
    fn gil_holder(&mut self) -> Option<(u64, u64)> {
        let (gil, layout) = (self.gil?, self.build.layout.as_ref().ok()?);
        let (trail, before) = std::mem::take(&mut self.gil_seen);
        let look = match Look::along(self.memory, trail) {
            Found::Changed(look) => look,
            Found::Same(trail) => {
                self.gil_seen = (trail, before);
                return Some(before);
            }
        };
        let state = gil.read(&look).ok()?;
        let owner = match state.last_holder {
            0 => 0,
            holder => look.u64(layout.thread.thread_id.of(holder)).unwrap_or(0),
        };
        let now = match state.locked {
            true => (state.last_holder, owner),
            false => (0, 0),
        };
        self.gil_seen = (look.trail(), now);
        Some(now)
    }

    /// A wait in the parking lot sleeps on a word inside a `wait_entry` on the
    /// waiter's own stack, right behind the address of what it waits for
    /// (CPython 3.13+, Python/parking_lot.c). The lock is the first field of
    /// its object, so the word before it is the object's type.
    pub(super) fn parked(
        &self,
        word: u64,
        stack: u64,
        teller: &mut Teller<'_>,
    ) -> Result<Parked, WriteError> {
        let Ok(layout) = &self.build.layout else {
            return Ok(Parked::NONE);
        };
        if self.build.version.minor < 13 || word.wrapping_sub(stack) > 4096 {
            return Ok(Parked::NONE);
        }
        let Ok(address @ 1..) = self.memory.u64(word.wrapping_sub(8)) else {
            return Ok(Parked::NONE);
        };
        let mut parked = Parked {
            address,
            ..Parked::NONE
        };
        let kind = self.memory.u64(address.wrapping_sub(8));
        let name = kind.and_then(|it| self.memory.u64(layout.object.tp_name.of(it)));
        if let Some((text, _)) = name.ok().and_then(|it| self.memory.c_text(it, 64)) {
            parked.type_name = teller.known.text(&text)?;
        }
        Ok(parked)
    }
}

/// The thread's `PyThreadState`: the one with its `pthread_self()`. What
/// was found before is checked, for it may have been freed.
fn thread_state(
    walker: &Walker<'_, Look>,
    look: &Look,
    layout: &Layout,
    thread: &mut Tracee,
    now: u64,
) -> Option<ThreadState> {
    if thread.fs_base == 0 {
        return None;
    }
    let state = |address| ThreadState {
        address,
        interpreter: 0,
        thread_id: thread.fs_base,
        native_thread_id: None,
    };
    if thread.tstate != 0 {
        let id = look.u64(layout.thread.thread_id.of(thread.tstate));
        if id == Ok(thread.fs_base) {
            return Some(state(thread.tstate));
        }
        thread.tstate = 0;
    }
    if now < thread.retry_at {
        return None;
    }
    let fs_base = thread.fs_base;
    let found = walker.threads().ok().into_iter().flatten();
    match found.into_iter().find(|it| it.thread_id == fs_base) {
        Some(found) => {
            thread.tstate = found.address;
            thread.misses = 0;
            Some(found)
        }
        None => {
            thread.misses = thread.misses.saturating_add(1);
            if thread.misses > NEWBORN_MISSES {
                thread.retry_at = now + RETRY;
            }
            None
        }
    }
}

impl Table {
    /// The GIL of a process at this instant.
    pub(super) fn gil_view(&mut self, tgid: u32, teller: &mut Teller<'_>) -> GilView {
        let runtime = self
            .processes
            .get_mut(&tgid)
            .and_then(|it| it.python.runtime());
        let Some((holder, owner)) = runtime.and_then(Runtime::gil_holder) else {
            return GilView::Unknown;
        };
        if holder == 0 {
            return GilView::Free;
        }
        let threads = self.threads.values();
        let mut owners = threads.filter(|it| it.tgid == tgid && it.fs_base == owner && owner != 0);
        let thread = owners.next().map(|it| it.id);
        if let (Some(thread), Some(process)) = (thread, self.processes.get(&tgid)) {
            teller.known.thread_state(process.id, holder, thread);
        }
        GilView::Held(thread.unwrap_or(keelback_trace::ThreadId::NONE))
    }
}
