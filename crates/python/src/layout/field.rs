//! One offset, and who says so.

use std::fmt;

/// Where the knowledge of an offset comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// `_Py_DebugOffsets` in the interpreter's own file (3.13+).
    DebugOffsets,
    /// The table of this crate, read off the named file of CPython.
    Table {
        /// Relative to CPython's `Include/`.
        file: &'static str,
    },
    /// Found by its value in a running process.
    Scan,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::DebugOffsets => f.write_str("_Py_DebugOffsets"),
            Source::Table { file } => write!(f, "table ({file})"),
            Source::Scan => f.write_str("scan"),
        }
    }
}

/// Where in a structure a member lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Bytes from the structure's start.
    pub offset: u32,
    /// Who says so.
    pub source: Source,
}

impl Field {
    /// The member's address in the structure at `base`.
    pub fn of(self, base: u64) -> u64 {
        base.wrapping_add(u64::from(self.offset))
    }
}
