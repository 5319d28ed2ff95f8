//! One question for three formats.

use super::{lnotab, locations, pep626};
use crate::LineStyle;

/// The line of the instruction at byte `offset` of a code object's bytecode.
///
/// `None` when the table gives it none (instructions the compiler made up) or
/// does not reach so far. Any bytes are taken; none make it panic.
pub fn line(style: LineStyle, first_line: u32, table: &[u8], offset: u32) -> Option<u32> {
    let (first, offset) = (i64::from(first_line), i64::from(offset));
    let line = match style {
        LineStyle::Lnotab => Some(lnotab::line(first, table, offset)),
        LineStyle::Pep626 => pep626::line(first, table, offset),
        LineStyle::Locations => locations::line(first, table, offset),
    };
    line.and_then(|it| u32::try_from(it).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STYLES: [LineStyle; 3] = [LineStyle::Lnotab, LineStyle::Pep626, LineStyle::Locations];

    proptest! {
        #[test]
        fn no_table_makes_it_panic(
            table in proptest::collection::vec(any::<u8>(), 0..200),
            first in any::<u32>(),
            offset in any::<u32>(),
        ) {
            for style in STYLES {
                line(style, first, &table, offset);
            }
        }

        #[test]
        fn an_instruction_pair_has_one_line(
            table in proptest::collection::vec(any::<u8>(), 0..64),
            unit in 0u32..200,
        ) {
            // 3.11+ count in code units of two bytes.
            let at = |offset| line(LineStyle::Locations, 1, &table, offset);
            prop_assert_eq!(at(2 * unit), at(2 * unit + 1));
        }
    }
}
