//! Reports of stories, as a reader sees them, and the contract of `--json`.

mod contract;
mod reports;
#[path = "../../../analysis/tests/it/support/mod.rs"]
mod support;
