//! Everything that reaches the user's eyes.

mod failure;
mod print;
mod progress;

pub(crate) use failure::Failure;
pub(crate) use print::{Destination, fail, note, set_color, stdout, usage, warn};
pub(crate) use progress::Progress;
