//! Reports for a terminal.

mod bar;
mod budget;
mod findings;
mod frame;
mod gil;
mod header;
mod lines;
mod startup;
mod syscalls;
mod table;
mod threads;
mod verdict;

pub use gil::gil;
pub use startup::startup;
pub use syscalls::syscalls;
pub use verdict::verdict;
