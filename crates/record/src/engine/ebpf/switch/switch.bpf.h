/* sched_switch: a thread leaves its CPU, another one gets it.
 *
 * The saved user registers of the thread that leaves tell which system call it
 * is in and with what arguments: no hook on system calls is needed to know
 * what it waits for. Its memory is still mapped, so its stack is walked here.
 */
#pragma once

#define SYS_FUTEX 202

static __always_inline void read_call(struct task_struct *task, struct call_args *call)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	/* -1 outside of system calls (arch/x86/entry/entry_64.S). */
	long nr = regs->orig_ax;
	call->nr = nr >= 0 && nr < NO_CALL ? nr : NO_CALL;
	call->args[0] = regs->di;
	call->args[1] = regs->si;
	call->args[2] = regs->dx;
}

/* Sends a short user string under an id of its own, once. */
static __always_inline __u64 tell_text(struct scratch *scratch, __u32 tid, __u64 id, long length)
{
	__u8 one = 1;
	if (bpf_map_lookup_elem(&seen, &id))
		return id;
	struct text_record *record = &scratch->text;
	begin(&record->header, RECORD_TEXT, tid);
	record->id = id;
	record->length = length;
	record->truncated = length >= MAX_TEXT;
	__u32 bytes = __builtin_offsetof(struct text_record, text) + (length & (2 * MAX_TEXT - 1));
	if (bytes > sizeof(*record) || bpf_ringbuf_output(&ring, record, bytes, BPF_RB_NO_WAKEUP)) {
		lose(LOSS_RING_FULL);
		return 0;
	}
	/* Should it not be remembered, it is sent again. */
	bpf_map_update_elem(&seen, &id, &one, BPF_ANY);
	return id;
}

/* `struct _stoptheworld_state` (Include/internal/pycore_interp.h): its mutex,
 * its event, and the thread state that stops the others. */
#define STOP_EVENT 4
#define STOP_REQUESTER 16
/* `struct PyCriticalSection` (Include/cpython/critical_section.h). */
#define SECTION_MUTEX 8

/* Is the thread about to enter a critical section, or back in one? Then the
 * innermost one has no mutex yet (Python/critical_section.c). */
static __always_inline bool enters_section(struct layout *layout, __u64 tstate)
{
	__u64 section = 0, mutex = 1;
	if (READ_USER(section, tstate + layout->tstate_critical_section) || !(section & ~3ull))
		return false;
	return !READ_USER(mutex, (section & ~3ull) + SECTION_MUTEX) && !mutex;
}

/* What kind of thing lies at the address that a thread is parked on. The place
 * of `stoptheworld` is not in _Py_DebugOffsets: its requester must confirm it. */
static __always_inline __u32 park_kind(struct thread *thread, struct layout *layout, __u64 parked)
{
	__u64 requester = 0, stop = thread->interpreter + layout->interpreter_stop;
	if (layout->object_mutex == NO_OFFSET || !thread->tstate)
		return PARK_LOCK;
	if (parked == thread->tstate + layout->tstate_state)
		return PARK_STOPPED;
	if (enters_section(layout, thread->tstate))
		return PARK_CRITICAL_SECTION;
	bool stops = parked == stop || parked == stop + STOP_EVENT;
	if (stops && !READ_USER(requester, stop + STOP_REQUESTER) && requester)
		return PARK_STOPPING;
	return PARK_LOCK;
}

/* The type of the object that a lock is in: its first field, or, of critical
 * sections, the one in its head. */
static __always_inline __u64 type_around(struct layout *layout, __u32 kind, __u64 lock)
{
	__u64 type = 0;
	if (kind == PARK_CRITICAL_SECTION)
		lock += layout->object_type - layout->object_mutex;
	else
		lock -= 8;
	return READ_USER(type, lock) ? 0 : type;
}

/* A wait in the parking lot sleeps on a semaphore inside a `wait_entry` on the
 * waiter's own stack, right behind the address of what it waits for (CPython
 * 3.13+, Python/parking_lot.c). */
static __always_inline void read_parked(struct task_struct *task, struct thread *thread, struct switch_out_record *record)
{
	struct build *build = python_of(task, thread);
	if (!build || !build->layout.parks)
		return;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	__u64 word = record->call.args[0], name = 0;
	if (word - regs->sp > 4096 || READ_USER(record->parked, word - 8) || !record->parked)
		return;
	record->parked_kind = park_kind(thread, &build->layout, record->parked);
	/* All that wait for one pause wait for one thing. */
	if (record->parked_kind == PARK_STOPPED || record->parked_kind == PARK_STOPPING)
		record->parked = thread->interpreter + build->layout.interpreter_stop;
	if (record->parked_kind == PARK_STOPPED || record->parked_kind == PARK_STOPPING)
		return;
	__u64 type = type_around(&build->layout, record->parked_kind, record->parked);
	if (!type || READ_USER(name, type + build->layout.type_name))
		return;
	struct scratch *scratch = room(ROOM_SWITCH);
	if (!scratch)
		return;
	long length = bpf_probe_read_user_str(scratch->text.text, 64, (void *)name);
	if (length > 1)
		record->parked_type = tell_text(scratch, record->header.tid, mix(mix(0x74797065, task->tgid), type), length);
}

static __always_inline void leave(struct task_struct *task, struct thread *thread, bool preempted, __u32 state)
{
	struct switch_out_record record = {};
	begin(&record.header, RECORD_SWITCH_OUT, task->pid);
	read_call(task, &record.call);
	record.state = preempted ? 0 : state;
	record.stack = look_at_python(task, thread, ROOM_SWITCH, &record.gil, record.header.at);
	if (record.state && record.call.nr == SYS_FUTEX)
		read_parked(task, thread, &record);
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
}

static __always_inline void enter(struct task_struct *task)
{
	struct switch_in_record record = {};
	begin(&record.header, RECORD_SWITCH_IN, task->pid);
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
}

SEC("tp_btf/sched_switch")
int on_switch(unsigned long long *ctx)
{
	struct task_struct *previous = (void *)ctx[1], *next = (void *)ctx[2];
	struct thread *thread = recorded(previous);
	if (thread) {
		__u32 state = has_prev_state ? (__u32)ctx[3] : previous->__state;
		leave(previous, thread, ctx[0] & 1, state);
	}
	if (recorded(next))
		enter(next);
	return 0;
}
