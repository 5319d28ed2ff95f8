//! What if: bounds for the same work under other conditions, from one
//! recording.

mod no_gil;
mod phases;
mod switch_interval;

pub use no_gil::{Binding, NoGil, no_gil};
pub use switch_interval::{OtherInterval, OtherWait, switch_interval};
