//! What the machine does to measurements, read from /proc and /sys.

mod facts;
mod files;

pub use facts::{Fact, facts};
