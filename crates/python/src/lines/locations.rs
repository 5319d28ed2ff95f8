//! The location table of 3.11+ (Objects/locations.md in 3.11 and 3.12,
//! InternalDocs/code_objects.md later): entries of a byte with bit 7 set and
//! further bytes without it. Each is for 1 to 8 code units of two bytes.

/// What bits 3-6 of an entry's first byte say (`enum
/// _PyCodeLocationInfoKind`, Include/cpython/code.h).
mod kind {
    /// Up to here the line is the one before.
    pub(super) const LAST_SHORT: u8 = 9;
    /// 10, 11 and 12: so many lines further, less 10.
    pub(super) const ONE_LINE: u8 = 10;
    /// The line only, as a signed number.
    pub(super) const NO_COLUMNS: u8 = 13;
    /// Line, end line and columns.
    pub(super) const LONG: u8 = 14;
}

/// The line of the entry that holds `offset`.
pub(super) fn line(first: i64, table: &[u8], offset: i64) -> Option<i64> {
    let mut rest = table;
    let mut line = first;
    let mut end = 0;
    while let Some((&head, tail)) = rest.split_first() {
        let delta = delta(head, tail);
        line += delta.unwrap_or(0);
        end += 2 * (i64::from(head & 7) + 1);
        if offset < end {
            return delta.map(|_| line);
        }
        rest = next_entry(tail);
    }
    None
}

/// How many lines further an entry is; `None` when it has no line.
fn delta(head: u8, tail: &[u8]) -> Option<i64> {
    match (head >> 3) & 15 {
        0..=kind::LAST_SHORT => Some(0),
        it @ kind::ONE_LINE..kind::NO_COLUMNS => Some(i64::from(it - kind::ONE_LINE)),
        kind::NO_COLUMNS | kind::LONG => Some(signed(unsigned(tail))),
        _ => None,
    }
}

/// Six bits a byte, lowest first; bit 6 says that more follow.
fn unsigned(bytes: &[u8]) -> u64 {
    const DIGITS: usize = 10;
    let mut value = 0;
    for (digit, byte) in bytes.iter().take(DIGITS).enumerate() {
        value |= u64::from(byte & 63) << (6 * digit);
        if byte & 64 == 0 {
            break;
        }
    }
    value
}

/// The lowest bit is the sign. A number that no line table of a real program
/// has is cut to 32 bits, so that sums of such cannot overflow.
fn signed(value: u64) -> i64 {
    let size = i64::from((value >> 1) as u32);
    if value & 1 == 0 { size } else { -size }
}

fn next_entry(tail: &[u8]) -> &[u8] {
    let more = tail.iter().take_while(|it| **it & 0x80 == 0).count();
    &tail[more..]
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn head(kind: u8, units: u8) -> u8 {
        0x80 | kind << 3 | (units - 1)
    }

    #[test]
    fn each_kind_moves_the_line_its_way() {
        let table = [
            head(0, 1),
            0x00, // short: line 10
            head(11, 2),
            0x01,
            0x02, // one line further: 11
            head(13, 1),
            0x05,        // signed 5 -> -2: 9
            head(15, 1), // none
            head(14, 8),
            0x08,
            0x00,
            0x01,
            0x01, // +4: 13
        ];
        let lines: Vec<_> = [0, 2, 4, 5, 6, 8, 10, 25, 26]
            .map(|it| line(10, &table, it))
            .into();
        let expected = [10, 11, 11, 11, 9, 0, 13, 13, 0].map(|it| (it != 0).then_some(it));
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_large_number_takes_several_bytes() {
        // 300 lines: 600 = 0b1001_011000.
        let table = [head(13, 1), 0x40 | 24, 9];
        assert_eq!(line(1, &table, 0), Some(301));
    }
}
