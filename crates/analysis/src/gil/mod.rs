//! Who waited for the GIL, for how long, where, and who had it.

mod blame;
mod book;
mod episode;
mod held;
mod history;
mod holder;
mod latency;
mod ownership;
mod types;
mod usage;
mod wakeup;

pub(crate) use book::GilBook;
pub(crate) use ownership::releases;
pub use ownership::{Owner, Ownership, Stretch};
pub use types::{GilReport, GilThread, GilWait, Handovers, WaitingLine, Wakeups, thread_label};
pub use usage::{COLUMNS, UsageColumn};
