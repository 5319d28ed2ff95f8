//! `cargo xtask tidy`: what ARCHITECTURE.md and STYLE.md promise, checked.

mod arrows;
mod finding;
mod names;
mod rooms;
mod run;
mod shape;

pub use finding::Finding;
pub use run::{findings, run};
