//! What tells a code object from the next one at its address.

use keelback_python::Layout;

/// A window of a code object, bytes from its start. Two code objects at one
/// address that differ, differ in it (or in the hash of the name it points to).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Print {
    /// Where it begins.
    pub(crate) offset: u32,
    /// How long it is, a multiple of 8.
    pub(crate) length: u32,
    /// Where in the window the name's pointer lies, if its hash must be looked
    /// at, too.
    pub(crate) name: Option<u32>,
}

impl Print {
    /// From 3.12 on the counter `co_version` with the first line; before,
    /// everything from the first line to the line table, and the name's hash.
    pub(crate) fn of(layout: &Layout) -> Print {
        let code = &layout.code;
        let first = code.first_line.offset;
        if let Some(version) = code.version {
            return Print {
                offset: first,
                length: (version.offset + 4 - first).next_multiple_of(8),
                name: None,
            };
        }
        let name = code.qualname.unwrap_or(code.name).offset;
        let fields = [first, name, code.filename.offset, code.line_table.offset];
        let offset = fields.into_iter().min().unwrap_or(first) & !7;
        let end = fields.into_iter().max().unwrap_or(first) + 8;
        Print {
            offset,
            length: end - offset,
            name: Some(name - offset),
        }
    }
}
