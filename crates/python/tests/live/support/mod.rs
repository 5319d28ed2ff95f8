//! Interpreters to test on, and programs that state their own truth.

mod interpreters;
mod program;

pub(crate) use interpreters::{Interpreter, on_every_interpreter};
pub(crate) use program::Program;
