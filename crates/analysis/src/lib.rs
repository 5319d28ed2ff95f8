//! Pure functions of a recording: events become spans, spans become budgets,
//! waits and tables, and those become findings.
//!
//! Everything is read in one pass ([`model::watch`]); memory grows with
//! threads, stacks and distinct keys, never with events. Nothing here reads a
//! live process, the clock or the environment.
#![forbid(unsafe_code)]

pub mod blocked;
pub mod budget;
pub mod chart;
pub mod difference;
mod ended_call;
pub mod facts;
pub mod finding;
pub mod futex;
pub mod gil;
pub mod lines;
pub mod locks;
pub mod model;
pub mod part;
pub mod path_class;
pub mod startup;
mod study;
pub mod syscalls;
pub mod verdict;
pub mod whatif;
pub mod words;

pub use budget::{Budget, Counted, ProcessBudget, Slice, ThreadBudget};
pub use chart::{Chart, chart};
pub use facts::Facts;
pub use finding::{Fact, Finding, Severity, Value};
pub use gil::GilReport;
pub use lines::BlockedLine;
pub use locks::LockReport;
pub use part::{Part, PartGroup};
pub use startup::{Startup, startup};
pub use study::{gil, locks, syscalls, verdict};
pub use syscalls::{By, SortBy, SyscallTable};
pub use verdict::Verdict;
