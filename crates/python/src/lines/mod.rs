//! From an instruction to its line, by the table of its code object.

mod line;
mod lnotab;
mod locations;
mod pep626;

pub use line::line;
