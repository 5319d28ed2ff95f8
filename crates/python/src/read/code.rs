//! `PyCodeObject` (Include/cpython/code.h).

use super::strings::{bytes, text};
use crate::{Field, Layout, ReadError, ReadMemory};

/// A code object, as far as frames need it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// `co_qualname` (3.11+) or `co_name`.
    pub name: String,
    /// `co_filename`.
    pub file: String,
    /// `co_firstlineno`.
    pub first_line: u32,
    /// `co_lnotab` or `co_linetable`.
    pub line_table: Vec<u8>,
    /// `co_version` (3.12+); 0 where it was never given one.
    pub version: u32,
}

impl Code {
    /// Reads the code object at `address`.
    ///
    /// # Errors
    /// When it or what it points to cannot be read, as when it was freed.
    pub fn read(
        memory: &impl ReadMemory,
        layout: &Layout,
        address: u64,
    ) -> Result<Code, ReadError> {
        let fields = &layout.code;
        let object = |field: Field| memory.u64(field.of(address));
        let name = fields.qualname.unwrap_or(fields.name);
        Ok(Code {
            name: text(memory, layout, object(name)?)?,
            file: text(memory, layout, object(fields.filename)?)?,
            first_line: memory.u32(fields.first_line.of(address))?,
            line_table: bytes(memory, layout, object(fields.line_table)?)?,
            version: match fields.version {
                Some(version) => memory.u32(version.of(address))?,
                None => 0,
            },
        })
    }
}
