//! Thin safe wrappers of what only `unsafe` can ask of the kernel.
//!
//! Nothing here decides anything; each file is one noun of the kernel's.

pub(crate) mod alarm;
pub(crate) mod birth;
pub(crate) mod bpf;
pub(crate) mod branch;
pub(crate) mod calls;
pub(crate) mod disposition;
pub(crate) mod fork;
pub(crate) mod heir;
pub(crate) mod kernel;
mod perf;
pub(crate) mod ptrace;
pub(crate) mod switch_ring;
pub(crate) mod trial;
pub(crate) mod watched;
