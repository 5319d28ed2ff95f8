//! Reports for a terminal.

mod bar;
mod budget;
mod change;
mod findings;
mod frame;
mod gil;
mod header;
mod lines;
mod replay;
mod startup;
mod syscalls;
mod table;
mod threads;
mod verdict;

pub use change::change;
pub use gil::gil;
pub use replay::replay;
pub use startup::startup;
pub use syscalls::syscalls;
pub use verdict::verdict;
