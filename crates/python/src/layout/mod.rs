//! Where things lie in CPython's structures, per version and build.

mod assemble;
mod attributes;
mod check;
mod column;
mod debug_offsets;
mod field;
mod fields;
mod gil;
mod gil_layout;
mod instr;
mod offsets;
mod plan;
mod refusal;
mod table;

pub use attributes::{AttributeFields, InstanceStyle, IntStyle, KeysStyle};
pub use field::{Field, Source};
pub use fields::{
    BytesFields, CodeFields, Collecting, FrameFields, FrameStyle, InstrStyle, InterpreterFields,
    Layout, LineStyle, ObjectFields, ParkingFields, RuntimeFields, ThreadFields, UnicodeFields,
};
pub use gil::{GilLayout, GilWords};
pub use refusal::Refusal;

pub(crate) use debug_offsets::Head;
pub(crate) use plan::Plan;
