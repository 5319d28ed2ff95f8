//! Offsets of one build by name: table and `_Py_DebugOffsets` as one.

use super::column::Column;
use super::debug_offsets::{DebugOffsets, Head};
use super::table::{Cell, Row};
use super::{Field, Refusal, Source, check};
use crate::Version;

/// All that is known of one build's structures, to be asked by name.
pub(super) struct Offsets {
    version: Version,
    pub(super) column: Column,
    debug: Option<DebugOffsets>,
}

impl Offsets {
    /// `runtime` is the start of `_PyRuntime` as the file has it.
    pub(super) fn new(
        version: Version,
        free_threaded: bool,
        runtime: &[u8],
    ) -> Result<Offsets, Refusal> {
        let column = Column::of(version, free_threaded)?;
        let debug = match column.has_debug_offsets() {
            true => Some(debug_offsets(version, column, runtime)?),
            false => None,
        };
        Ok(Offsets {
            version,
            column,
            debug,
        })
    }

    /// A member that this build must have.
    pub(super) fn need(&self, name: &'static str) -> Result<Field, Refusal> {
        self.maybe(name)?.ok_or(Refusal::Implausible {
            version: self.version,
            field: name,
            value: 0,
        })
    }

    /// A member that this build may have.
    pub(super) fn maybe(&self, name: &'static str) -> Result<Option<Field>, Refusal> {
        let Some(row) = Row::named(name) else {
            return Ok(None);
        };
        match row.cell(self.column) {
            Cell::Absent => Ok(None),
            Cell::Bytes(offset) => Ok(Some(Field {
                offset,
                source: Source::Table { file: row.file },
            })),
            Cell::DebugOffsets => self.said_by_file(row).map(Some),
        }
    }

    fn said_by_file(&self, row: &'static Row) -> Result<Field, Refusal> {
        let value = self.number(row.name).unwrap_or(u64::MAX);
        let within = row.name.split('.').next().and_then(|it| self.size_of(it));
        match check::offset(row.name, row.width, value, within) {
            Some(offset) => Ok(Field {
                offset,
                source: Source::DebugOffsets,
            }),
            None => Err(Refusal::Implausible {
                version: self.version,
                field: row.name,
                value,
            }),
        }
    }

    fn size_of(&self, structure: &str) -> Option<u64> {
        let name = check::SIZES.iter().find(|it| {
            it.split_once('.')
                .is_some_and(|(group, _)| group == structure)
        })?;
        self.number(name)
    }

    /// A number of `_Py_DebugOffsets` that is no member's offset.
    pub(super) fn number(&self, name: &'static str) -> Option<u64> {
        self.debug.as_ref()?.get(name)
    }
}

fn debug_offsets(
    version: Version,
    column: Column,
    runtime: &[u8],
) -> Result<DebugOffsets, Refusal> {
    let refuse = |why| Refusal::NoDebugOffsets { version, why };
    let head = Head::read(runtime).ok_or(refuse("_PyRuntime does not start with xdebugpy"))?;
    if head.version != version {
        return Err(refuse("_Py_DebugOffsets are of another version"));
    }
    DebugOffsets::read(runtime, column).ok_or(refuse("_Py_DebugOffsets are cut short"))
}
