//! Who waited for the GIL, for how long, where, and who had it.

mod book;
mod episode;
mod holder;
mod types;

pub(crate) use book::GilBook;
pub use types::{GilReport, GilThread, GilWait, Handovers};
