/* The few kernel types that are read, relocated at load time (CO-RE).
 * Only the fields named here need to exist; their order does not matter. */
#pragma once

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;
typedef __u16 __sum16;
typedef _Bool bool;
#define true 1
#define false 0

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_HASH = 5,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_F_NO_PREALLOC = 1 };
enum { BPF_LOCAL_STORAGE_GET_F_CREATE = 1 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
struct thread_struct {
	unsigned long fsbase;
};
struct mm_struct {
	unsigned long arg_start, arg_end;
};
typedef struct {
	int counter;
} atomic_t;
struct signal_struct {
	atomic_t live;
	int group_exit_code;
};
struct sched_entity {
	__u64 sum_exec_runtime;
};
struct task_struct {
	int pid;
	int tgid;
	unsigned int __state;
	int exit_code;
	unsigned long min_flt, maj_flt;
	__u64 utime, stime;
	char comm[16];
	struct thread_struct thread;
	struct sched_entity se;
	struct mm_struct *mm;
	struct signal_struct *signal;
};
struct linux_binprm {
	const char *filename;
};
struct bpf_perf_event_data_kern;
#pragma clang attribute pop

/* arch/x86/include/uapi/asm/bpf_perf_event.h: not relocated, a stable context. */
struct user_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
struct bpf_perf_event_data {
	struct user_regs regs;
	__u64 sample_period;
	__u64 addr;
};
