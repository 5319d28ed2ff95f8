//! Made from `bpf/abi.h` by `cargo xtask bpf`; do not edit.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

pub const ABI_VERSION: u32 = 3;
pub const MAX_FRAMES: u32 = 128;
pub const MAX_BUILDS: u32 = 256;
pub const MAX_NAME: u32 = 256;
pub const MAX_FILE: u32 = 512;
pub const MAX_TABLE: u32 = 16384;
pub const MAX_TEXT: u32 = 256;
pub const MAX_COMMAND: u32 = 1024;
pub const NO_OFFSET: u32 = 0xffffffff;
pub const NO_CALL: u32 = 0xffff;
pub const RECORD_SWITCH_OUT: u32 = 1;
pub const RECORD_SWITCH_IN: u32 = 2;
pub const RECORD_WOKEN: u32 = 3;
pub const RECORD_CALL: u32 = 4;
pub const RECORD_SAMPLE: u32 = 5;
pub const RECORD_STACK: u32 = 6;
pub const RECORD_CODE: u32 = 7;
pub const RECORD_TEXT: u32 = 8;
pub const RECORD_FORK: u32 = 9;
pub const RECORD_EXEC: u32 = 10;
pub const RECORD_EXIT: u32 = 11;
pub const RECORD_NAME: u32 = 12;
pub const RECORD_RUNTIME: u32 = 13;
pub const RECORD_TSTATE: u32 = 14;
pub const RECORD_GIL: u32 = 15;

pub const LOSS_RING_FULL: u32 = 0;
pub const LOSS_STACK_TRUNCATED: u32 = 1;
pub const LOSS_FRAME_UNREAD: u32 = 2;
pub const LOSS_THREAD_STATE_UNKNOWN: u32 = 3;
pub const LOSS_BEFORE_DISCOVERY: u32 = 4;
pub const LOSS_CODE_UNNAMED: u32 = 5;
pub const LOSS_LINE_TABLE_TRUNCATED: u32 = 6;
pub const LOSS_MAP_FULL: u32 = 7;
pub const LOSS_PATH_UNREAD: u32 = 8;
pub const LOSS_PATH_TRUNCATED: u32 = 9;
pub const LOSS_CALL_WITHOUT_ENTRY: u32 = 10;
pub const LOSS_COUNT: u32 = 15;

pub const PARK_NONE: u32 = 0;
pub const PARK_LOCK: u32 = 1;
pub const PARK_CRITICAL_SECTION: u32 = 2;
pub const PARK_STOPPED: u32 = 3;
pub const PARK_STOPPING: u32 = 4;

pub const FRAMES_NONE: u32 = 0;
pub const FRAMES_OBJECT: u32 = 1;
pub const FRAMES_INTERPRETER: u32 = 2;

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct Layout {
    pub code_mask: u64,
    pub frame_style: u32,
    pub interpreters_head: u32,
    pub interpreter_next: u32,
    pub threads_head: u32,
    pub tstate_next: u32,
    pub tstate_thread_id: u32,
    pub tstate_status: u32,
    pub tstate_frame: u32,
    pub cframe_frame: u32,
    pub frame_code: u32,
    pub frame_previous: u32,
    pub frame_instr: u32,
    pub frame_owner: u32,
    pub owner_foreign: u32,
    pub print_offset: u32,
    pub print_length: u32,
    pub print_name: u32,
    pub code_name: u32,
    pub code_file: u32,
    pub code_first_line: u32,
    pub code_table: u32,
    pub string_length: u32,
    pub string_hash: u32,
    pub string_state: u32,
    pub string_kind_shift: u32,
    pub string_ascii_shift: u32,
    pub string_ascii_data: u32,
    pub string_compact_data: u32,
    pub bytes_size: u32,
    pub bytes_data: u32,
    pub type_name: u32,
    pub gil_offset: u32,
    pub gil_pointer: u32,
    pub gil_holder: u32,
    pub gil_locked: u32,
    pub gc_collecting: u32,
    pub gc_of_runtime: u32,
    pub parks: u32,
    pub object_mutex: u32,
    pub object_type: u32,
    pub tstate_state: u32,
    pub tstate_critical_section: u32,
    pub interpreter_stop: u32,
    pub pad: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct Build {
    pub probe: u64,
    pub runtime: u64,
    pub layout: Layout,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct Process {
    pub runtime: u64,
    pub gil: u64,
    pub build: u32,
    pub pad: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct Thread {
    pub tstate: u64,
    pub interpreter: u64,
    pub alone: u64,
    pub runtime: u64,
    pub gil: u64,
    pub told_gil: u64,
    pub call_at: u64,
    pub retry_at: u64,
    pub unsearched: u32,
    pub build: u32,
    pub pending: u8,
    pub misses: u8,
    pub newborn: u8,
    pub pad: [u8; 5],
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct Header {
    pub kind: u16,
    pub cpu: u16,
    pub tid: u32,
    pub at: u64,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct CallArgs {
    pub nr: u16,
    pub pad: [u16; 3],
    pub args: [u64; 3],
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct GilView {
    pub holder: u64,
    pub locked: u32,
    pub pad: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct Faults {
    pub minor: u64,
    pub major: u64,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct SwitchOutRecord {
    pub header: Header,
    pub call: CallArgs,
    pub gil: GilView,
    pub stack: u64,
    pub parked: u64,
    pub parked_type: u64,
    pub state: u32,
    pub parked_kind: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct SwitchInRecord {
    pub header: Header,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct WokenRecord {
    pub header: Header,
    pub call: CallArgs,
    pub stack: u64,
    pub by: u32,
    pub pad: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct CallRecord {
    pub header: Header,
    pub call: CallArgs,
    pub took: u64,
    pub ret: i64,
    pub stack: u64,
    pub path: u64,
    pub faults: Faults,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct SampleRecord {
    pub header: Header,
    pub call: CallArgs,
    pub gil: GilView,
    pub stack: u64,
    pub faults: Faults,
    pub user: u32,
    pub pad: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct Frame {
    pub code: u64,
    pub print: u64,
    pub instr: u64,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct StackRecord {
    pub header: Header,
    pub id: u64,
    pub tgid: u32,
    pub count: u16,
    pub truncated: u8,
    pub collecting: u8,
    pub frames: [Frame; MAX_FRAMES as usize],
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct CodeRecord {
    pub header: Header,
    pub code: u64,
    pub print: u64,
    pub tgid: u32,
    pub build: u32,
    pub first_line: u32,
    pub table_size: u32,
    pub table_length: u32,
    pub name_length: u32,
    pub file_length: u32,
    pub name_kind: u8,
    pub file_kind: u8,
    pub name_truncated: u8,
    pub file_truncated: u8,
    pub name: [u8; MAX_NAME as usize],
    pub file: [u8; MAX_FILE as usize],
    pub table: [u8; MAX_TABLE as usize],
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct TextRecord {
    pub header: Header,
    pub id: u64,
    pub length: u32,
    pub truncated: u32,
    pub text: [u8; MAX_TEXT as usize],
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct ForkRecord {
    pub header: Header,
    pub tgid: u32,
    pub by: u32,
    pub by_tgid: u32,
    pub pad: u32,
    pub comm: [u8; 16],
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct ExecRecord {
    pub header: Header,
    pub tgid: u32,
    pub old_tid: u32,
    pub exe_length: u32,
    pub command_length: u32,
    pub faults: Faults,
    pub comm: [u8; 16],
    pub exe: [u8; MAX_TEXT as usize],
    pub command: [u8; MAX_COMMAND as usize],
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct ExitRecord {
    pub header: Header,
    pub tgid: u32,
    pub status: u32,
    pub last: u32,
    pub pad: u32,
    pub faults: Faults,
    pub user_ns: u64,
    pub system_ns: u64,
    pub run_ns: u64,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct NameRecord {
    pub header: Header,
    pub comm: [u8; 16],
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct RuntimeRecord {
    pub header: Header,
    pub runtime: u64,
    pub gil: u64,
    pub faults: Faults,
    pub tgid: u32,
    pub build: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct GilRecord {
    pub header: Header,
    pub runtime: u64,
    pub gil: u64,
    pub tgid: u32,
    pub build: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct TstateRecord {
    pub header: Header,
    pub tstate: u64,
    pub tgid: u32,
    pub pad: u32,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct TallyKey {
    pub tid: u32,
    pub nr: u16,
    pub error: u16,
}

#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]
#[repr(C)]
pub struct Tally {
    pub count: u64,
    pub time_ns: u64,
}
