//! Where attributes of modules and of instances are.

use super::column::Column;
use super::offsets::Offsets;
use super::{Field, Refusal};

/// What leads from an interpreter to a module's variables, and from an object
/// to its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeFields {
    /// `PyInterpreterState.modules` (`imports.modules` from 3.12 on): the
    /// `dict` that `sys.modules` is at first.
    pub modules: Field,
    /// `PyModuleObject.md_dict`.
    pub module_dict: Field,
    /// `PyDictObject.ma_keys`.
    pub dict_keys: Field,
    /// `PyDictObject.ma_values`: not 0 in a `dict` that shares its keys.
    pub dict_values: Field,
    /// What `ma_keys` points to.
    pub keys_style: KeysStyle,
    /// Bytes from a `PyDictValues` to the first value.
    pub values_start: u8,
    /// `PyTypeObject.tp_basicsize`.
    pub type_basicsize: Field,
    /// `PyTypeObject.tp_flags`.
    pub type_flags: Field,
    /// `PyTypeObject.tp_dictoffset`.
    pub type_dictoffset: Field,
    /// `PyHeapTypeObject.ht_cached_keys`: the keys that instances share.
    pub type_keys: Field,
    /// Where an instance's attributes are.
    pub instance_style: InstanceStyle,
    /// `PyLongObject.ob_size`, or `lv_tag` from 3.12 on.
    pub int_size: Field,
    /// What that says.
    pub int_style: IntStyle,
    /// `PyLongObject.ob_digit`: 30 bits each.
    pub int_digits: Field,
}

/// How a `PyDictKeysObject` says where its entries are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysStyle {
    /// 3.7-3.10: `dk_size` (Objects/dict-common.h of 3.7 and 3.10).
    Slots,
    /// 3.11+: `dk_log2_index_bytes`, and `dk_kind` tells two forms of entries
    /// apart (Include/internal/pycore_dict.h of 3.11 and 3.15).
    Logarithms,
}

/// Where an instance of a class written in Python keeps its attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceStyle {
    /// 3.7-3.10: in a `dict`, `tp_dictoffset` bytes into the object
    /// (Objects/object.c: `_PyObject_GetDictPtr`).
    Dict,
    /// 3.11: values four words before the object or, when that is null, a
    /// `dict` three words before it (Include/internal/pycore_object.h:
    /// `_PyObject_ValuesPointer`, `_PyObject_ManagedDictPointer`).
    Values,
    /// 3.12: three words before the object either a `dict` or, one less than
    /// their address, values (Include/internal/pycore_object.h:
    /// `_PyDictOrValues_IsValues`).
    Either,
    /// 3.13+: values behind the object while they are `valid`, else a `dict`
    /// this many bytes before it (Include/internal/pycore_object.h:
    /// `_PyObject_InlineValues`, `MANAGED_DICT_OFFSET`).
    Inline {
        /// Three words or, free-threaded, one.
        dict_before: u8,
    },
}

/// How an `int` says how many digits it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntStyle {
    /// 3.7-3.11: `ob_size`, negative for a negative number
    /// (Include/longintrepr.h of 3.7).
    Size,
    /// 3.12+: above three bits, of which the lower two tell the sign
    /// (Include/cpython/longintrepr.h, `_PyLong_SIGN_MASK` in
    /// Include/internal/pycore_long.h).
    Tag,
}

impl AttributeFields {
    pub(super) fn assemble(of: &Offsets) -> Result<AttributeFields, Refusal> {
        Ok(AttributeFields {
            modules: of.need("interpreter_state.imports_modules")?,
            module_dict: of.need("module_object.md_dict")?,
            dict_keys: of.need("dict_object.ma_keys")?,
            dict_values: of.need("dict_object.ma_values")?,
            keys_style: keys_style(of.column),
            values_start: values_start(of.column),
            type_basicsize: of.need("type_object.tp_basicsize")?,
            type_flags: of.need("type_object.tp_flags")?,
            type_dictoffset: of.need("type_object.tp_dictoffset")?,
            type_keys: of.need("heap_type_object.ht_cached_keys")?,
            instance_style: instance_style(of.column),
            int_size: of.need("long_object.lv_tag")?,
            int_style: int_style(of.column),
            int_digits: of.need("long_object.ob_digit")?,
        })
    }
}

fn keys_style(column: Column) -> KeysStyle {
    match column < Column::V3_11 {
        true => KeysStyle::Slots,
        false => KeysStyle::Logarithms,
    }
}

/// Before 3.13 values are a bare array; there `capacity`, `size`, `embedded`
/// and `valid` stand before them (Include/internal/pycore_dict.h: `struct
/// _dictvalues` of 3.12 and 3.13).
fn values_start(column: Column) -> u8 {
    match column < Column::V3_13 {
        true => 0,
        false => 8,
    }
}

fn instance_style(column: Column) -> InstanceStyle {
    match column {
        Column::V3_7 | Column::V3_8 | Column::V3_9 | Column::V3_10 => InstanceStyle::Dict,
        Column::V3_11 => InstanceStyle::Values,
        Column::V3_12 => InstanceStyle::Either,
        Column::V3_13 | Column::V3_14 | Column::V3_15 => InstanceStyle::Inline { dict_before: 24 },
        Column::V3_13t | Column::V3_14t | Column::V3_15t => {
            InstanceStyle::Inline { dict_before: 8 }
        }
    }
}

fn int_style(column: Column) -> IntStyle {
    match column < Column::V3_12 {
        true => IntStyle::Size,
        false => IntStyle::Tag,
    }
}
