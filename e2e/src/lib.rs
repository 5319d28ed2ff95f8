//! Runs the built `keelback` on real programs and compares what it says with
//! what the programs say of themselves, and with what strace says of them.
//!
//! A [`trial::Trial`] is one program on one interpreter; the [`board`] runs
//! them and prints a line each. The programs and the small language of their
//! headers are in `programs/`.

pub mod board;
pub mod coverage;
pub mod expectation;
pub mod header;
pub mod keelback;
pub mod packages;
pub mod program;
pub mod pythons;
pub mod recording;
pub mod scratch;
pub mod strace;
pub mod symbols;
pub mod trial;
pub mod trials;
pub mod truth;
pub mod uprobes;
pub mod user;
pub mod witness;
