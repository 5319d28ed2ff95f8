//! `co_lnotab` of 3.7-3.9 (Objects/lnotab_notes.txt): pairs of how many bytes
//! of bytecode and how many lines to go on; the latter is signed.

/// The last line that starts at or before `offset`.
pub(super) fn line(first: i64, table: &[u8], offset: i64) -> i64 {
    let mut line = first;
    let mut start = 0;
    for pair in table.chunks_exact(2) {
        start += i64::from(pair[0]);
        if start > offset {
            break;
        }
        line += i64::from(pair[1].cast_signed());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_forth_and_back() {
        // Six bytes of line 1, then two of line 4, then line 2.
        let table = [6, 3, 2, 0xfe];
        let lines: Vec<_> = [0, 4, 6, 8, 100].map(|it| line(1, &table, it)).into();
        assert_eq!(lines, [1, 1, 4, 2, 2]);
    }

    #[test]
    fn a_long_way_takes_several_pairs() {
        // 300 bytes and 200 lines.
        let table = [255, 0, 45, 127, 0, 73];
        assert_eq!(line(1, &table, 299), 1);
        assert_eq!(line(1, &table, 300), 201);
    }
}
