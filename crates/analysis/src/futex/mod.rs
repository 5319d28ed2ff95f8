//! What a futex is: whose lock, and how we know.

mod class;
mod classify;
mod operation;

pub use class::{Evidence, FutexClass, FutexKind};
pub(crate) use classify::{FutexUse, classify, gil_word};
pub(crate) use operation::is_shared;
pub use operation::{FutexOp, NR_FUTEX};
