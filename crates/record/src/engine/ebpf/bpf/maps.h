/* What the programs remember, and how they tell a loss. */
#pragma once

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 25);
} ring SEC(".maps");

/* By tgid. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct process);
} processes SEC(".maps");

/* tgids to take up when one of their threads is met (attach). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u32);
} targets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_BUILDS);
	__type(key, __u32);
	__type(value, struct build);
} builds SEC(".maps");

struct seen_stack {
	/* Of all its code objects together. */
	__u64 print;
	__u64 checked_at;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct seen_stack);
} seen_stacks SEC(".maps");

/* Code objects and texts that were sent, by a hash of process and content. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 524288);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u8);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, LOSS_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} losses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct tally_key);
	__type(value, struct tally);
} tallies SEC(".maps");

/* Working room. One a CPU and program, because an interrupt's program can run
 * in the middle of another; the kernel never nests a program in itself. */
#define WINDOW 2048
#define FRAME_BYTES 80

/* A walk under way. It lies in a map because the verifier does not follow
 * values there: in registers, every number of frames would be a state of its
 * own, and 128 of them more than it is willing to look at. */
struct cursor {
	__u64 frame;
	/* The window: where it begins, and at how many offsets a frame may lie. */
	__u64 base;
	__u64 last;
	__u64 hash;
	__u32 filled;
	__u32 count;
};

/* A search for a thread state under way. A failed read leaves 0. */
struct search {
	__u64 interpreter;
	__u64 tstate;
	__u64 steps;
	/* Are there several interpreters? Then a thread may have a thread state
	 * in each, and the best of them is its present one. */
	__u64 several;
	__u64 best;
	__u64 best_tstate;
	__u64 best_interpreter;
};

struct scratch {
	struct search search;
	struct cursor at;
	struct stack_record stack;
	struct code_record code;
	struct text_record text;
	__u8 window[WINDOW + 256];
	__u8 print[128];
};

enum room { ROOM_SWITCH, ROOM_WAKE, ROOM_CALL, ROOM_SAMPLE, ROOM_LIFE, ROOMS };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ROOMS);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* Is a running process being attached to? */
const volatile __u32 attaching = 0;
/* Does sched_switch carry the previous task's state (5.18+)? */
const volatile __u32 has_prev_state = 1;
/* How long a known stack's code objects are taken to be the same, ns. */
const volatile __u64 recheck_ns = 1000000;
/* By system call number: 0 no path, else 1 + the path's argument. */
const volatile __u8 path_argument[512] = {};

static __always_inline void lose_many(__u32 kind, __u64 times)
{
	__u64 *count = bpf_map_lookup_elem(&losses, &kind);
	if (count)
		*count += times;
}

static __always_inline void lose(__u32 kind)
{
	lose_many(kind, 1);
}

static __always_inline struct scratch *room(__u32 which)
{
	return bpf_map_lookup_elem(&scratches, &which);
}

static __always_inline __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9E3779B97F4A7C15ull;
	return hash ^ (hash >> 29);
}

#define READ_USER(into, address) bpf_probe_read_user(&(into), sizeof(into), (const void *)(address))

static __always_inline void begin(struct header *header, __u16 kind, __u32 tid)
{
	header->kind = kind;
	header->cpu = bpf_get_smp_processor_id();
	header->tid = tid;
	header->at = bpf_ktime_get_ns();
}

static __always_inline void count_faults(struct faults *faults, struct task_struct *task)
{
	faults->minor = task->min_flt;
	faults->major = task->maj_flt;
}

/* A thread's memory of itself, or null when it is not recorded. */
static __always_inline struct thread *recorded(struct task_struct *task)
{
	struct thread *thread = bpf_task_storage_get(&threads, task, 0, 0);
	if (!thread && attaching) {
		__u32 tgid = task->tgid;
		if (bpf_map_lookup_elem(&targets, &tgid))
			thread = bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	}
	return thread && !thread->pending ? thread : 0;
}
