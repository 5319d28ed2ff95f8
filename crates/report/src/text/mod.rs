//! Reports for a terminal.

mod bar;
mod budget;
mod findings;
mod frame;
mod gil;
mod header;
mod lines;
mod locks;
mod startup;
mod syscalls;
mod table;
mod threads;
mod verdict;
mod whatif;

pub use gil::gil;
pub use locks::locks;
pub use startup::startup;
pub use syscalls::syscalls;
pub use verdict::verdict;
pub use whatif::no_gil;
