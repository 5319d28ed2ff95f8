//! One interpreter file: what can be known without running it.

mod elf;
mod file;
mod image;
mod needed;
mod probe;
mod stamp;

pub use file::{Build, BuildError, FileId, Libc, Runtime};
pub use image::{Image, Segment};
pub use needed::needed_libpython;
pub(crate) use needed::needs_libpython;
pub use probe::Probe;
