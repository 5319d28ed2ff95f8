//! Attributes of instances (Objects/typeobject.c, Objects/object_layout.md).

use super::dict::{Entry, entries, shared};
use crate::{AttributeFields, InstanceStyle, IntStyle, Layout, ReadError, ReadMemory};

/// `Py_TPFLAGS_INLINE_VALUES` (3.13+), `Py_TPFLAGS_MANAGED_DICT` (3.11+),
/// `Py_TPFLAGS_HEAPTYPE` (Include/object.h).
const INLINE_VALUES: u64 = 1 << 2;
const MANAGED_DICT: u64 = 1 << 4;
const HEAP_TYPE: u64 = 1 << 9;
/// `Py_TPFLAGS_LONG_SUBCLASS` and its likes (Include/object.h).
pub(super) const INT: u64 = 1 << 24;
pub(super) const STR: u64 = 1 << 28;
pub(super) const DICT: u64 = 1 << 29;

/// `valid` in a `PyDictValues` (3.13, Include/internal/pycore_dict.h).
const VALID: u64 = 3;

/// Has the type of the object one of these flags?
pub(super) fn is_a(
    memory: &impl ReadMemory,
    layout: &Layout,
    fields: &AttributeFields,
    object: u64,
    flag: u64,
) -> Result<bool, ReadError> {
    let kind = memory.u64(layout.object.ob_type.of(object))?;
    Ok(memory.u64(fields.type_flags.of(kind))? & flag != 0)
}

/// The attributes of an instance of a class written in Python; none of any
/// other object, and none of `__slots__`.
pub(super) fn attributes(
    memory: &impl ReadMemory,
    layout: &Layout,
    fields: &AttributeFields,
    object: u64,
) -> Result<Vec<Entry>, ReadError> {
    let kind = memory.u64(layout.object.ob_type.of(object))?;
    let flags = memory.u64(fields.type_flags.of(kind))?;
    if flags & HEAP_TYPE == 0 {
        return Ok(Vec::new());
    }
    let instance = Instance {
        memory,
        fields,
        object,
        kind,
    };
    match fields.instance_style {
        _ if flags & MANAGED_DICT == 0 => instance.by_offset(),
        InstanceStyle::Dict => instance.by_offset(),
        InstanceStyle::Values => instance.values_or_dict(),
        InstanceStyle::Either => instance.either(),
        InstanceStyle::Inline { dict_before } => {
            instance.inline(flags & INLINE_VALUES != 0, dict_before)
        }
    }
}

/// A positive `int` of one digit; `None` for any other.
pub(super) fn small_int(
    memory: &impl ReadMemory,
    fields: &AttributeFields,
    object: u64,
) -> Result<Option<u32>, ReadError> {
    let size = memory.u64(fields.int_size.of(object))?;
    let is_one = match fields.int_style {
        IntStyle::Size => size == 1,
        IntStyle::Tag => size & 3 == 0 && size >> 3 == 1,
    };
    let digit = memory.u32(fields.int_digits.of(object))?;
    Ok(is_one.then_some(digit))
}

/// An object of a class written in Python.
struct Instance<'a, M> {
    memory: &'a M,
    fields: &'a AttributeFields,
    object: u64,
    kind: u64,
}

impl<M: ReadMemory> Instance<'_, M> {
    fn by_offset(&self) -> Result<Vec<Entry>, ReadError> {
        let offset = self.memory.u64(self.fields.type_dictoffset.of(self.kind))?;
        // Negative ones count from the end of objects that vary in size.
        match i64::try_from(offset) {
            Ok(1..) => self.dict_at(self.object.wrapping_add(offset)),
            _ => Ok(Vec::new()),
        }
    }

    fn values_or_dict(&self) -> Result<Vec<Entry>, ReadError> {
        match self.memory.u64(self.object.wrapping_sub(32))? {
            0 => self.dict_at(self.object.wrapping_sub(24)),
            values => self.values(values),
        }
    }

    fn either(&self) -> Result<Vec<Entry>, ReadError> {
        let place = self.object.wrapping_sub(24);
        match self.memory.u64(place)? {
            tagged if tagged & 1 == 1 => self.values(tagged + 1),
            _ => self.dict_at(place),
        }
    }

    fn inline(&self, has_values: bool, dict_before: u8) -> Result<Vec<Entry>, ReadError> {
        if has_values {
            let size = self.memory.u64(self.fields.type_basicsize.of(self.kind))?;
            let values = self.object.wrapping_add(size);
            if self.memory.u8(values.wrapping_add(VALID))? != 0 {
                return self.values(values);
            }
        }
        self.dict_at(self.object.wrapping_sub(dict_before.into()))
    }

    fn values(&self, values: u64) -> Result<Vec<Entry>, ReadError> {
        let keys = self.memory.u64(self.fields.type_keys.of(self.kind))?;
        shared(self.memory, self.fields, keys, values)
    }

    fn dict_at(&self, place: u64) -> Result<Vec<Entry>, ReadError> {
        match self.memory.u64(place)? {
            0 => Ok(Vec::new()),
            dict => entries(self.memory, self.fields, dict),
        }
    }
}
