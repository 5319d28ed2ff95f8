//! Recordings that another tool made.

mod line;
mod strace;

pub use strace::{ImportError, strace};
