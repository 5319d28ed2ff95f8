//! Files that benchmark tools wrote earlier.

mod hyperfine;
mod ours;
mod pyperf;
mod read;

pub use read::{History, HistoryError, Series, read};
