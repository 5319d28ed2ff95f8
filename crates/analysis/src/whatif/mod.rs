//! What if: bounds for the same work under other conditions, from one
//! recording.

mod no_gil;
mod phases;

pub use no_gil::{Binding, NoGil, no_gil};
