//! The engines that see, and what all of them share.

pub(crate) mod ebpf;
mod interpreter;
pub(crate) mod known;
pub(crate) mod names;
pub(crate) mod order;
pub(crate) mod paths;
mod print;
pub(crate) mod ptrace;
mod shim;
pub(crate) mod words;
