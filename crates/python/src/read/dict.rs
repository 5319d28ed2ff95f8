//! `dict` (Objects/dictobject.c, Objects/dictnotes.txt).

use crate::{AttributeFields, KeysStyle, Layout, ReadError, ReadMemory};

/// More entries than a `dict` of modules, threads or attributes has.
const MOST_ENTRIES: u64 = 1 << 20;

/// One entry that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key's hash; `None` where keys are all `str` and keep it themselves.
    pub(super) hash: Option<u64>,
    /// The key.
    pub(super) key: u64,
    /// Its value; 0 where the keys are shared and this one is not set.
    pub(super) value: u64,
}

/// The entries of the `dict` at `object`, in the order of insertion.
pub(super) fn entries(
    memory: &impl ReadMemory,
    fields: &AttributeFields,
    object: u64,
) -> Result<Vec<Entry>, ReadError> {
    let keys = memory.u64(fields.dict_keys.of(object))?;
    match memory.u64(fields.dict_values.of(object))? {
        0 => keys_of(memory, fields, keys),
        values => shared(memory, fields, keys, values),
    }
}

/// The same of an object whose keys and values are apart.
pub(super) fn shared(
    memory: &impl ReadMemory,
    fields: &AttributeFields,
    keys: u64,
    values: u64,
) -> Result<Vec<Entry>, ReadError> {
    let mut entries = keys_of(memory, fields, keys)?;
    let start = values.wrapping_add(fields.values_start.into());
    let bytes = memory.bytes(start, entries.len() * 8)?;
    for (entry, value) in entries.iter_mut().zip(words(&bytes)) {
        entry.value = value;
    }
    Ok(entries)
}

/// The value of a key that is this text; `None` when there is none.
pub(super) fn value(
    memory: &impl ReadMemory,
    layout: &Layout,
    entries: &[Entry],
    key: &str,
) -> Option<u64> {
    let mut found = entries.iter().filter(|it| it.key != 0 && it.value != 0);
    found
        .find(|it| is_text(memory, layout, it.key, key))
        .map(|it| it.value)
}

/// Is the object an ASCII `str` with this text? In one read, for there are
/// many keys to ask.
fn is_text(memory: &impl ReadMemory, layout: &Layout, object: u64, text: &str) -> bool {
    let fields = &layout.unicode;
    let data = fields.ascii_data.offset as usize;
    let Ok(bytes) = memory.bytes(object, data + text.len()) else {
        return false;
    };
    let state = number(&bytes, fields.state.offset) as u32 >> fields.kind_shift;
    // kind:3, compact:1, ascii:1 (Include/cpython/unicodeobject.h).
    state & 0b11111 == 0b11001
        && number(&bytes, fields.length.offset) == text.len() as u64
        && &bytes[data..] == text.as_bytes()
}

/// The word at an offset; 0 where there is none.
fn number(bytes: &[u8], offset: u32) -> u64 {
    let at = bytes.get(offset as usize..);
    at.and_then(<[u8]>::first_chunk)
        .map_or(0, |it| u64::from_le_bytes(*it))
}

/// The entries of a `PyDictKeysObject`.
fn keys_of(
    memory: &impl ReadMemory,
    fields: &AttributeFields,
    keys: u64,
) -> Result<Vec<Entry>, ReadError> {
    let form = match fields.keys_style {
        KeysStyle::Slots => Form::by_slots(memory, keys)?,
        KeysStyle::Logarithms => Form::by_logarithms(memory, keys)?,
    };
    let form = form.filter(|it| it.count <= MOST_ENTRIES);
    let form = form.ok_or(ReadError::Nonsense {
        what: "a dict",
        address: keys,
    })?;
    let bytes = memory.bytes(form.start, form.count as usize * form.words * 8)?;
    let words: Vec<u64> = words(&bytes).collect();
    Ok(words.chunks_exact(form.words).map(entry).collect())
}

/// `PyDictKeyEntry` of three words, or `PyDictUnicodeEntry` of two.
fn entry(words: &[u64]) -> Entry {
    match *words {
        [hash, key, value] => Entry {
            hash: Some(hash),
            key,
            value,
        },
        [key, value] => Entry {
            hash: None,
            key,
            value,
        },
        _ => unreachable!("entries have two words or three"),
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.as_chunks().0.iter().map(|it| u64::from_le_bytes(*it))
}

/// Where the entries of a keys object are.
struct Form {
    start: u64,
    count: u64,
    /// Words of each.
    words: usize,
}

impl Form {
    /// `dk_refcnt, dk_size, dk_lookup, dk_usable, dk_nentries, dk_indices[]`
    /// of a word each; an index has as many bytes as `dk_size` needs (3.10,
    /// Objects/dict-common.h and `DK_IXSIZE` in Objects/dictobject.c).
    fn by_slots(memory: &impl ReadMemory, keys: u64) -> Result<Option<Form>, ReadError> {
        let head = memory.bytes(keys, 40)?;
        let slots = number(&head, 8);
        let bytes = match slots {
            0..=0xff => 1,
            0x100..=0xffff => 2,
            _ => 4,
        };
        let is_size = slots.is_power_of_two() && slots <= 2 * MOST_ENTRIES;
        Ok(is_size.then(|| Form {
            start: keys.wrapping_add(40 + slots * bytes),
            count: number(&head, 32),
            words: 3,
        }))
    }

    /// `dk_refcnt`, then in a word `dk_log2_size`, `dk_log2_index_bytes`,
    /// `dk_kind`, then `dk_usable, dk_nentries, dk_indices[]`. A kind of 0 is
    /// `DICT_KEYS_GENERAL`, 1 and 2 have keys of `str` only (3.11,
    /// Include/internal/pycore_dict.h).
    fn by_logarithms(memory: &impl ReadMemory, keys: u64) -> Result<Option<Form>, ReadError> {
        let head = memory.bytes(keys, 32)?;
        let (log, kind) = (head[9], head[10]);
        let words = if kind == 0 { 3 } else { 2 };
        Ok((log < 30 && kind <= 2).then(|| Form {
            start: keys.wrapping_add(32 + (1 << log)),
            count: number(&head, 24),
            words,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Plan;
    use crate::{Snapshot, Version};

    const DICT: u64 = 0x1000;
    const KEYS: u64 = 0x2000;
    const VALUES: u64 = 0x3000;

    fn fields(minor: u8) -> AttributeFields {
        let plan = Plan::of_release(Version::release(3, minor, 0));
        plan.layout().unwrap().attributes.unwrap()
    }

    /// A `dict` with these words at its keys and with values of its own, or not.
    fn memory(keys: &[u64], has_values: bool) -> Snapshot {
        let bytes = |words: &[u64]| words.iter().flat_map(|it| it.to_le_bytes()).collect();
        let values = if has_values { VALUES } else { 0 };
        let mut memory = Snapshot::default();
        memory.insert(DICT, bytes(&[1, 0, 2, 0, KEYS, values]));
        memory.insert(KEYS, bytes(keys));
        memory.insert(VALUES, bytes(&[71, 72]));
        memory
    }

    /// 3.10: eight slots, whose indices are one byte each.
    fn slots(size: u64, count: u64) -> Vec<u64> {
        vec![1, size, 0, 3, count, 0xff, 100, 11, 51, 101, 12, 52]
    }

    /// 3.11: two to the power of `log` bytes of indices.
    fn logarithms(log: u64, kind: u64, count: u64) -> Vec<u64> {
        let sizes = 3 | log << 8 | kind << 16;
        vec![1, sizes, 3, count, 0xff, 100, 11, 51, 101, 12, 52]
    }

    fn seen(memory: &Snapshot, minor: u8) -> Option<Vec<(Option<u64>, u64, u64)>> {
        let entries = entries(memory, &fields(minor), DICT).ok()?;
        Some(
            entries
                .iter()
                .map(|it| (it.hash, it.key, it.value))
                .collect(),
        )
    }

    #[test]
    fn entries_of_each_form_are_read() {
        let general = Some(vec![(Some(100), 11, 51), (Some(101), 12, 52)]);
        assert_eq!(seen(&memory(&slots(8, 2), false), 10), general);
        assert_eq!(seen(&memory(&logarithms(3, 0, 2), false), 11), general);
        let texts = Some(vec![(None, 100, 11), (None, 51, 101), (None, 12, 52)]);
        assert_eq!(seen(&memory(&logarithms(3, 1, 3), false), 11), texts);
    }

    #[test]
    fn shared_keys_have_their_values_elsewhere() {
        let split = Some(vec![(Some(100), 11, 71), (Some(101), 12, 72)]);
        assert_eq!(seen(&memory(&slots(8, 2), true), 10), split);
        let split = Some(vec![(None, 100, 71), (None, 51, 72)]);
        assert_eq!(seen(&memory(&logarithms(3, 2, 2), true), 11), split);
    }

    #[test]
    fn what_cannot_be_a_dict_is_none() {
        let wrong = [slots(7, 2), slots(1 << 40, 2), slots(8, 1 << 40)];
        for keys in wrong {
            assert_eq!(seen(&memory(&keys, false), 10), None, "{keys:?}");
        }
        for (log, kind, count) in [(63, 1, 2), (3, 3, 2), (3, 1, 1 << 40), (3, 1, 9)] {
            let keys = logarithms(log, kind, count);
            assert_eq!(seen(&memory(&keys, false), 11), None, "{keys:?}");
        }
    }
}
