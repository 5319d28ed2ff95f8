//! The engines that see, and what all of them share.

pub(crate) mod ebpf;
pub(crate) mod order;
