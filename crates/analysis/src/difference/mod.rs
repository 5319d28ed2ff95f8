//! What two recorded runs do differently.
//!
//! Of one recording each: times carry the recorder and whatever else ran, so
//! they only tell large differences. Counts of calls and imports are exact. A
//! third recording, the first program again, says what differs by itself.

mod between;
mod traced;

pub use between::{Difference, Part, Row};
pub use traced::{Figure, Subject, Traced, traced};
