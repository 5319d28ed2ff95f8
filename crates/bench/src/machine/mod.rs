//! What the machine does to measurements: read from /proc and /sys, measured,
//! and changed where that can be undone.

mod bytecode;
mod child;
mod facts;
mod files;
mod folios;
mod knob;
mod probe;
mod tuning;
mod window;

pub use bytecode::{Bytecode, bytecode};
pub use facts::{Fact, facts};
pub use folios::{Folios, folios};
pub use knob::Knob;
pub use probe::{Probe, TOUCHED};
pub use tuning::{Change, Done, TuneError, Tuning};
pub use window::Window;
