//! The chores behind `cargo xtask`, as functions, so that tests can call them.

pub mod abi;
pub mod bpf;
pub mod tidy;
pub mod tree;
