//! Reports of stories, as a reader sees them, and the contract of `--json`.

mod contract;
mod pictures;
mod reports;
#[path = "../../../analysis/tests/it/support/mod.rs"]
mod support;
