//! Everything that can go missing from a recording has a name here.

use serde::{Deserialize, Serialize};

/// How often one thing was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// What went missing.
    pub kind: LossKind,
    /// How many times.
    pub count: u64,
}

macro_rules! losses {
    ($($(#[doc = $doc:literal])* $name:ident = $number:literal, $text:literal;)*) => {
        /// The named ways in which a recording can be incomplete.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        pub enum LossKind { $($(#[doc = $doc])* $name = $number,)* }

        impl LossKind {
            /// Every kind, in the order of their numbers.
            pub const ALL: &[LossKind] = &[$(LossKind::$name,)*];

            /// The name in `--json` and on screens.
            pub fn name(self) -> &'static str {
                match self { $(LossKind::$name => $text,)* }
            }

            /// The kind with this name.
            pub fn from_name(name: &str) -> Option<LossKind> {
                LossKind::ALL.iter().copied().find(|kind| kind.name() == name)
            }

            /// What it means for the reader of a report, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(LossKind::$name => concat!($($doc,)*).trim_ascii_start(),)* }
            }
        }
    };
}

losses! {
    /// Events that found the ring buffer full; system calls among them are in the tallies, so totals stay exact.
    RingFull = 0, "ring_full";
    /// Stacks deeper than the recorder walks: the outermost callers are missing.
    StackTruncated = 1, "stack_truncated";
    /// Frames that could not be read (page not resident, thread state in motion): the event has a shorter stack or none.
    FrameUnread = 2, "frame_unread";
    /// Events of a Python thread whose thread state was not found.
    ThreadStateUnknown = 3, "thread_state_unknown";
    /// Events between a Python's start and its discovery by the recorder: they have no stack.
    BeforeDiscovery = 4, "before_discovery";
    /// Code objects whose name could not be read.
    CodeUnnamed = 5, "code_unnamed";
    /// Line tables longer than the recorder reads: those lines are unknown.
    LineTableTruncated = 6, "line_table_truncated";
    /// Kernel map slots that were full: an event, a stack or a code object was left out.
    MapFull = 7, "map_full";
    /// Path arguments that could not be read.
    PathUnread = 8, "path_unread";
    /// Path arguments longer than the recorder reads.
    PathTruncated = 9, "path_truncated";
    /// System calls in progress when the recording began: only their end was seen, so they are not counted.
    CallWithoutEntry = 10, "call_without_entry";
    /// Records that the decoder refused.
    RecordMalformed = 11, "record_malformed";
    /// Rows of the file that could not be read back (a torn recording).
    RowsTorn = 12, "rows_torn";
    /// Events that arrived too late to be put in order.
    OutOfOrder = 13, "out_of_order";
    /// Events that came while the same program was busy with another one on that CPU: the kernel does not nest a program in itself.
    ProgramBusy = 14, "program_busy";
}
