//! One process, one observation.

pub mod around;
pub mod command;
pub mod environment;
pub mod error;
pub mod instructions;
mod leftover;
pub mod metric;
pub mod observation;
mod output;
mod placement;
mod pressure;
mod process;
mod program;
mod scratch;

pub use around::Around;
pub use command::{Commands, Draw, Setting, Side};
pub use environment::Environment;
pub use error::RunError;
pub use instructions::{Instructions, Tool};
pub use metric::{Choice, Metric};
pub use observation::{Observation, Value};
pub use placement::Placement;
pub use program::Linked;
