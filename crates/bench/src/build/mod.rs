//! How a program was built: the tree that CPython was built in, the line that
//! linked it, the linkers that can shuffle, and functions that nobody calls.

pub mod dead_code;
pub mod error;
pub mod functions;
mod link_line;
mod linker;
mod lto;
pub mod tree;

pub use error::BuildError;
pub use functions::Functions;
pub use linker::Linker;
pub use tree::Tree;
