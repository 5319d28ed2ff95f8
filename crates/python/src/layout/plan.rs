//! Everything that follows from a file's version and runtime.

use super::debug_offsets::DebugOffsets;
use super::offsets::Offsets;
use super::{GilLayout, Layout, Refusal};
use crate::Version;

/// What decides a build's structures.
pub(crate) struct Plan<'a> {
    pub(crate) version: Version,
    pub(crate) free_threaded: bool,
    pub(crate) debug: bool,
    /// ELF's name of a machine that is not x86-64.
    pub(crate) foreign_machine: Option<String>,
    /// The first [`Plan::RUNTIME_BYTES`] of `_PyRuntime` in the file; empty
    /// where there is none.
    pub(crate) runtime: &'a [u8],
    pub(crate) runtime_size: u64,
}

impl Plan<'_> {
    /// How much of `_PyRuntime` is looked at.
    pub(crate) const RUNTIME_BYTES: u64 = DebugOffsets::LARGEST;

    /// The layout of frames and code objects.
    pub(crate) fn layout(&self) -> Result<Layout, Refusal> {
        Layout::assemble(&self.offsets()?)
    }

    /// The GIL; `None` where it is not known.
    pub(crate) fn gil(&self) -> Option<GilLayout> {
        GilLayout::assemble(&self.offsets().ok()?, self.runtime_size, self.free_threaded).ok()?
    }

    fn offsets(&self) -> Result<Offsets, Refusal> {
        let version = self.version;
        if let Some(machine) = self.foreign_machine.clone() {
            return Err(Refusal::Machine { version, machine });
        }
        if self.debug {
            return Err(Refusal::Debug(version));
        }
        Offsets::new(version, self.free_threaded, self.runtime)
    }
}
