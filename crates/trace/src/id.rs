//! Instants and ids: small, dense, and never mixed up with one another.
//!
//! Ids count up from 0 (or 1 where 0 means "none") in the order of definition,
//! so a reader can keep each kind in a plain vector. They survive the reuse of
//! pids, tids and addresses: the same tid used twice has two [`ThreadId`]s.

use serde::{Deserialize, Serialize};

/// Nanoseconds of `CLOCK_MONOTONIC` since the recording's first instant, or a
/// duration in nanoseconds where a field says so.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Nanos(pub u64);

impl Nanos {
    /// The time from `earlier` to `self`, or zero when `earlier` is later.
    pub fn since(self, earlier: Nanos) -> Nanos {
        Nanos(self.0.saturating_sub(earlier.0))
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The position of this id's definition among its kind.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A process, from its fork (or the attach) to its end; `exec` keeps it.
    ProcessId;
    /// A thread of one process.
    ThreadId;
    /// A Python stack; [`StackId::NONE`] when the event has none.
    StackId;
    /// A line of a code object; frames are shared by stacks.
    FrameId;
    /// A code object: function, file, first line.
    CodeId;
    /// A string; [`TextId::NONE`] is the empty one.
    TextId;
}

impl ProcessId {
    /// No process: the parent of a recording's first process.
    pub const NONE: ProcessId = ProcessId(u32::MAX);
}

impl ThreadId {
    /// No thread, or one that is not recorded.
    pub const NONE: ThreadId = ThreadId(u32::MAX);
}

impl StackId {
    /// No Python stack. Real stacks start at 1.
    pub const NONE: StackId = StackId(0);
}

impl TextId {
    /// The empty string, which every recording defines first.
    pub const NONE: TextId = TextId(0);
}

impl Default for StackId {
    fn default() -> StackId {
        StackId::NONE
    }
}

impl Default for TextId {
    fn default() -> TextId {
        TextId::NONE
    }
}
