//! CPython seen from outside: runtime, layouts, frames, code, lines, GIL.
//!
//! A [`Build`] is what one file says: which CPython it is and where things lie
//! in its structures ([`Layout`], [`GilLayout`]), each offset with its source.
//! [`candidates`] and [`runtime_of`] find such files behind a command and in a
//! process. With them and a [`ReadMemory`] a [`Walker`] reads threads, frames
//! and names, and [`Gil`] who holds the lock.
//!
//! A version or build that is not known is refused by name
//! ([`Refusal`]), never guessed.
#![forbid(unsafe_code)]

mod build;
mod find;
mod layout;
mod lines;
mod memory;
mod read;
mod version;

pub use build::{
    Build, BuildError, FileId, Image, Libc, Probe, Runtime, Segment, needed_libpython,
};
pub use find::{Builds, FindError, Found, Places, candidates, runtime_of};
pub use layout::{
    AttributeFields, BytesFields, CodeFields, Collecting, Field, FrameFields, FrameStyle,
    GilLayout, GilWords, InstanceStyle, InstrStyle, IntStyle, InterpreterFields, KeysStyle, Layout,
    LineStyle, ObjectFields, ParkingFields, Refusal, RuntimeFields, Source, ThreadFields,
    UnicodeFields,
};
pub use lines::line;
pub use memory::{LiveProcess, Pages, ReadError, ReadMemory, Snapshot};
pub use read::{
    Code, Frame, Gil, GilState, Named, Roster, Stack, Text, ThreadName, ThreadState, Walker, bytes,
    decode, text, type_name,
};
pub use version::{Level, Version};
