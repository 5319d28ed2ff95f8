//! All trials, by what they are about.

mod conformance;
mod counts;
mod endings;
mod every;
mod gil;
mod gil_odd;
mod permission;
mod programs;
mod recorder;
mod sandbox;
mod startup;
mod tracer;
mod viztracer;

pub use every::every;
