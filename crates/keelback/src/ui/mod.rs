//! Everything that reaches the user's eyes.

mod failure;
mod print;
mod progress;

pub(crate) use failure::{Failure, with_hint};
pub(crate) use print::{Destination, fail, note, set_color, stdout, usage, width_of_stderr, width_of_stdout};
pub(crate) use progress::Progress;
