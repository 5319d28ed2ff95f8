//! Against live interpreters: every one that can be found on this machine, or
//! those of `KEELBACK_PYTHONS`, a colon-separated list of executables.
//!
//! `cargo test -p keelback-python --test live -- --nocapture` says which
//! versions were tested and which were not to be had.

mod builds;
mod gil;
mod lines;
mod names;
mod stacks;
mod support;
