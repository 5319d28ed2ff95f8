//! Reports for a terminal.

mod bar;
mod budget;
mod change;
mod difference;
mod findings;
mod frame;
mod gil;
mod header;
mod lines;
mod locks;
mod phases;
mod replay;
mod startup;
mod syscalls;
mod table;
mod threads;
mod verdict;
mod whatif;

pub use change::change;
pub use difference::difference;
pub use gil::gil;
pub use locks::locks;
pub use replay::replay;
pub use startup::startup;
pub use syscalls::syscalls;
pub use verdict::verdict;
pub use whatif::{no_gil, other_interval};
