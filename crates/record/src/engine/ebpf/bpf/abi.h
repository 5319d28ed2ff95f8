/* What the BPF programs and the recorder tell each other.
 *
 * Written once, here. `cargo xtask bpf` makes `abi.rs` of it, so keep to its
 * grammar: `struct name { __u64 field; __u8 bytes[NUMBER]; struct other field; };`
 * with every hole spelled out, `#define NAME NUMBER`, `enum name { NAME = NUMBER, };`
 * and comments. Numbers of losses are those of keelback-trace's `LossKind`.
 */
#pragma once

/* Bump when a struct below changes meaning. */
#define ABI_VERSION 3
/* Frames of one stack that are walked; the callers beyond are truncated. */
#define MAX_FRAMES 128
/* Builds of Python that one recording can know. */
#define MAX_BUILDS 256
/* Bytes of a function's name, of a file's name, of a line table, of a path. */
#define MAX_NAME 256
#define MAX_FILE 512
#define MAX_TABLE 16384
#define MAX_TEXT 256
#define MAX_COMMAND 1024
/* "This field does not exist in this CPython." */
#define NO_OFFSET 0xffffffff
/* "In no system call." */
#define NO_CALL 0xffff

enum record_kind {
	RECORD_SWITCH_OUT = 1,
	RECORD_SWITCH_IN = 2,
	RECORD_WOKEN = 3,
	RECORD_CALL = 4,
	RECORD_SAMPLE = 5,
	RECORD_STACK = 6,
	RECORD_CODE = 7,
	RECORD_TEXT = 8,
	RECORD_FORK = 9,
	RECORD_EXEC = 10,
	RECORD_EXIT = 11,
	RECORD_NAME = 12,
	RECORD_RUNTIME = 13,
	RECORD_TSTATE = 14,
	RECORD_GIL = 15,
};

enum loss_kind {
	LOSS_RING_FULL = 0,
	LOSS_STACK_TRUNCATED = 1,
	LOSS_FRAME_UNREAD = 2,
	LOSS_THREAD_STATE_UNKNOWN = 3,
	LOSS_BEFORE_DISCOVERY = 4,
	LOSS_CODE_UNNAMED = 5,
	LOSS_LINE_TABLE_TRUNCATED = 6,
	LOSS_MAP_FULL = 7,
	LOSS_PATH_UNREAD = 8,
	LOSS_PATH_TRUNCATED = 9,
	LOSS_CALL_WITHOUT_ENTRY = 10,
	LOSS_COUNT = 15,
};

/* What a thread is parked on. */
enum park_kind {
	PARK_NONE = 0,
	/* A mutex or an event, perhaps an object's first field. */
	PARK_LOCK = 1,
	/* Free-threaded builds: an object's lock, to run a critical section. */
	PARK_CRITICAL_SECTION = 2,
	/* Free-threaded builds: until another thread starts the world again. */
	PARK_STOPPED = 3,
	/* Free-threaded builds: until all other threads have stopped. */
	PARK_STOPPING = 4,
};

/* How a thread's frames are found and laid out. */
enum frame_style {
	FRAMES_NONE = 0,
	/* 3.8-3.10: PyFrameObject on the heap, linked by f_back. */
	FRAMES_OBJECT = 1,
	/* 3.11+: _PyInterpreterFrame in the thread's data stack. */
	FRAMES_INTERPRETER = 2,
};

/* Offsets inside one build of CPython, bytes. */
struct layout {
	__u64 code_mask;
	__u32 frame_style;
	__u32 interpreters_head;
	__u32 interpreter_next;
	__u32 threads_head;
	__u32 tstate_next;
	__u32 tstate_thread_id;
	/* 3.12+: a bit field; else NO_OFFSET. */
	__u32 tstate_status;
	__u32 tstate_frame;
	/* 3.11, 3.12: the frame behind tstate.cframe; else NO_OFFSET. */
	__u32 cframe_frame;
	__u32 frame_code;
	__u32 frame_previous;
	__u32 frame_instr;
	__u32 frame_owner;
	/* Frames with this owner or a higher one are no Python frames. */
	__u32 owner_foreign;
	/* The part of a code object that tells it from its successor at the
	 * same address, and where in it the name's pointer lies. */
	__u32 print_offset;
	__u32 print_length;
	__u32 print_name;
	__u32 code_name;
	__u32 code_file;
	__u32 code_first_line;
	__u32 code_table;
	__u32 string_length;
	__u32 string_hash;
	__u32 string_state;
	__u32 string_kind_shift;
	__u32 string_ascii_shift;
	__u32 string_ascii_data;
	__u32 string_compact_data;
	__u32 bytes_size;
	__u32 bytes_data;
	__u32 type_name;
	/* Of the GIL from _PyRuntime, or of the pointer to it in the interpreter. */
	__u32 gil_offset;
	__u32 gil_pointer;
	__u32 gil_holder;
	__u32 gil_locked;
	/* From _PyRuntime (1) or from the interpreter (0), or NO_OFFSET. */
	__u32 gc_collecting;
	__u32 gc_of_runtime;
	/* 1 where locks park on the waiter's stack (3.13+). */
	__u32 parks;
	/* Free-threaded builds; else NO_OFFSET. */
	__u32 object_mutex;
	__u32 object_type;
	__u32 tstate_state;
	__u32 tstate_critical_section;
	__u32 interpreter_stop;
	__u32 pad;
};

/* One file that holds a Python runtime. */
struct build {
	/* Link-time addresses. */
	__u64 probe;
	__u64 runtime;
	struct layout layout;
};

/* A process's Python. */
struct process {
	__u64 runtime;
	__u64 gil;
	__u32 build;
	__u32 pad;
};

/* A recorded thread. It exists for as long as the kernel's task does. */
struct thread {
	__u64 tstate;
	/* The interpreter of that thread state. */
	__u64 interpreter;
	/* The process's only interpreter when that was looked at last. */
	__u64 alone;
	__u64 runtime;
	__u64 gil;
	/* Under which GIL the recorder has it; 0 for the process's. */
	__u64 told_gil;
	/* When its present system call began; 0 for none seen. */
	__u64 call_at;
	/* No search for its thread state before this instant. */
	__u64 retry_at;
	/* Events since the last search: without a stack, should it have one. */
	__u32 unsearched;
	__u32 build;
	/* Recording begins at its next exec (a command about to be launched). */
	__u8 pending;
	__u8 misses;
	/* It has made no system call of its own: the first end it sees is that
	 * of the fork or clone that made it. */
	__u8 newborn;
	__u8 pad[5];
};

/* Begins every record. */
struct header {
	__u16 kind;
	__u16 cpu;
	__u32 tid;
	/* CLOCK_MONOTONIC, nanoseconds. */
	__u64 at;
};

struct call_args {
	__u16 nr;
	__u16 pad[3];
	__u64 args[3];
};

struct gil_view {
	/* tstate of the last holder. */
	__u64 holder;
	/* 0 free, 1 locked, 2 unknown. */
	__u32 locked;
	__u32 pad;
};

/* A thread's page faults since its birth: without and with I/O. */
struct faults {
	__u64 minor;
	__u64 major;
};

struct switch_out_record {
	struct header header;
	struct call_args call;
	struct gil_view gil;
	__u64 stack;
	__u64 parked;
	/* Id of a text: the parked object's tp_name. */
	__u64 parked_type;
	__u32 state;
	__u32 parked_kind;
};

struct switch_in_record {
	struct header header;
};

struct woken_record {
	struct header header;
	struct call_args call;
	__u64 stack;
	__u32 by;
	__u32 pad;
};

struct call_record {
	struct header header;
	struct call_args call;
	__u64 took;
	__s64 ret;
	__u64 stack;
	/* Id of a text; 0 for none. */
	__u64 path;
	struct faults faults;
};

struct sample_record {
	struct header header;
	struct call_args call;
	struct gil_view gil;
	__u64 stack;
	struct faults faults;
	__u32 user;
	__u32 pad;
};

struct frame {
	__u64 code;
	/* Tells the code object from another at the same address. */
	__u64 print;
	/* f_lasti up to 3.10, an address from 3.11 on. */
	__u64 instr;
};

/* Says what a stack id means from here on. Variable length. */
struct stack_record {
	struct header header;
	__u64 id;
	__u32 tgid;
	__u16 count;
	__u8 truncated;
	/* Does the thread collect garbage below its innermost frame? */
	__u8 collecting;
	struct frame frames[MAX_FRAMES];
};

/* A code object at first sight. Variable length: the table comes last. */
struct code_record {
	struct header header;
	__u64 code;
	__u64 print;
	__u32 tgid;
	__u32 build;
	__u32 first_line;
	__u32 table_size;
	/* Bytes read of it. */
	__u32 table_length;
	__u32 name_length;
	__u32 file_length;
	/* Bytes a character; 0 for text that could not be read. */
	__u8 name_kind;
	__u8 file_kind;
	__u8 name_truncated;
	__u8 file_truncated;
	__u8 name[MAX_NAME];
	__u8 file[MAX_FILE];
	__u8 table[MAX_TABLE];
};

/* What a text id means. Variable length. */
struct text_record {
	struct header header;
	__u64 id;
	__u32 length;
	__u32 truncated;
	__u8 text[MAX_TEXT];
};

struct fork_record {
	struct header header;
	__u32 tgid;
	__u32 by;
	__u32 by_tgid;
	__u32 pad;
	__u8 comm[16];
};

/* Variable length: the command line comes last, its words ended by NUL. */
struct exec_record {
	struct header header;
	__u32 tgid;
	/* The tid that called execve, if it was not the leader. */
	__u32 old_tid;
	__u32 exe_length;
	__u32 command_length;
	struct faults faults;
	__u8 comm[16];
	__u8 exe[MAX_TEXT];
	__u8 command[MAX_COMMAND];
};

struct exit_record {
	struct header header;
	__u32 tgid;
	__u32 status;
	__u32 last;
	__u32 pad;
	struct faults faults;
	__u64 user_ns;
	__u64 system_ns;
	__u64 run_ns;
};

struct name_record {
	struct header header;
	__u8 comm[16];
};

/* A process's Python was found; again when its GIL is known. */
struct runtime_record {
	struct header header;
	__u64 runtime;
	__u64 gil;
	struct faults faults;
	__u32 tgid;
	__u32 build;
};

/* The thread runs under another GIL than before. */
struct gil_record {
	struct header header;
	__u64 runtime;
	__u64 gil;
	__u32 tgid;
	__u32 build;
};

struct tstate_record {
	struct header header;
	__u64 tstate;
	__u32 tgid;
	__u32 pad;
};

/* Calls that found the ring full, counted instead. */
struct tally_key {
	__u32 tid;
	__u16 nr;
	__u16 error;
};

struct tally {
	__u64 count;
	__u64 time_ns;
};
