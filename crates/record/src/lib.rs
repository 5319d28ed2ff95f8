//! Records real programs.
//!
//! The only crate with BPF, ptrace and `unsafe`. The life of a recording is in
//! [`session`]; what this machine and user may do is in [`privilege`].

pub mod launch;
pub mod privilege;
pub mod session;
pub mod signals;
mod sys;

pub use session::{Mode, Options, Outcome, RecordError, Stop, Target, record};
