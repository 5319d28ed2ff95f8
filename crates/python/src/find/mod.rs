//! Which Python: in a running process, and behind a command.

mod cache;
mod candidates;
mod maps;
mod process;
mod script;

pub use cache::Builds;
pub use candidates::{Places, candidates};
pub use process::{FindError, Found, runtime_of};
