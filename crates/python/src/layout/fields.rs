//! All that a reader of CPython's memory must know of one build.

use super::{AttributeFields, Field};

/// Where the members lie that lead from `_PyRuntime` to names and lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// `_PyRuntimeState`.
    pub runtime: RuntimeFields,
    /// `PyInterpreterState`.
    pub interpreter: InterpreterFields,
    /// `PyThreadState`.
    pub thread: ThreadFields,
    /// `PyFrameObject` (3.7-3.10) or `_PyInterpreterFrame` (3.11+).
    pub frame: FrameFields,
    /// `PyCodeObject`.
    pub code: CodeFields,
    /// `PyUnicodeObject`.
    pub unicode: UnicodeFields,
    /// `PyBytesObject`.
    pub bytes: BytesFields,
    /// `PyObject` and `PyTypeObject`.
    pub object: ObjectFields,
    /// Where the garbage collector says that it runs; `None` if not known.
    pub collecting: Option<Collecting>,
    /// What free-threaded threads wait for; `None` for builds with a GIL.
    pub parking: Option<ParkingFields>,
    /// Modules, `dict`s and instances; `None` where their offsets cannot be
    /// true: names of threads are not read then.
    pub attributes: Option<AttributeFields>,
}

/// Where `collecting` lies, an `int` that is 1 while the cyclic garbage
/// collector runs (`struct _gc_runtime_state`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collecting {
    /// 3.7 and 3.8: in `_PyRuntimeState.gc`.
    OfRuntime(Field),
    /// 3.9+: in `PyInterpreterState.gc`.
    OfInterpreter(Field),
}

/// What tells apart the waits of a free-threaded build's threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParkingFields {
    /// `PyThreadState.state`, an `int`: a thread parks on its own while the
    /// world is stopped (Python/pystate.c: `tstate_wait_attach`).
    pub state: Field,
    /// `PyThreadState.critical_section`: the innermost one, its two low bits
    /// are tags (Include/internal/pycore_critical_section.h).
    pub critical_section: Field,
    /// `PyInterpreterState.stoptheworld`, a `struct _stoptheworld_state`.
    pub stop_the_world: Field,
    /// `PyObject.ob_mutex`: the lock of an object's critical sections.
    pub object_mutex: Field,
}

/// Members of `_PyRuntimeState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuntimeFields {
    /// `interpreters.head`: the newest `PyInterpreterState`.
    pub interpreters_head: Field,
}

/// Members of `PyInterpreterState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterpreterFields {
    /// `next`: an older interpreter.
    pub next: Field,
    /// `threads.head` (`tstate_head` before 3.11): the newest thread state.
    pub threads_head: Field,
}

/// Members of `PyThreadState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadFields {
    /// `prev`: a newer thread state.
    pub prev: Field,
    /// `next`: an older thread state.
    pub next: Field,
    /// `interp`.
    pub interp: Field,
    /// `_status`, a bit field whose bit 4 is `active`: in use by its thread
    /// right now (3.12+).
    pub status: Option<Field>,
    /// `thread_id`: `pthread_self()`, which is the thread's fs base.
    pub thread_id: Field,
    /// `native_thread_id` (3.11+): the tid in the process's own PID namespace.
    pub native_thread_id: Option<Field>,
    /// Where the way to the innermost frame starts; see [`FrameStyle`].
    pub frame: Field,
}

/// How a thread state leads to its innermost frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameStyle {
    /// 3.7-3.10: `tstate.frame` is a `PyFrameObject`.
    FrameObject,
    /// 3.11 and 3.12: `tstate.cframe` is a `_PyCFrame`, and its
    /// `current_frame`, at this offset, a `_PyInterpreterFrame`.
    CFrame(Field),
    /// 3.13+: `tstate.current_frame` is a `_PyInterpreterFrame`.
    Current,
}

/// How a frame says which instruction it executes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstrStyle {
    /// 3.7-3.9: `f_lasti`, an `int`, in bytes of bytecode.
    LastiBytes,
    /// 3.10: `f_lasti`, an `int`, in code units of two bytes.
    LastiUnits,
    /// 3.11+: a pointer into `co_code_adaptive`.
    Pointer,
    /// Free-threaded 3.14+: a pointer into the thread's own copy of the
    /// bytecode, `co_tlbc->entries[frame.tlbc_index]`.
    LocalPointer {
        /// `frame.tlbc_index`, an `int32_t`.
        index: Field,
        /// `code.co_tlbc`: a pointer to `{ Py_ssize_t size; char *entries[]; }`.
        copies: Field,
    },
}

/// Members of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameFields {
    /// How to get to the first one.
    pub style: FrameStyle,
    /// The code object; apply [`code_mask`](Self::code_mask).
    pub code: Field,
    /// The bits of `code` that are the pointer: 3.14+ tags it.
    pub code_mask: u64,
    /// The caller's frame.
    pub previous: Field,
    /// The instruction; see [`InstrStyle`].
    pub instr: Field,
    /// What [`instr`](Self::instr) means.
    pub instr_style: InstrStyle,
    /// `owner`, a `char` (3.11+).
    pub owner: Option<Field>,
    /// A frame whose owner is this or more is no Python frame: it marks where
    /// native code entered the interpreter (3.12+).
    pub boundary_owner: Option<u8>,
}

/// Members of `PyCodeObject`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFields {
    /// `co_filename`, a `str`.
    pub filename: Field,
    /// `co_name`, a `str`.
    pub name: Field,
    /// `co_qualname`, a `str` (3.11+).
    pub qualname: Option<Field>,
    /// `co_firstlineno`, an `int`.
    pub first_line: Field,
    /// `co_lnotab` or `co_linetable`, a `bytes`.
    pub line_table: Field,
    /// How to read it.
    pub line_style: LineStyle,
    /// `co_code_adaptive`: the bytecode itself (3.11+).
    /// Before: `co_code`, a `bytes` object that no reader of lines needs.
    pub bytecode: Field,
    /// `co_version`, a `uint32_t` (3.12+): counted up per interpreter with each
    /// code object made, so that it tells one from the next at its address. 0
    /// once the counter is used up.
    pub version: Option<Field>,
}

/// How a code object maps instructions to lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineStyle {
    /// 3.7-3.9: `co_lnotab` (Objects/lnotab_notes.txt).
    Lnotab,
    /// 3.10: `co_linetable` of PEP 626 (Objects/lnotab_notes.txt).
    Pep626,
    /// 3.11+: the location table (Objects/locations.md).
    Locations,
}

/// Members of `str`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnicodeFields {
    /// `length` in code points, a `Py_ssize_t`.
    pub length: Field,
    /// `hash`, a `Py_hash_t`; -1 while not computed.
    pub hash: Field,
    /// `state`: the bit field that says how the text is stored.
    pub state: Field,
    /// Lowest bit of the three of `state.kind` (1, 2 or 4 bytes a code point).
    /// `compact` and `ascii` are the two bits above them.
    pub kind_shift: u8,
    /// Size of `PyASCIIObject`: where the text of an ASCII string starts.
    pub ascii_data: Field,
    /// Size of `PyCompactUnicodeObject`: where any other text starts.
    pub compact_data: Field,
}

/// Members of `bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BytesFields {
    /// `ob_size`, a `Py_ssize_t`.
    pub size: Field,
    /// `ob_sval`: the first byte.
    pub data: Field,
}

/// Members of every object and of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectFields {
    /// `ob_type`.
    pub ob_type: Field,
    /// `tp_name` of a type, a C string.
    pub tp_name: Field,
}
