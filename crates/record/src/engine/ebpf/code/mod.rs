//! Code objects: names, files and lines.

use std::collections::HashMap;

use keelback_trace::define::{Code, Frame};
use keelback_trace::{CodeId, TextId};

use super::abi::{self, CodeRecord};
use super::decode::{Decoder, Refused, prefix, used};
use crate::engine::shim::is_shim;

/// Tells a code object from any other, in other processes and at other times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CodeKey {
    pub(super) tgid: u32,
    pub(super) code: u64,
    pub(super) print: u64,
}

/// A code object whose name is known.
pub(super) struct Told {
    id: CodeId,
    build: u32,
    first_line: u32,
    table: Vec<u8>,
    shim: bool,
}

pub(super) type Codes = HashMap<CodeKey, Told>;

/// [`CodeRecord`] up to its line table.
#[derive(zerocopy::FromBytes, zerocopy::Immutable, zerocopy::KnownLayout)]
#[repr(C)]
struct CodeHead {
    header: abi::Header,
    code: u64,
    print: u64,
    tgid: u32,
    build: u32,
    first_line: u32,
    table_size: u32,
    table_length: u32,
    name_length: u32,
    file_length: u32,
    name_kind: u8,
    file_kind: u8,
    name_truncated: u8,
    file_truncated: u8,
    name: [u8; abi::MAX_NAME as usize],
    file: [u8; abi::MAX_FILE as usize],
}

pub(super) fn told(decoder: &mut Decoder<'_>, record: &[u8]) -> Result<(), Refused> {
    let (fixed, table) = super::stack::split(record, std::mem::offset_of!(CodeRecord, table))?;
    let head: &CodeHead = prefix(fixed)?;
    let code = Code {
        name: text(
            decoder,
            &head.name,
            head.name_length,
            head.name_kind,
            head.name_truncated,
        )?,
        file: text(
            decoder,
            &head.file,
            head.file_length,
            head.file_kind,
            head.file_truncated,
        )?,
        first_line: head.first_line,
    };
    let name = characters(used(&head.name, head.name_length), head.name_kind);
    let file = characters(used(&head.file, head.file_length), head.file_kind);
    let told = Told {
        shim: is_shim(&name, &file),
        id: decoder.known.code(code)?,
        build: head.build,
        first_line: head.first_line,
        table: used(table, head.table_length).to_vec(),
    };
    let key = CodeKey {
        tgid: head.tgid,
        code: head.code,
        print: head.print,
    };
    decoder.codes.insert(key, told);
    Ok(())
}

/// The frame of a code object at an instruction; `None` for a frame that
/// Python itself does not show.
pub(super) fn shown(
    decoder: &mut Decoder<'_>,
    key: CodeKey,
    instr: u64,
) -> Result<Option<Frame>, Refused> {
    match decoder.codes.get(&key).is_some_and(|told| told.shim) {
        true => Ok(None),
        false => frame(decoder, key, instr).map(Some),
    }
}

/// The frame of a code object at an instruction.
fn frame(decoder: &mut Decoder<'_>, key: CodeKey, instr: u64) -> Result<Frame, Refused> {
    let Some(told) = decoder.codes.get(&key) else {
        let code = Code {
            name: decoder.known.text("<unnamed>")?,
            file: TextId::NONE,
            first_line: 0,
        };
        return Ok(Frame {
            code: decoder.known.code(code)?,
            line: 0,
        });
    };
    let line = decoder
        .builds
        .line(told.build, told.first_line, &told.table, key.code, instr)
        .unwrap_or(0);
    Ok(Frame {
        code: told.id,
        line,
    })
}

fn text(
    decoder: &mut Decoder<'_>,
    field: &[u8],
    length: u32,
    kind: u8,
    truncated: u8,
) -> Result<TextId, Refused> {
    let mut text = characters(used(field, length), kind);
    if truncated != 0 {
        text.push('…');
    }
    Ok(decoder.known.text(&text)?)
}

/// A `str`'s characters; a width of 0 says that it could not be read.
fn characters(bytes: &[u8], kind: u8) -> String {
    match kind {
        1 | 2 | 4 => keelback_python::decode(kind, bytes),
        _ => "<unreadable>".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::characters;

    #[test]
    fn characters_of_every_width() {
        assert_eq!(characters(b"caf\xe9", 1), "café");
        assert_eq!(characters(&[0xb1, 0x03, b'x', 0], 2), "αx");
        assert_eq!(characters(&[0x40, 0xf4, 0x01, 0], 4), "\u{1f440}");
        assert_eq!(characters(b"", 0), "<unreadable>");
    }
}
