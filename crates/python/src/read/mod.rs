//! CPython's objects, read from memory.

mod code;
mod gil;
mod strings;
mod types;
mod walk;

pub use code::Code;
pub use gil::{Gil, GilState};
pub use strings::{Text, bytes, decode, text};
pub use types::type_name;
pub use walk::{Frame, Named, Stack, ThreadState, Walker};
