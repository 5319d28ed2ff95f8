//! System calls: how many, how long, why, and from where.

mod book;
mod by;
mod fds;
mod futexes;
mod names;
mod purpose;
mod sort;
mod sum;
mod table;
mod tell;

pub(crate) use book::CallBook;
pub use by::By;
pub use names::{call_name, errno_name};
pub use purpose::Purpose;
pub use sort::SortBy;
pub use table::{CallGroup, CallRow, ErrorCount, FutexRow, SyscallTable};
pub(crate) use tell::{LineCalls, line_calls, table};
