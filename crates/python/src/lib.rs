//! CPython seen from outside: runtime, layouts, frames, code, lines, GIL.
#![forbid(unsafe_code)]

mod build;
mod layout;
mod version;

pub use build::{
    Build, BuildError, FileId, Image, Libc, Probe, Runtime, Segment, needed_libpython,
};
pub use layout::{
    BytesFields, CodeFields, Field, FrameFields, FrameStyle, GilLayout, GilWords, InstrStyle,
    InterpreterFields, Layout, LineStyle, ObjectFields, Refusal, RuntimeFields, Source,
    ThreadFields, UnicodeFields,
};
pub use version::{Level, Version};
