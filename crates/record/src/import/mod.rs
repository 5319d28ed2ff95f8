//! Recordings that another tool made.

mod draft;
mod line;
mod log;
mod native;
mod perf;
mod perf_line;
mod strace;
mod words;

pub use log::log;
pub use strace::ImportError;
