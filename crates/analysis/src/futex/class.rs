//! The classes of lock behind futex(2).

use crate::part::PartGroup;

/// Whose lock a futex belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FutexClass {
    /// Waiting for the GIL (its condition variable).
    Gil,
    /// A forced switch: the releaser waits until someone else took the GIL.
    ForcedSwitch,
    /// The mutex that guards the GIL's own fields.
    GilInternal,
    /// `threading.Lock`, and what is built on it: conditions, queues, logging.
    Lock,
    /// `threading.RLock`.
    RLock,
    /// `Thread.join`, and the joins at the interpreter's end.
    Join,
    /// The import system's locks.
    Import,
    /// Free-threaded builds: the lock of an object, such as a list, that an
    /// operation on it takes.
    CriticalSection,
    /// Free-threaded builds: another thread has stopped the world.
    StoppedWorld,
    /// Free-threaded builds: to stop the world, until all others have stopped.
    StoppingWorld,
    /// Another lock of the interpreter.
    Interpreter,
    /// A lock shared between processes: `multiprocessing.Lock` and its kin.
    Shared,
    /// An arena of malloc(3).
    Malloc,
    /// A lock of an extension or a C library.
    Foreign,
    /// A thread without Python that waits for work, such as a BLAS pool's.
    IdlePool,
    /// Cannot be told.
    Unknown,
}

impl FutexClass {
    /// Every class, in the order in which reports list them.
    pub const ALL: [FutexClass; 16] = [
        FutexClass::Gil,
        FutexClass::ForcedSwitch,
        FutexClass::GilInternal,
        FutexClass::Lock,
        FutexClass::RLock,
        FutexClass::Join,
        FutexClass::Import,
        FutexClass::CriticalSection,
        FutexClass::StoppedWorld,
        FutexClass::StoppingWorld,
        FutexClass::Interpreter,
        FutexClass::Shared,
        FutexClass::Malloc,
        FutexClass::Foreign,
        FutexClass::IdlePool,
        FutexClass::Unknown,
    ];

    /// What the futex table calls it.
    pub fn name(self) -> &'static str {
        match self {
            FutexClass::Gil => "GIL",
            FutexClass::ForcedSwitch => "forced switch",
            FutexClass::GilInternal => "GIL's mutex",
            FutexClass::Lock => "threading.Lock",
            FutexClass::RLock => "threading.RLock",
            FutexClass::Join => "join",
            FutexClass::Import => "import lock",
            FutexClass::CriticalSection => "critical section",
            FutexClass::StoppedWorld => "stop-the-world pause",
            FutexClass::StoppingWorld => "stopping the world",
            FutexClass::Interpreter => "other interpreter lock",
            FutexClass::Shared => "lock between processes",
            FutexClass::Malloc => "malloc arena",
            FutexClass::Foreign => "foreign library",
            FutexClass::IdlePool => "idle pool thread",
            FutexClass::Unknown => "unknown futex",
        }
    }

    /// What a budget calls time asleep on it.
    pub fn label(self) -> &'static str {
        match self {
            FutexClass::Gil => "waiting for the GIL",
            FutexClass::ForcedSwitch => "forced switch",
            FutexClass::GilInternal => "GIL's own mutex",
            FutexClass::Lock => "threading.Lock",
            FutexClass::RLock => "threading.RLock",
            FutexClass::Join => "joining a thread",
            FutexClass::Import => "import lock",
            FutexClass::CriticalSection => "critical section",
            FutexClass::StoppedWorld => "stop-the-world pause",
            FutexClass::StoppingWorld => "stopping the world",
            FutexClass::Interpreter => "other interpreter lock",
            FutexClass::Shared => "lock between processes",
            FutexClass::Malloc => "malloc arena",
            FutexClass::Foreign => "foreign library's lock",
            FutexClass::IdlePool => "idle pool thread",
            FutexClass::Unknown => "unknown futex",
        }
    }

    /// Its key in a budget's `--json`; stable.
    pub fn key(self) -> &'static str {
        match self {
            FutexClass::Gil => "gil",
            FutexClass::ForcedSwitch => "forced_switch",
            FutexClass::GilInternal => "lock.gil_internal",
            FutexClass::Lock => "lock.threading_lock",
            FutexClass::RLock => "lock.threading_rlock",
            FutexClass::Join => "lock.join",
            FutexClass::Import => "lock.import",
            FutexClass::CriticalSection => "lock.critical_section",
            FutexClass::StoppedWorld => "lock.stopped_world",
            FutexClass::StoppingWorld => "lock.stopping_world",
            FutexClass::Interpreter => "lock.interpreter",
            FutexClass::Shared => "lock.shared",
            FutexClass::Malloc => "lock.malloc",
            FutexClass::Foreign => "lock.foreign",
            FutexClass::IdlePool => "lock.idle_pool",
            FutexClass::Unknown => "lock.unknown",
        }
    }

    /// Does the interpreter use it whether or not the program has locks?
    pub fn is_interpreters_own(self) -> bool {
        matches!(
            self,
            FutexClass::Gil
                | FutexClass::ForcedSwitch
                | FutexClass::GilInternal
                | FutexClass::Import
                | FutexClass::StoppedWorld
                | FutexClass::StoppingWorld
                | FutexClass::Interpreter
        )
    }

    /// The budget group of time asleep on it.
    pub fn group(self) -> PartGroup {
        match self {
            FutexClass::Gil => PartGroup::Gil,
            FutexClass::ForcedSwitch => PartGroup::ForcedSwitch,
            _ => PartGroup::Locks,
        }
    }
}

/// What a class was concluded from, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The word's address lies in a range whose owner is known.
    Address,
    /// The operation: process-shared futexes are few and tell themselves apart.
    Operation,
    /// The type of the object that holds the lock.
    LockType,
    /// The function the Python stack ends in.
    PythonStack,
    /// A rule of thumb: right for most programs, not proven for this wait.
    Presumed,
}

impl Evidence {
    /// Its name in reports and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Evidence::Address => "address",
            Evidence::Operation => "operation",
            Evidence::LockType => "lock's type",
            Evidence::PythonStack => "Python stack",
            Evidence::Presumed => "presumed",
        }
    }
}

/// A class with its evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FutexKind {
    /// Whose lock.
    pub class: FutexClass,
    /// How that is known.
    pub evidence: Evidence,
}
