//! The table: one row a member, one column a kind of build.
//!
//! Numbers are bytes from the structure's start on x86-64. They were read off
//! the named headers and compared with the debug information of built
//! interpreters, and the tests walk a live interpreter of every column that
//! can be had. Names follow `_Py_DebugOffsets`, which has most of them itself
//! from 3.13 on; older members of another name stand under the name that its
//! successor has there.

use super::column::Column;

/// A member and its offsets.
pub(super) struct Row {
    /// `structure.member`, as in `_Py_DebugOffsets`.
    pub(super) name: &'static str,
    /// Bytes of the member: it lies at a multiple of that.
    pub(super) width: u8,
    /// One a column.
    cells: [i32; Column::COUNT],
    /// The header it was read off.
    pub(super) file: &'static str,
}

/// What the table says of a member in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// That column's builds have no such member.
    Absent,
    /// The interpreter's own file says it.
    DebugOffsets,
    /// Bytes from the structure's start.
    Bytes(u32),
}

/// No such member.
const NO: i32 = -1;
/// Ask `_Py_DebugOffsets`.
const DO: i32 = -2;

const RUNTIME: &str = "internal/pycore_runtime.h";
const INTERP: &str = "internal/pycore_interp.h";
const PYSTATE: &str = "cpython/pystate.h";
const FRAME: &str = "internal/pycore_frame.h";
const CODE: &str = "cpython/code.h";
const UNICODE: &str = "cpython/unicodeobject.h";
const OBJECT: &str = "object.h";
const GC: &str = "internal/pycore_gc.h";
const TYPE: &str = "cpython/object.h";
const DICT: &str = "cpython/dictobject.h";
const LONG: &str = "cpython/longintrepr.h";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    //                                          3.7  3.8  3.9 3.10 3.11   3.12 3.13   3.13t 3.14 3.14t 3.15 3.15t
    row("runtime_state.interpreters_head",   8, [ 24,  32,  32,  32,  40,    40, DO,   DO,  DO,   DO,  DO,   DO], RUNTIME),
    row("runtime_state.gil",                 8, [1264,1152, 352, 352, 360,   NO, NO,   NO,  NO,   NO,  NO,   NO], RUNTIME),
    row("runtime_state.gc_collecting",       4, [632, 544,  NO,  NO,  NO,    NO, NO,   NO,  NO,   NO,  NO,   NO], RUNTIME),

    row("interpreter_state.size",            8, [ NO,  NO,  NO,  NO,  NO,383552, DO,   DO,  DO,   DO,  DO,   DO], INTERP),
    row("interpreter_state.next",            8, [  0,   0,   0,   0,   0,     0, DO,   DO,  DO,   DO,  DO,   DO], INTERP),
    row("interpreter_state.threads_head",    8, [  8,   8,   8,   8,  16,    72, DO,   DO,  DO,   DO,  DO,   DO], INTERP),
    row("interpreter_state.ceval_gil",       8, [ NO,  NO,  NO,  NO,  NO,   384, DO,   DO,  DO,   DO,  DO,   DO], INTERP),
    row("interpreter_state.gil_runtime_state", 8, [NO, NO,  NO,  NO,  NO,  1040, DO,   DO,  DO,   DO,  DO,   DO], INTERP),
    row("interpreter_state.gc",              8, [ NO,  NO, 616, 616, 648,   112, DO,   DO,  DO,   DO,  DO,   DO], INTERP),
    row("interpreter_state.stoptheworld",    8, [ NO,  NO,  NO,  NO,  NO,    NO, NO,10744,  NO,10848,  NO,10800], INTERP),
    row("gc.collecting",                     4, [ NO,  NO, 200, 200, 200,   200, DO,   DO,  DO,   DO,  DO,   DO], GC),

    row("interpreter_state.imports_modules", 8, [ 40,  56, 856, 856, 888,   944, DO,   DO,  DO,   DO,  DO,   DO], INTERP),

    row("thread_state.prev",                 8, [  0,   0,   0,   0,   0,     0, DO,   DO,  DO,   DO,  DO,   DO], PYSTATE),
    row("thread_state.next",                 8, [  8,   8,   8,   8,   8,     8, DO,   DO,  DO,   DO,  DO,   DO], PYSTATE),
    row("thread_state.interp",               8, [ 16,  16,  16,  16,  16,    16, DO,   DO,  DO,   DO,  DO,   DO], PYSTATE),
    row("thread_state.status",               4, [ NO,  NO,  NO,  NO,  NO,    24, DO,   DO,  DO,   DO,  DO,   DO], PYSTATE),
    row("thread_state.state",                4, [ NO,  NO,  NO,  NO,  NO,    NO, NO,   40,  NO,   44,  NO,   48], PYSTATE),
    row("thread_state.critical_section",     8, [ NO,  NO,  NO,  NO,  NO,    NO, NO,  176,  NO,  176,  NO,  200], PYSTATE),
    row("thread_state.frame",                8, [ 24,  24,  24,  24,  NO,    NO, NO,   NO,  NO,   NO,  NO,   NO], PYSTATE),
    row("thread_state.cframe",               8, [ NO,  NO,  NO,  NO,  56,    56, NO,   NO,  NO,   NO,  NO,   NO], PYSTATE),
    row("cframe.current_frame",              8, [ NO,  NO,  NO,  NO,   8,     0, NO,   NO,  NO,   NO,  NO,   NO], PYSTATE),
    row("thread_state.current_frame",        8, [ NO,  NO,  NO,  NO,  NO,    NO, DO,   DO,  DO,   DO,  DO,   DO], PYSTATE),
    row("thread_state.thread_id",            8, [176, 176, 176, 176, 152,   136, DO,   DO,  DO,   DO,  DO,   DO], PYSTATE),
    row("thread_state.native_thread_id",     8, [ NO,  NO,  NO,  NO, 160,   144, DO,   DO,  DO,   DO,  DO,   DO], PYSTATE),

    // PyFrameObject's f_code, f_back and f_lasti before 3.11.
    row("interpreter_frame.executable",      8, [ 32,  32,  32,  32,  32,     0, DO,   DO,  DO,   DO,  DO,   DO], FRAME),
    row("interpreter_frame.previous",        8, [ 24,  24,  24,  24,  48,     8, DO,   DO,  DO,   DO,  DO,   DO], FRAME),
    row("interpreter_frame.instr_ptr",       4, [104, 104, 104,  96,  56,    56, DO,   DO,  DO,   DO,  DO,   DO], FRAME),
    row("interpreter_frame.owner",           1, [ NO,  NO,  NO,  NO,  69,    70, DO,   DO,  DO,   DO,  DO,   DO], FRAME),
    row("interpreter_frame.tlbc_index",      4, [ NO,  NO,  NO,  NO,  NO,    NO, NO,   NO,  NO,   DO,  NO,   DO], FRAME),

    row("code_object.filename",              8, [ 96, 104, 104, 104, 112,   112, DO,   DO,  DO,   DO,  DO,   DO], CODE),
    row("code_object.name",                  8, [104, 112, 112, 112, 120,   120, DO,   DO,  DO,   DO,  DO,   DO], CODE),
    row("code_object.qualname",              8, [ NO,  NO,  NO,  NO, 128,   128, DO,   DO,  DO,   DO,  DO,   DO], CODE),
    row("code_object.firstlineno",           4, [ 36,  40,  40,  40,  72,    68, DO,   DO,  DO,   DO,  DO,   DO], CODE),
    row("code_object.linetable",             8, [112, 120, 120, 120, 136,   136, DO,   DO,  DO,   DO,  DO,   DO], CODE),
    row("code_object.co_code_adaptive",      8, [ 40,  48,  48,  48, 184,   192, DO,   DO,  DO,   DO,  DO,   DO], CODE),
    row("code_object.co_version",            4, [ NO,  NO,  NO,  NO,  NO,    92, 92,  108,  92,  108,  92,  108], CODE),
    row("code_object.co_tlbc",               8, [ NO,  NO,  NO,  NO,  NO,    NO, NO,   NO,  NO,   DO,  NO,   DO], CODE),

    row("unicode_object.length",             8, [ 16,  16,  16,  16,  16,    16, DO,   DO,  DO,   DO,  DO,   DO], UNICODE),
    row("unicode_object.hash",               8, [ 24,  24,  24,  24,  24,    24, 24,   40,  24,   40,  24,   40], UNICODE),
    row("unicode_object.state",              4, [ 32,  32,  32,  32,  32,    32, DO,   DO,  DO,   DO,  DO,   DO], UNICODE),
    row("unicode_object.asciiobject_size",   8, [ 48,  48,  48,  48,  48,    40, DO,   DO,  DO,   DO,  DO,   DO], UNICODE),
    row("unicode_object.compactunicodeobject_size",
                                             8, [ 72,  72,  72,  72,  72,    56, 56,   72,  56,   72,  DO,   DO], UNICODE),
    // Bits, not bytes: how far `kind` lies above `interned`.
    row("unicode_object.state.kind",         1, [  2,   2,   2,   2,   2,     2,  2,    2,   2,    8,   2,    8], UNICODE),

    row("bytes_object.ob_size",              8, [ 16,  16,  16,  16,  16,    16, DO,   DO,  DO,   DO,  DO,   DO], OBJECT),
    row("bytes_object.ob_sval",              8, [ 32,  32,  32,  32,  32,    32, DO,   DO,  DO,   DO,  DO,   DO], "cpython/bytesobject.h"),
    row("pyobject.ob_type",                  8, [  8,   8,   8,   8,   8,     8, DO,   DO,  DO,   DO,  DO,   DO], OBJECT),
    row("pyobject.ob_mutex",                 1, [ NO,  NO,  NO,  NO,  NO,    NO, NO,   10,  NO,   10,  NO,   10], OBJECT),
    row("type_object.tp_name",               8, [ 24,  24,  24,  24,  24,    24, DO,   DO,  DO,   DO,  DO,   DO], TYPE),
    row("type_object.tp_basicsize",          8, [ 32,  32,  32,  32,  32,    32, 32,   48,  32,   48,  DO,   DO], TYPE),
    row("type_object.tp_flags",              8, [168, 168, 168, 168, 168,   168, DO,   DO,  DO,   DO,  DO,   DO], TYPE),
    row("type_object.tp_dictoffset",         8, [288, 288, 288, 288, 288,   288,288,  304, 288,  304,  DO,   DO], TYPE),
    row("heap_type_object.ht_cached_keys",   8, [856, 872, 864, 872, 872,   880,880,  896, 880,  896,  DO,   DO], TYPE),
    row("module_object.md_dict",             8, [ 16,  16,  16,  16,  16,    16, 16,   32,  16,   32,  16,   32], "internal/pycore_moduleobject.h"),
    row("dict_object.ma_keys",               8, [ 32,  32,  32,  32,  32,    32, DO,   DO,  DO,   DO,  DO,   DO], DICT),
    row("dict_object.ma_values",             8, [ 40,  40,  40,  40,  40,    40, DO,   DO,  DO,   DO,  DO,   DO], DICT),
    // ob_size before 3.12.
    row("long_object.lv_tag",                8, [ 16,  16,  16,  16,  16,    16, DO,   DO,  DO,   DO,  DO,   DO], LONG),
    row("long_object.ob_digit",              4, [ 24,  24,  24,  24,  24,    24, DO,   DO,  DO,   DO,  DO,   DO], LONG),
];

const fn row(
    name: &'static str,
    width: u8,
    cells: [i32; Column::COUNT],
    file: &'static str,
) -> Row {
    Row {
        name,
        width,
        cells,
        file,
    }
}

impl Row {
    /// The row of a name; `None` for a name that the table lacks.
    pub(super) fn named(name: &str) -> Option<&'static Row> {
        ROWS.iter().find(|it| it.name == name)
    }

    /// What it says for one column.
    pub(super) fn cell(&self, column: Column) -> Cell {
        match self.cells[column as usize] {
            NO => Cell::Absent,
            DO => Cell::DebugOffsets,
            bytes => Cell::Bytes(bytes.unsigned_abs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_name_is_there_once() {
        let names: HashSet<_> = ROWS.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), ROWS.len());
    }

    #[test]
    fn numbers_are_multiples_of_the_members_width() {
        for row in ROWS.iter().filter(|it| !it.name.ends_with(".kind")) {
            for bytes in row.cells.into_iter().filter(|it| *it >= 0) {
                assert_eq!(bytes % i32::from(row.width), 0, "{}", row.name);
            }
        }
    }

    #[test]
    fn no_two_members_of_a_structure_share_a_place() {
        for column in Column::ALL {
            let mut seen = HashSet::new();
            for row in ROWS {
                let structure = row.name.split('.').next();
                if let Cell::Bytes(bytes) = row.cell(column) {
                    assert!(seen.insert((structure, bytes)), "{} {column:?}", row.name);
                }
            }
        }
    }

    #[test]
    fn only_builds_that_have_debug_offsets_are_sent_there() {
        for row in ROWS {
            for column in Column::ALL.into_iter().filter(|it| !it.has_debug_offsets()) {
                assert_ne!(row.cell(column), Cell::DebugOffsets, "{}", row.name);
            }
        }
    }
}
