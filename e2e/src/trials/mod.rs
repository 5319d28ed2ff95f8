//! All trials, by what they are about.

mod conformance;
mod counts;
mod endings;
mod every;
mod gil;
mod permission;
mod programs;
mod recorder;
mod sandbox;
mod startup;
mod tracer;

pub use every::every;
