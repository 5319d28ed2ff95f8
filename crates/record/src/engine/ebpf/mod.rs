//! The eBPF engine: programs in the kernel, a ring buffer, and what is made of
//! its records.
//!
//! - [`load`] the programs, the only place that knows the loader
//! - [`python`] tells the programs about builds of CPython
//! - [`decode`] records into definitions and events
//! - one folder a thing observed: its BPF program and its decoder

#[expect(unreachable_pub, dead_code, reason = "made from a C header, whole")]
pub(crate) mod abi;
mod call;
mod code;
pub(crate) mod decode;
mod life;
pub(crate) mod load;
mod loss;
pub(crate) mod python;
mod runtime;
mod sample;
mod stack;
mod switch;
mod wake;

pub(crate) use life::Begun;
