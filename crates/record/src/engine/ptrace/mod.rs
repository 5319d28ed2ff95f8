//! The ptrace engine: a tracer that stops threads where they may block, for
//! users who may not load BPF programs.
//!
//! - [`recorder`] starts it and writes down what it tells
//! - [`tracer`] waits for stops; [`blocking`], [`life`] and [`sample`] make
//!   events of them
//! - [`quiet`] lets waits for the GIL begin and end without a stop, of the
//!   kernel's notes; [`silence`] lets them end so where there are none
//! - [`beside`] keeps busy threads on the tracer's CPU
//! - [`calls`], [`passing`] and [`filter`] say where wait mode stops
//! - [`python`] and [`codes`] read stacks and the GIL

mod aside;
mod attach;
mod beside;
mod blocking;
pub(crate) mod calls;
mod chain;
mod codes;
mod crowd;
mod ended;
mod faults;
mod filter;
mod life;
mod look;
mod memory;
mod message;
mod meter;
mod pace;
mod passing;
mod python;
mod quick;
mod quiet;
pub(crate) mod recorder;
pub(crate) mod refusal;
mod rhythm;
mod sample;
mod seen;
mod silence;
mod status;
mod switches;
mod table;
mod teller;
mod tracee;
mod tracer;
mod usage;
mod waits;
