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

#[cfg(test)]
impl Plan<'static> {
    /// Of a release with a GIL whose memory was not looked at.
    pub(crate) fn of_release(version: Version) -> Plan<'static> {
        Plan {
            version,
            free_threaded: false,
            debug: false,
            foreign_machine: None,
            runtime: &[],
            runtime_size: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `_Py_DebugOffsets` of 3.13.0, every number after its head the same.
    fn debug_offsets(version: u64, number: u64) -> Vec<u8> {
        let head = [u64::from_le_bytes(*b"xdebugpy"), version, 0];
        let words = head.into_iter().chain([number; 200]);
        words.flat_map(u64::to_le_bytes).collect()
    }

    fn refusal(minor: u8, debug: bool, runtime: &[u8]) -> String {
        let plan = Plan {
            debug,
            runtime,
            ..Plan::of_release(Version::release(3, minor, 0))
        };
        assert!(plan.gil().is_none());
        plan.layout().unwrap_err().to_string()
    }

    #[test]
    fn an_implausible_number_is_refused_by_the_members_name() {
        let why = refusal(13, false, &debug_offsets(0x030d_00f0, 0));
        assert_eq!(
            why,
            "CPython 3.13.0: runtime_state.interpreters_head is 0, which cannot be: \
             its frames are not read"
        );
        let why = refusal(13, false, &debug_offsets(0x030d_00f0, 12));
        assert!(why.contains("interpreters_head is 12"), "{why}");
    }

    #[test]
    fn offsets_of_another_version_are_refused() {
        let why = refusal(13, false, &debug_offsets(0x030d_01f0, 8));
        assert!(why.contains("are of another version"), "{why}");
        let why = refusal(14, false, &[0; 4096]);
        assert!(why.contains("does not start with xdebugpy"), "{why}");
        let why = refusal(13, false, &debug_offsets(0x030d_00f0, 8)[..64]);
        assert!(why.contains("are cut short"), "{why}");
    }

    #[test]
    fn a_debug_build_is_refused_as_such() {
        assert!(refusal(11, true, &[]).contains("debug build"));
    }
}
