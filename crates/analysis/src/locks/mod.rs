//! Locks other than the GIL: who waited for which, and who had it.

mod book;
mod types;

pub(crate) use book::LockBook;
pub use types::{Lock, LockReport, LockWait};
