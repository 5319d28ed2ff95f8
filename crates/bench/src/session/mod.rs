//! Who runs next, when to look, when to stop.

mod compare;
mod outcome;
mod play;
pub mod recording;
mod self_check;
pub mod summary;

pub use compare::{Beside, Comparison};
pub use outcome::Outcome;
pub use play::{End, Plan, Progress, Subject, play};
pub use recording::{Arm, Kernel, Recording, Round, Run};
pub use self_check::SelfCheck;
pub use summary::Summary;
