//! Where a starting interpreter comes through.

use std::collections::HashMap;

use super::elf::{Elf, Symbol};

/// Exported functions that every start comes through, in the order it does.
///
/// `Py_BytesMain` is the whole of `python`'s `main` since 3.8 and was hit
/// exactly once on each of 3.8-3.15, static builds with link-time
/// optimisation included; `_Py_UnixMain` was that in 3.7 and `Py_Main` before.
/// A program that embeds Python calls one of the others by its exported name.
pub(super) const FUNCTIONS: [&str; 7] = [
    "Py_BytesMain",
    "_Py_UnixMain",
    "Py_Main",
    "Py_Initialize",
    "Py_InitializeEx",
    "Py_InitializeFromConfig",
    "_Py_InitializeFromConfig",
];

/// `endbr64`, the first instruction of a function under -fcf-protection.
const ENDBR64: [u8; 4] = [0xf3, 0x0f, 0x1e, 0xfa];

/// An exported function to put a uprobe on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Its name.
    pub function: &'static str,
    /// Link-time address of the instruction to probe: the first one that is
    /// no `endbr64`, which a uprobe would have to single-step (10 us).
    pub address: u64,
    /// The same as an offset in the file, as perf_event_open(2) wants it.
    pub offset: u64,
}

/// The probes of a file that exports these symbols.
pub(super) fn probes(elf: &Elf, symbols: &HashMap<&'static str, Symbol>) -> Vec<Probe> {
    FUNCTIONS
        .iter()
        .filter_map(|it| probe(elf, it, symbols.get(it)?.address))
        .collect()
}

fn probe(elf: &Elf, function: &'static str, start: u64) -> Option<Probe> {
    let marked = elf.bytes(start, 4)? == ENDBR64;
    let address = start.wrapping_add(if marked { 4 } else { 0 });
    Some(Probe {
        function,
        address,
        offset: elf.image.file_offset(address)?,
    })
}
