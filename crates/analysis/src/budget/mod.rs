//! A budget: wall time split into parts that add up to it.

mod account;
mod apportion;
mod book;
mod types;

pub(crate) use account::sampled_part;
pub(crate) use apportion::apportion;
pub(crate) use book::BudgetBook;
pub use types::{Budget, Counted, ProcessBudget, Slice, ThreadBudget};
