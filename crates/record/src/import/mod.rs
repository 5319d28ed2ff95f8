//! Recordings that another tool made.

mod line;
mod native;
mod strace;
mod words;

pub use strace::{ImportError, strace};
