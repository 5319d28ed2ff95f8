//! Why an interpreter's frames are not read.

use crate::Version;

/// Why there is no [`Layout`](super::Layout) for a build. Each is a sentence
/// for the report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Older than any supported layout.
    #[error(
        "CPython {0} has no supported frame layout: \
         system calls and futexes are recorded without Python frames"
    )]
    TooOld(Version),
    /// Newer than any known layout. Never guessed.
    #[error(
        "CPython {0} is newer than this keelback knows: \
         system calls are recorded without Python frames"
    )]
    TooNew(Version),
    /// Structures move until the first release candidate.
    #[error(
        "CPython {0} is a pre-release whose structures may differ from the release's: \
         system calls are recorded without Python frames"
    )]
    PreRelease(Version),
    /// Debug builds have other structures.
    #[error(
        "CPython {0} is a debug build (Py_REF_DEBUG), whose structures differ: \
         system calls are recorded without Python frames"
    )]
    Debug(Version),
    /// Not x86-64.
    #[error(
        "CPython {version} is built for {machine}, keelback knows x86-64: \
         system calls are recorded without Python frames"
    )]
    Machine {
        /// Its version.
        version: Version,
        /// What it is built for.
        machine: String,
    },
    /// A member lies where it cannot, or is missing (0).
    #[error("CPython {version}: {field} is {value}, which cannot be: its frames are not read")]
    Implausible {
        /// Its version.
        version: Version,
        /// The field, by CPython's name.
        field: &'static str,
        /// What the file says.
        value: u64,
    },
    /// `_Py_DebugOffsets` could not be read.
    #[error("CPython {version}: {why}: its frames are not read")]
    NoDebugOffsets {
        /// Its version.
        version: Version,
        /// What is wrong with them.
        why: &'static str,
    },
}
