//! The ptrace engine: a tracer that stops threads where they may block, for
//! users who may not load BPF programs.
//!
//! - [`recorder`] starts it and writes down what it tells
//! - [`tracer`] waits for stops; [`blocking`], [`life`] and [`sample`] make
//!   events of them
//! - [`silence`] lets a wait for the GIL end without a stop
//! - [`beside`] keeps busy threads on the tracer's CPU
//! - [`calls`] and [`filter`] say where wait mode stops
//! - [`python`] and [`codes`] read stacks and the GIL

mod attach;
mod beside;
mod blocking;
pub(crate) mod calls;
mod codes;
mod faults;
mod filter;
mod life;
mod look;
mod memory;
mod message;
mod meter;
mod pace;
mod python;
mod quick;
pub(crate) mod recorder;
pub(crate) mod refusal;
mod sample;
mod seen;
mod silence;
mod status;
mod table;
mod teller;
mod tracee;
mod tracer;
mod usage;
