//! Which formats this keelback reads.
//!
//! | format | written by | read by | fix-up when read |
//! |--------|------------|---------|------------------|
//! | 1      | 0.1        | 0.1     | none             |
//!
//! A new table, or a new column of a flat type, does not need a new format:
//! older readers ignore what they do not know, and newer ones take a table that
//! is among [`LATER`] to be empty where it is missing. Anything an older reader would misread does: a column that
//! goes or changes its type or meaning, a new number in `state`, `kind` or
//! `gil`. Then:
//!
//! 1. raise [`FORMAT`] and add a line to the table above;
//! 2. keep the old rows in `schema.rs` under a name with the old number, and
//!    let `events.rs` or `definitions.rs` turn them into today's vocabulary
//!    where [`Meta::format`](super::meta::Meta) says so: the fix-up;
//! 3. add a recording of the old format to the tests, and never change it.
//!
//! Where no fix-up can be honest, raise [`OLDEST`] instead.

use crate::ReadError;

/// The format that is written, and the newest that is read.
pub const FORMAT: u32 = 1;

/// The oldest format that is read.
pub const OLDEST: u32 = 1;

/// Tables that came after the format did: older recordings lack them.
pub(super) const LATER: &[&str] = &["gils", "faults"];

/// Refuses a format that this keelback would misread.
pub(super) fn check(path: &str, found: u32) -> Result<(), ReadError> {
    if (OLDEST..=FORMAT).contains(&found) {
        return Ok(());
    }
    Err(ReadError::Version {
        path: path.to_owned(),
        found,
        oldest: OLDEST,
        newest: FORMAT,
    })
}
