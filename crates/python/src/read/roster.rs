//! The names of threads: `threading._active` (Lib/threading.py).
//!
//! It maps `get_ident()` of every thread that `threading` knows to its
//! `Thread`: the main thread's, those that were started, and those of other
//! origin that asked for `current_thread()`. The name is `Thread._name` in
//! every version from 3.7 to 3.15.

use std::collections::HashMap;

use super::attribute::{DICT, INT, STR, attributes, is_a, small_int};
use super::dict::{entries, value};
use super::strings::text;
use crate::{AttributeFields, Layout, Pages, ReadError, ReadMemory};

/// `threading._active` of one interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roster {
    active: u64,
}

/// What `threading` says of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadName {
    /// `Thread.name`; never empty.
    pub name: String,
    /// `Thread.native_id` (3.8+): its tid in its own PID namespace. A child
    /// process's main thread may still have that of the thread that forked it.
    pub native_id: Option<u32>,
}

impl Roster {
    /// Looks `threading` up in the modules of a `PyInterpreterState`; `None`
    /// while it is not imported. Takes a read for each module that is.
    ///
    /// # Errors
    /// When the way there cannot be read, or changes meanwhile.
    pub fn find(
        memory: &impl ReadMemory,
        layout: &Layout,
        interpreter: u64,
    ) -> Result<Option<Roster>, ReadError> {
        let Some(fields) = &layout.attributes else {
            return Ok(None);
        };
        let pages = Pages::new(memory);
        let modules = memory.u64(fields.modules.of(interpreter))?;
        let Some(module) = item(&pages, layout, fields, modules, "threading")? else {
            return Ok(None);
        };
        let variables = memory.u64(fields.module_dict.of(module))?;
        let active = item(&pages, layout, fields, variables, "_active")?;
        Ok(active.map(|active| Roster { active }))
    }

    /// The names of threads by their `pthread_self()`. Those that `threading`
    /// does not know are left out, and so are those whose names change while
    /// they are read.
    ///
    /// # Errors
    /// When it is no `dict` any more: find it anew.
    pub fn names(
        self,
        memory: &impl ReadMemory,
        layout: &Layout,
        threads: &[u64],
    ) -> Result<HashMap<u64, ThreadName>, ReadError> {
        let Some(fields) = &layout.attributes else {
            return Ok(HashMap::new());
        };
        let look = || self.look(&Pages::new(memory), layout, fields, threads);
        let (mut names, again) = (look()?, look()?);
        names.retain(|thread, name| again.get(thread) == Some(name));
        Ok(names)
    }

    fn look(
        self,
        memory: &impl ReadMemory,
        layout: &Layout,
        fields: &AttributeFields,
        threads: &[u64],
    ) -> Result<HashMap<u64, ThreadName>, ReadError> {
        if !is_a(memory, layout, fields, self.active, DICT)? {
            return Err(ReadError::Nonsense {
                what: "threading._active",
                address: self.active,
            });
        }
        // The hash of a number this small is the number (`_PyHASH_MODULUS`,
        // Include/pyhash.h), so the keys need not be read.
        let known = entries(memory, fields, self.active)?;
        let known = known.iter().filter(|it| it.value != 0);
        let known: HashMap<u64, u64> = known.filter_map(|it| Some((it.hash?, it.value))).collect();
        let name = |thread: &u64| {
            let object = known.get(thread)?;
            let name = name(memory, layout, fields, *object);
            Some((*thread, name.ok()??))
        };
        Ok(threads.iter().filter_map(name).collect())
    }
}

/// The value of a text in the `dict` at `dict`.
fn item(
    memory: &impl ReadMemory,
    layout: &Layout,
    fields: &AttributeFields,
    dict: u64,
    key: &str,
) -> Result<Option<u64>, ReadError> {
    match dict != 0 && is_a(memory, layout, fields, dict, DICT)? {
        true => Ok(value(memory, layout, &entries(memory, fields, dict)?, key)),
        false => Ok(None),
    }
}

/// What a `Thread` says of itself.
fn name(
    memory: &impl ReadMemory,
    layout: &Layout,
    fields: &AttributeFields,
    thread: u64,
) -> Result<Option<ThreadName>, ReadError> {
    let own = attributes(memory, layout, fields, thread)?;
    let Some(name) = value(memory, layout, &own, "_name") else {
        return Ok(None);
    };
    if !is_a(memory, layout, fields, name, STR)? {
        return Ok(None);
    }
    let native_id = match value(memory, layout, &own, "_native_id") {
        Some(id) if is_a(memory, layout, fields, id, INT)? => small_int(memory, fields, id)?,
        _ => None,
    };
    let name = text(memory, layout, name)?;
    Ok((!name.is_empty()).then_some(ThreadName { name, native_id }))
}
