//! The kinds of builds whose structures differ.

use super::Refusal;
use crate::{Level, Version};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    V3_7,
    V3_8,
    V3_9,
    V3_10,
    V3_11,
    V3_12,
    V3_13,
    V3_13t,
    V3_14,
    V3_14t,
    V3_15,
    V3_15t,
}

impl Column {
    pub(super) const ALL: [Column; 12] = [
        Column::V3_7,
        Column::V3_8,
        Column::V3_9,
        Column::V3_10,
        Column::V3_11,
        Column::V3_12,
        Column::V3_13,
        Column::V3_13t,
        Column::V3_14,
        Column::V3_14t,
        Column::V3_15,
        Column::V3_15t,
    ];
    pub(super) const COUNT: usize = Column::ALL.len();

    /// The column of a version, or why it has none.
    pub(super) fn of(version: Version, free_threaded: bool) -> Result<Column, Refusal> {
        let known = match (version.minor, free_threaded) {
            _ if version.major < 3 => return Err(Refusal::TooOld(version)),
            (0..=6, _) => return Err(Refusal::TooOld(version)),
            (7, _) => Column::V3_7,
            (8, _) => Column::V3_8,
            (9, _) => Column::V3_9,
            (10, _) => Column::V3_10,
            (11, _) => Column::V3_11,
            (12, _) => Column::V3_12,
            (13, false) => Column::V3_13,
            (13, true) => Column::V3_13t,
            (14, false) => Column::V3_14,
            (14, true) => Column::V3_14t,
            (15, false) => Column::V3_15,
            (15, true) => Column::V3_15t,
            _ => return Err(Refusal::TooNew(version)),
        };
        match version.level {
            Level::Alpha | Level::Beta => Err(Refusal::PreRelease(version)),
            Level::Candidate | Level::Final => Ok(known),
        }
    }

    /// Does the file carry `_Py_DebugOffsets`?
    pub(super) fn has_debug_offsets(self) -> bool {
        self >= Column::V3_13
    }

    /// Are its bytecodes copied per thread?
    pub(super) fn has_local_bytecode(self) -> bool {
        matches!(self, Column::V3_14t | Column::V3_15t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Refusal {
        Column::of(Version::from_text(text).unwrap(), false).unwrap_err()
    }

    #[test]
    fn columns_are_in_the_order_of_the_table() {
        for (index, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, index);
        }
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        assert_eq!(
            refusal("3.6.15").to_string(),
            "CPython 3.6.15 has no supported frame layout: \
             system calls and futexes are recorded without Python frames"
        );
        assert!(matches!(refusal("2.7.18"), Refusal::TooOld(_)));
        assert!(matches!(refusal("3.16.0"), Refusal::TooNew(_)));
        assert!(matches!(refusal("3.15.0b1"), Refusal::PreRelease(_)));
    }
}
