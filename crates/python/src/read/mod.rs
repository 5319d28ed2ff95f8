//! CPython's objects, read from memory.

mod attribute;
mod code;
mod dict;
mod gil;
mod roster;
mod strings;
mod types;
mod walk;

pub use code::Code;
pub use gil::{Gil, GilState};
pub use roster::{Roster, ThreadName};
pub use strings::{Text, bytes, decode, text};
pub use types::type_name;
pub use walk::{Frame, Named, Stack, ThreadState, Walker};
