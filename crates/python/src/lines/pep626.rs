//! `co_linetable` of 3.10 (PEP 626, Objects/lnotab_notes.txt): pairs of how
//! many bytes of bytecode and how many lines they lie from the ones before.

/// The delta that says "these have no line".
const NO_LINE: i8 = -128;

/// The line of the range that holds `offset`.
pub(super) fn line(first: i64, table: &[u8], offset: i64) -> Option<i64> {
    let mut line = first;
    let mut end = 0;
    for pair in table.chunks_exact(2) {
        end += i64::from(pair[0]);
        let delta = pair[1].cast_signed();
        if delta != NO_LINE {
            line += i64::from(delta);
        }
        if offset < end {
            return (delta != NO_LINE).then_some(line);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_each_other() {
        // Six bytes of line 1, four without a line, two of line 3.
        let table = [6, 0, 4, 0x80, 2, 2];
        let lines: Vec<_> = [0, 4, 6, 8, 10, 12].map(|it| line(1, &table, it)).into();
        assert_eq!(lines, [Some(1), Some(1), None, None, Some(3), None]);
    }

    #[test]
    fn an_empty_range_moves_the_line_only() {
        let table = [0, 100, 2, 27];
        assert_eq!(line(1, &table, 0), Some(128));
    }
}
