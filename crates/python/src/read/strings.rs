//! `str` and `bytes` (PEP 393, Objects/unicodeobject.c).

use crate::{Layout, ReadError, ReadMemory};

/// Names and paths are cut here; nobody reads longer ones.
const LONGEST_TEXT: u64 = 4096;

/// Line tables of generated code can be large, but not so large.
const LONGEST_BYTES: u64 = 8 << 20;

/// How a `str` is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// Where its first code point is.
    pub address: u64,
    /// How many code points it has.
    pub length: u64,
    /// Bytes a code point: 1, 2 or 4. With 1 they are Latin-1, not UTF-8.
    pub kind: u8,
}

impl Text {
    /// Looks at the header of the `str` at `object`.
    ///
    /// # Errors
    /// When it cannot be read or is no `str`.
    pub fn of(memory: &impl ReadMemory, layout: &Layout, object: u64) -> Result<Text, ReadError> {
        let fields = &layout.unicode;
        let state = memory.u32(fields.state.of(object))? >> fields.kind_shift;
        let (kind, compact, ascii) = (state & 7, state >> 3 & 1 == 1, state >> 4 & 1 == 1);
        let address = match (compact, ascii) {
            (true, true) => fields.ascii_data.of(object),
            (true, false) => fields.compact_data.of(object),
            // An instance of a subclass has its text elsewhere.
            (false, _) => memory.u64(fields.compact_data.of(object))?,
        };
        match kind {
            1 | 2 | 4 => Ok(Text {
                address,
                length: memory.u64(fields.length.of(object))?,
                kind: kind as u8,
            }),
            _ => Err(ReadError::Nonsense {
                what: "a str",
                address: object,
            }),
        }
    }
}

/// The `str` at `object`, its first 4096 code points. A lone surrogate becomes U+FFFD.
///
/// # Errors
/// When it cannot be read or is no `str`.
pub fn text(memory: &impl ReadMemory, layout: &Layout, object: u64) -> Result<String, ReadError> {
    let text = Text::of(memory, layout, object)?;
    let size = text.length.min(LONGEST_TEXT) * u64::from(text.kind);
    let bytes = memory.bytes(text.address, size as usize)?;
    Ok(decode(text.kind, &bytes))
}

/// Code points of 1, 2 or 4 bytes as text; any other kind is taken for 1.
pub fn decode(kind: u8, bytes: &[u8]) -> String {
    match kind {
        2 => wide(bytes, |it: [u8; 2]| u16::from_le_bytes(it).into()),
        4 => wide(bytes, u32::from_le_bytes),
        _ => bytes.iter().map(|it| char::from(*it)).collect(),
    }
}

fn wide<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> u32) -> String {
    let (points, _) = bytes.as_chunks::<N>();
    points
        .iter()
        .map(|it| char::from_u32(number(*it)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The `bytes` at `object`.
///
/// # Errors
/// When it cannot be read or is no `bytes`.
pub fn bytes(memory: &impl ReadMemory, layout: &Layout, object: u64) -> Result<Vec<u8>, ReadError> {
    let size = memory.u64(layout.bytes.size.of(object))?;
    if size > LONGEST_BYTES {
        return Err(ReadError::Nonsense {
            what: "a bytes object",
            address: object,
        });
    }
    memory.bytes(layout.bytes.data.of(object), size as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_decoded() {
        assert_eq!(decode(1, b"na\xefve"), "naïve");
        assert_eq!(decode(2, &[0x42, 0x30, 0x61, 0x00]), "あa");
        assert_eq!(decode(4, &[0x0d, 0xf4, 0x01, 0x00]), "🐍");
    }

    #[test]
    fn what_is_no_text_is_replaced() {
        assert_eq!(decode(2, &[0x00, 0xd8]), "\u{fffd}");
        assert_eq!(decode(4, &[0xff, 0xff, 0xff, 0xff]), "\u{fffd}");
        assert_eq!(decode(2, &[0x41]), "");
    }
}
