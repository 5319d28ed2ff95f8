//! All trials, by what they are about.

mod chosen;
mod conformance;
mod counts;
mod elevate;
mod endings;
mod every;
mod file_systems;
mod findings;
mod gil;
mod gil_causes;
mod gil_odd;
mod imports;
mod names;
mod page_faults;
mod permission;
mod programs;
mod purposes;
mod quiet;
mod recorder;
mod replay;
mod replay_dear;
mod sandbox;
mod tracer;
mod viztracer;

pub use every::every;
