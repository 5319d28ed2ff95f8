//! All trials, by what they are about.

mod counts;
mod endings;
mod every;
mod permission;
mod programs;
mod recorder;
mod tracer;

pub use every::every;
