//! A start-up: its phases, its calls by purpose, its imports.
//!
//! Exact: every count of calls, each call's purpose, phases' walls from the
//! boundaries that [`phase`] names, page faults of phases but for those at a
//! boundary, and which module a call was made for. By sample: how time between
//! two calls is split where the import system did more than one thing there; see
//! `gaps`. What a sample stands for is told by runs of the same command without
//! a recorder; see `samples`.

mod book;
mod change;
mod children;
mod chunks;
mod descriptors;
mod directories;
mod entries;
mod faults;
mod file_times;
mod finding;
mod gaps;
mod in_use;
mod last_asked;
mod modules;
#[cfg(test)]
mod named_stacks;
mod native_threads;
mod packages;
mod phase;
mod phases;
mod place;
mod purpose;
mod purposes;
mod report;
mod samples;
mod searches;
mod sort;
mod tell;
mod tree;
mod weights;

pub use change::{Change, ChangeRow};
pub use faults::FaultCount;
pub use phase::Phase;
pub use place::Step;
pub use purpose::StartPurpose;
pub use report::{
    EntryRow, ImportRow, PackageRow, PhaseRow, PurposeRow, Split, Startup, StrayFaults,
};
pub use tell::startup;
