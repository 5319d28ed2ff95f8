//! The Global Interpreter Lock's own structure.

use super::Field;

/// `struct _gil_runtime_state` (Include/internal/pycore_gil.h) and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GilLayout {
    /// The main interpreter's GIL, bytes from `_PyRuntime`. Inside the runtime
    /// in every version; from 3.12 on inside the main interpreter's state,
    /// which is the runtime's last member.
    pub main: Field,
    /// `PyInterpreterState.ceval.gil`, the pointer to the GIL an interpreter
    /// uses: its own or the main one's (3.12+).
    pub of_interpreter: Option<Field>,
    /// Bytes from the GIL's start.
    pub words: GilWords,
}

/// Offsets in `struct _gil_runtime_state`, bytes from its start. A free-threaded
/// build has `enabled` in front and everything else 8 bytes later.
///
/// Ranges are `[start, end)`. Classify a futex by range: the word inside a
/// condition variable that a thread sleeps on differs between glibcs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GilWords {
    /// `enabled`, an `int`: 0 while a free-threaded build runs without the GIL.
    /// `None` where the GIL cannot be disabled.
    pub enabled: Option<u16>,
    /// `interval`, an `unsigned long`, microseconds.
    pub interval: u16,
    /// `last_holder`, a `PyThreadState *`.
    pub last_holder: u16,
    /// `locked`, an `int`: -1 before creation, then 0 or 1.
    pub locked: u16,
    /// `switch_number`, an `unsigned long`: how often the holder changed.
    pub switch_number: u16,
    /// `cond`: waiting for the GIL.
    pub cond: (u16, u16),
    /// `mutex`: guards `locked`.
    pub mutex: (u16, u16),
    /// `switch_cond`: a forced switch, waiting until someone else took it.
    pub switch_cond: (u16, u16),
    /// `switch_mutex`: guards `last_holder` in a forced switch.
    pub switch_mutex: (u16, u16),
    /// Bytes of the whole structure.
    pub size: u16,
}
