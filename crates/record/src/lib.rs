//! Records real programs.
//!
//! The only crate with BPF, ptrace and `unsafe`. The life of a recording is in
//! [`session`]; what this machine and user may do is in [`privilege`].

mod calibrate;
mod cost;
mod discover;
pub mod elevated;
mod engine;
mod frames;
#[doc(hidden)]
pub mod hostile;
pub mod import;
pub mod launch;
mod mounts;
mod origin;
mod present;
pub mod privilege;
mod recorder;
pub mod session;
pub mod signals;
mod sys;
mod written;

pub use session::{Engine, Mode, Options, Outcome, RecordError, Stop, Target, record};
