//! From a futex's address, type and Python stack to its class.
//!
//! The evidence is asked in the order of its strength:
//!
//! 0. A free-threaded build's thread is parked on its own state (the world is
//!    stopped), on an object's lock to enter a critical section, or to stop the
//!    world: the recorder looked at what it parks on.
//! 1. The word lies in the GIL's condition variables or mutexes, or elsewhere
//!    in `_PyRuntime`.
//! 2. The Python stack ends in a function that joins a thread or takes an
//!    import lock. This goes before the type, because both are built on
//!    `_thread.lock` (and it alone tells them apart).
//! 3. The parked object's type (CPython 3.13+ parks on a word of its own stack
//!    and leaves the lock's address there).
//! 4. The operation: a process-shared word with a thread id as its value is
//!    pthread_join(3) (the kernel clears it at the thread's end, clone(2)
//!    `CLONE_CHILD_CLEARTID`); any other is a lock between processes.
//! 5. malloc(3)'s arenas: a thread's heap is aligned to 64 MB and begins with
//!    its arena, whose first field is the mutex (glibc malloc/arena.c).
//! 6. Rules of thumb, marked [`Evidence::Presumed`].

use keelback_trace::define::Interpreter;
use keelback_trace::{Call, Parked, ProcessId, StackId, TextId, ThreadId};

use super::{Evidence, FutexClass, FutexKind, FutexOp, is_shared};
use crate::model::Scene;
use crate::model::stacks::Role;

/// One futex call, or one sleep in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FutexUse {
    /// Who made it.
    pub(crate) thread: ThreadId,
    /// Word, operation, value.
    pub(crate) call: Call,
    /// The lock object, when the thread slept on a parking-lot word.
    pub(crate) parked: Parked,
    /// The caller's Python stack.
    pub(crate) stack: StackId,
}

/// Says whose lock it is.
pub(crate) fn classify(futex: &FutexUse, scene: &Scene<'_>) -> FutexKind {
    let process = scene.process_of(futex.thread);
    by_place(futex, scene)
        .or_else(|| by_address(futex, process, scene))
        .or_else(|| by_stack(futex, scene))
        .or_else(|| by_parked_object(futex, scene))
        .or_else(|| by_operation(futex))
        .or_else(|| by_arena(futex))
        .unwrap_or_else(|| presumed(futex, process, scene))
}

/// What a free-threaded build's thread is parked on, where the recorder knew
/// the place.
fn by_place(futex: &FutexUse, scene: &Scene<'_>) -> Option<FutexKind> {
    let class = match scene.known.text(futex.parked.type_name) {
        Parked::WORLD_STOPPED => FutexClass::StoppedWorld,
        Parked::STOPPING_WORLD => FutexClass::StoppingWorld,
        place if place.starts_with(Parked::CRITICAL_SECTION) => FutexClass::CriticalSection,
        _ => return None,
    };
    Some(known(class, Evidence::Address))
}

fn by_address(futex: &FutexUse, process: ProcessId, scene: &Scene<'_>) -> Option<FutexKind> {
    let word = futex.call.args[0];
    let mut pythons = scene.interpreters(process);
    let class = pythons.find_map(|python| gil_word(python, word).or_else(|| own(python, word)))?;
    Some(known(class, Evidence::Address))
}

/// Which of the GIL's words is it? An interpreter whose GIL was not found has
/// none.
pub(crate) fn gil_word(python: &Interpreter, word: u64) -> Option<FutexClass> {
    let offset = word.checked_sub(python.gil).filter(|_| python.gil != 0)?;
    let lies = |(from, to): (u16, u16)| (u64::from(from)..u64::from(to)).contains(&offset);
    let words = &python.gil_words;
    match () {
        () if lies(words.cond) => Some(FutexClass::Gil),
        () if lies(words.mutex) => Some(FutexClass::GilInternal),
        () if lies(words.switch_cond) || lies(words.switch_mutex) => Some(FutexClass::ForcedSwitch),
        () => None,
    }
}

fn own(python: &Interpreter, word: u64) -> Option<FutexClass> {
    let offset = word.checked_sub(python.runtime)?;
    (offset < python.runtime_size).then_some(FutexClass::Interpreter)
}

fn by_stack(futex: &FutexUse, scene: &Scene<'_>) -> Option<FutexKind> {
    let class = match scene.role(futex.stack) {
        Role::Join => FutexClass::Join,
        Role::ImportLock => FutexClass::Import,
        Role::News | Role::Plain => return None,
    };
    Some(known(class, Evidence::PythonStack))
}

fn by_parked_object(futex: &FutexUse, scene: &Scene<'_>) -> Option<FutexKind> {
    if futex.parked.address == 0 {
        return None;
    }
    let class = match scene.known.text(futex.parked.type_name) {
        "_thread.lock" => FutexClass::Lock,
        "_thread.RLock" => FutexClass::RLock,
        // A mutex inside another object, or one of the interpreter's own.
        _ => FutexClass::Interpreter,
    };
    let evidence = match futex.parked.type_name {
        TextId::NONE => Evidence::Presumed,
        _ => Evidence::LockType,
    };
    Some(known(class, evidence))
}

fn by_operation(futex: &FutexUse) -> Option<FutexKind> {
    let waits = FutexOp::of(futex.call).waits();
    let class = match futex.call.args[2] {
        _ if !is_shared(futex.call) => return None,
        tid if waits && tid != 0 => FutexClass::Join,
        _ => FutexClass::Shared,
    };
    Some(known(class, Evidence::Operation))
}

/// `HEAP_MAX_SIZE` is 64 MB; `heap_info` takes the first 0x20 bytes (0x30 from
/// glibc 2.35 on).
fn by_arena(futex: &FutexUse) -> Option<FutexKind> {
    const HEAP: u64 = 64 << 20;
    let in_head = (0x20..0x40).contains(&(futex.call.args[0] % HEAP));
    let plain = FutexOp::of(futex.call) != FutexOp::WaitBitset;
    (in_head && plain).then_some(known(FutexClass::Malloc, Evidence::Address))
}

fn presumed(futex: &FutexUse, process: ProcessId, scene: &Scene<'_>) -> FutexKind {
    let class = match futex.stack {
        StackId::NONE => without_stack(futex, process, scene),
        _ => under_python(futex, process, scene),
    };
    known(class, Evidence::Presumed)
}

/// A thread that never showed a Python stack, in a process where others would,
/// is a library's: a BLAS pool, a gRPC poller.
fn without_stack(futex: &FutexUse, process: ProcessId, scene: &Scene<'_>) -> FutexClass {
    let is_python = scene.runs_python(futex.thread) || scene.is_main(futex.thread);
    match FutexOp::of(futex.call) {
        _ if scene.interpreters(process).next().is_none() => FutexClass::Foreign,
        _ if is_python || !scene.has_frames(process) => FutexClass::Unknown,
        op if op.waits() => FutexClass::IdlePool,
        _ => FutexClass::Foreign,
    }
}

/// CPython's locks wait on semaphores, which use `FUTEX_WAIT_BITSET`
/// (Python/thread_pthread.h; glibc nptl/sem_waitcommon.c). A plain
/// `FUTEX_WAIT` is some C mutex, and so is a semaphore where all Python locks
/// park.
fn under_python(futex: &FutexUse, process: ProcessId, scene: &Scene<'_>) -> FutexClass {
    let lock = scene.interpreters(process).next().map(semaphore_locks);
    match FutexOp::of(futex.call) {
        FutexOp::Wait | FutexOp::LockPi => FutexClass::Foreign,
        _ => lock.unwrap_or(FutexClass::Lock),
    }
}

/// Which Python lock still waits on a semaphore: `Lock` until 3.13.4, `RLock`
/// until 3.13, none in 3.14 and in free-threaded builds (all are `PyMutex`).
fn semaphore_locks(python: &Interpreter) -> FutexClass {
    let mut numbers = python.version.split('.').map(leading_number);
    let version = [(); 3].map(|()| numbers.next().unwrap_or(0));
    match version {
        _ if python.free_threaded || version >= [3, 14, 0] => FutexClass::Foreign,
        _ if version >= [3, 13, 5] => FutexClass::RLock,
        _ => FutexClass::Lock,
    }
}

/// `13` of `13t`, `0` of `0rc2`.
fn leading_number(part: &str) -> u32 {
    let end = part
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(part.len());
    part[..end].parse().unwrap_or(0)
}

fn known(class: FutexClass, evidence: Evidence) -> FutexKind {
    FutexKind { class, evidence }
}
