//! Re-issues the file calls of a recorded start-up for real, in the order they
//! were made and in other ways, and measures what each way takes.
//!
//! Only calls that cannot change anything are made again ([`script`]); the
//! rest is refused by name. `unsafe` is in [`ring`] alone, which hands the
//! kernel addresses of what it owns.

mod check;
mod look_ups;
mod measure;
mod mode;
mod plain;
#[expect(
    unsafe_code,
    reason = "io_uring is told addresses; all of them are owned by the ring"
)]
mod ring;
mod script;
mod uring;
mod verdict;

pub use check::{Difference, check};
pub use look_ups::{Even, LookUps};
pub use measure::{Cold, Figures, Measured, Options, ReplayError, measure};
pub use mode::Mode;
pub use script::{Act, File, Op, Script};
pub use verdict::{Replay, verdict};
