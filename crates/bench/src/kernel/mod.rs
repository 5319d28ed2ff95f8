//! Kernels: functions timed inside an interpreter, one process per observation.

mod answer;
pub mod interpreter;
pub mod kernels;
pub mod suite;

pub use kernels::Kernels;
