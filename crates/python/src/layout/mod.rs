//! Where things lie in CPython's structures, per version and build.

mod field;
mod fields;
mod gil;
mod refusal;

pub use field::{Field, Source};
pub use fields::{
    BytesFields, CodeFields, FrameFields, FrameStyle, InstrStyle, InterpreterFields, Layout,
    LineStyle, ObjectFields, RuntimeFields, ThreadFields, UnicodeFields,
};
pub use gil::{GilLayout, GilWords};
pub use refusal::Refusal;
