//! Who waited for the GIL, for how long, where, and who had it.

mod alike;
mod blame;
mod book;
mod episode;
mod held;
mod history;
mod holder;
mod interval;
mod latency;
mod ownership;
mod turns;
mod types;
mod usage;
mod wakeup;

pub(crate) use book::GilBook;
pub(crate) use interval::USUAL_NS;
pub(crate) use ownership::releases;
pub use ownership::{Owner, Ownership, Stretch};
pub(crate) use turns::Turns;
pub use types::{GilReport, GilThread, GilWait, Handovers, WaitingLine, Wakeups, thread_label};
pub use usage::{COLUMNS, UsageColumn};
