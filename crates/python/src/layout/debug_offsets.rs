//! `_Py_DebugOffsets`: what a 3.13+ interpreter says of itself, in its file.
//!
//! Static data at the start of `_PyRuntime`, which has the ELF section
//! `.PyRuntime` to itself. It does not describe its own form, and that differs
//! per version: Include/internal/pycore_runtime.h in 3.13,
//! Include/internal/pycore_debug_offsets.h from 3.14 on.

use std::collections::HashMap;

use super::column::Column;
use crate::Version;

/// `_Py_Debug_Cookie`.
const COOKIE: &[u8; 8] = b"xdebugpy";

/// One structure inside it: its name and those of its `uint64_t` members.
type Group = (&'static str, &'static [&'static str]);

/// The numbers of one file, by `structure.member`.
#[derive(Debug)]
pub(super) struct DebugOffsets {
    values: HashMap<(&'static str, &'static str), u64>,
}

/// The start, the same in every version: what must be known to choose a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// `PY_VERSION_HEX` of the interpreter.
    pub(crate) version: Version,
    /// Built with `--disable-gil`?
    pub(crate) free_threaded: bool,
}

impl Head {
    /// Bytes that [`read`](Self::read) needs.
    pub(crate) const SIZE: u64 = 24;

    /// Reads the start; `None` when these bytes are no `_Py_DebugOffsets`.
    pub(crate) fn read(bytes: &[u8]) -> Option<Head> {
        let bytes = bytes.strip_prefix(COOKIE)?;
        let free_threaded = match word(bytes, 1)? {
            0 => false,
            1 => true,
            _ => return None,
        };
        let version = Version::from_hex(u32::try_from(word(bytes, 0)?).ok()?)?;
        Some(Head {
            version,
            free_threaded,
        })
    }
}

impl DebugOffsets {
    /// More bytes than any version's has.
    pub(super) const LARGEST: u64 = 2048;

    /// Reads those of one version; `None` when there are too few bytes.
    pub(super) fn read(bytes: &[u8], column: Column) -> Option<DebugOffsets> {
        let names = groups(column)
            .iter()
            .flat_map(|(group, members)| members.iter().map(move |it| (*group, *it)));
        let first = Head::SIZE as usize / 8;
        let values = names
            .enumerate()
            .map(|(at, name)| Some((name, word(bytes, first + at)?)));
        Some(DebugOffsets {
            values: values.collect::<Option<_>>()?,
        })
    }

    /// The value of `structure.member`.
    pub(super) fn get(&self, name: &'static str) -> Option<u64> {
        let (group, member) = name.split_once('.')?;
        self.values.get(&(group, member)).copied()
    }
}

fn word(bytes: &[u8], index: usize) -> Option<u64> {
    let bytes = bytes.get(index * 8..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

fn groups(column: Column) -> &'static [Group] {
    match column {
        Column::V3_15 | Column::V3_15t => V3_15,
        Column::V3_14 | Column::V3_14t => V3_14,
        _ => V3_13,
    }
}

#[rustfmt::skip]
const V3_13: &[Group] = &[
    ("runtime_state", &["size", "finalizing", "interpreters_head"]),
    ("interpreter_state", &["size", "id", "next", "threads_head", "gc", "imports_modules", "sysdict", "builtins",
        "ceval_gil", "gil_runtime_state", "gil_runtime_state_enabled", "gil_runtime_state_locked",
        "gil_runtime_state_holder"]),
    ("thread_state", &["size", "prev", "next", "interp", "current_frame", "thread_id", "native_thread_id",
        "datastack_chunk", "status"]),
    ("interpreter_frame", &["size", "previous", "executable", "instr_ptr", "localsplus", "owner"]),
    ("code_object", &["size", "filename", "name", "qualname", "linetable", "firstlineno", "argcount",
        "localsplusnames", "localspluskinds", "co_code_adaptive"]),
    ("pyobject", &["size", "ob_type"]),
    ("type_object", &["size", "tp_name", "tp_repr", "tp_flags"]),
    ("tuple_object", &["size", "ob_item", "ob_size"]),
    ("list_object", &["size", "ob_item", "ob_size"]),
    ("dict_object", &["size", "ma_keys", "ma_values"]),
    ("float_object", &["size", "ob_fval"]),
    ("long_object", &["size", "lv_tag", "ob_digit"]),
    ("bytes_object", &["size", "ob_size", "ob_sval"]),
    ("unicode_object", &["size", "state", "length", "asciiobject_size"]),
    ("gc", &["size", "collecting"]),
];

#[rustfmt::skip]
const V3_14: &[Group] = &[
    ("runtime_state", &["size", "finalizing", "interpreters_head"]),
    ("interpreter_state", &["size", "id", "next", "threads_head", "threads_main", "gc", "imports_modules", "sysdict",
        "builtins", "ceval_gil", "gil_runtime_state", "gil_runtime_state_enabled", "gil_runtime_state_locked",
        "gil_runtime_state_holder", "code_object_generation", "tlbc_generation"]),
    ("thread_state", &["size", "prev", "next", "interp", "current_frame", "thread_id", "native_thread_id",
        "datastack_chunk", "status"]),
    ("interpreter_frame", &["size", "previous", "executable", "instr_ptr", "localsplus", "owner", "stackpointer",
        "tlbc_index"]),
    ("code_object", &["size", "filename", "name", "qualname", "linetable", "firstlineno", "argcount",
        "localsplusnames", "localspluskinds", "co_code_adaptive", "co_tlbc"]),
    ("pyobject", &["size", "ob_type"]),
    ("type_object", &["size", "tp_name", "tp_repr", "tp_flags"]),
    ("tuple_object", &["size", "ob_item", "ob_size"]),
    ("list_object", &["size", "ob_item", "ob_size"]),
    ("set_object", &["size", "used", "table", "mask"]),
    ("dict_object", &["size", "ma_keys", "ma_values"]),
    ("float_object", &["size", "ob_fval"]),
    ("long_object", &["size", "lv_tag", "ob_digit"]),
    ("bytes_object", &["size", "ob_size", "ob_sval"]),
    ("unicode_object", &["size", "state", "length", "asciiobject_size"]),
    ("gc", &["size", "collecting"]),
];

#[rustfmt::skip]
const V3_15: &[Group] = &[
    ("runtime_state", &["size", "finalizing", "interpreters_head"]),
    ("interpreter_state", &["size", "id", "next", "threads_head", "threads_main", "gc", "imports_modules", "sysdict",
        "builtins", "ceval_gil", "gil_runtime_state", "gil_runtime_state_enabled", "gil_runtime_state_locked",
        "gil_runtime_state_holder", "code_object_generation", "tlbc_generation"]),
    ("thread_state", &["size", "prev", "next", "interp", "current_frame", "base_frame", "last_profiled_frame",
        "last_profiled_frame_seq", "thread_id", "native_thread_id", "datastack_chunk", "status", "holds_gil",
        "gil_requested", "current_exception", "exc_state"]),
    ("err_stackitem", &["exc_value"]),
    ("interpreter_frame", &["size", "previous", "executable", "instr_ptr", "localsplus", "owner", "stackpointer",
        "tlbc_index"]),
    ("code_object", &["size", "filename", "name", "qualname", "linetable", "firstlineno", "argcount",
        "localsplusnames", "localspluskinds", "co_code_adaptive", "co_tlbc"]),
    ("pyobject", &["size", "ob_type"]),
    ("type_object", &["size", "tp_name", "tp_repr", "tp_flags", "tp_basicsize", "tp_dictoffset"]),
    ("heap_type_object", &["size", "ht_cached_keys"]),
    ("tuple_object", &["size", "ob_item", "ob_size"]),
    ("list_object", &["size", "ob_item", "ob_size"]),
    ("set_object", &["size", "used", "table", "mask"]),
    ("dict_object", &["size", "ma_keys", "ma_values"]),
    ("float_object", &["size", "ob_fval"]),
    ("long_object", &["size", "lv_tag", "ob_digit"]),
    ("bytes_object", &["size", "ob_size", "ob_sval"]),
    ("unicode_object", &["size", "state", "length", "asciiobject_size", "compactunicodeobject_size"]),
    ("gc", &["size", "collecting", "frame", "generation_stats_size", "generation_stats"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(words: u64) -> Vec<u8> {
        let head = [u64::from_le_bytes(*COOKIE), 0x030d_05f0, 0];
        let all = head.into_iter().chain(100..100 + words);
        all.flat_map(u64::to_le_bytes).collect()
    }

    #[test]
    fn the_head_says_version_and_kind() {
        let head = Head::read(&bytes(0)).unwrap();
        assert_eq!(head.version.to_string(), "3.13.5");
        assert!(!head.free_threaded);
        assert_eq!(Head::read(&[0; 64]), None);
        assert_eq!(Head::read(b"xdebugpy"), None);
    }

    #[test]
    fn members_stand_in_the_order_of_the_header() {
        let offsets = DebugOffsets::read(&bytes(100), Column::V3_13).unwrap();
        assert_eq!(offsets.get("runtime_state.size"), Some(100));
        assert_eq!(offsets.get("interpreter_state.size"), Some(103));
        assert_eq!(offsets.get("thread_state.size"), Some(116));
        assert_eq!(offsets.get("interpreter_state.tlbc_generation"), None);
    }

    #[test]
    fn too_few_bytes_are_none() {
        assert!(DebugOffsets::read(&bytes(60), Column::V3_13).is_none());
        assert!(DebugOffsets::read(&bytes(70), Column::V3_13).is_some());
        assert!(DebugOffsets::read(&bytes(70), Column::V3_15).is_none());
    }
}
