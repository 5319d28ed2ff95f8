/* Which Python a process runs, where its GIL is, which thread state is whose.
 *
 * A uprobe on an exported function that every start passes through gives the
 * load address before the first line of Python runs. Forks inherit it. The
 * thread state is the one whose thread_id is the task's thread pointer:
 * pthread_self() is fs:0 on x86-64 (glibc and musl), and CPython keeps it in
 * tstate->thread_id (Python/pystate.c: bind_tstate). Independent of the TLS
 * model, of PID namespaces and of whether the thread holds the GIL.
 */
#pragma once

static __always_inline void tell_runtime(__u32 tid, __u32 tgid, struct process *process)
{
	struct runtime_record record = {};
	begin(&record.header, RECORD_RUNTIME, tid);
	record.tgid = tgid;
	record.runtime = process->runtime;
	record.gil = process->gil;
	record.build = process->build;
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
}

SEC("uprobe")
int on_python_start(struct pt_regs *regs)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (!recorded(task))
		return 0;
	__u32 tgid = task->tgid, index = bpf_get_attach_cookie(regs);
	struct build *build = bpf_map_lookup_elem(&builds, &index);
	if (!build || bpf_map_lookup_elem(&processes, &tgid))
		return 0;
	/* The context of a uprobe is a plain pt_regs in a fixed layout. */
	struct user_regs *user = (struct user_regs *)regs;
	struct process process = { .runtime = user->ip - build->probe + build->runtime, .build = index };
	if (bpf_map_update_elem(&processes, &tgid, &process, BPF_ANY))
		lose(LOSS_MAP_FULL);
	tell_runtime(task->pid, tgid, &process);
	return 0;
}

/* The thread's build, or null for a process without a known Python. */
static __always_inline struct build *python_of(struct task_struct *task, struct thread *thread)
{
	if (!thread->runtime) {
		__u32 tgid = task->tgid;
		struct process *process = bpf_map_lookup_elem(&processes, &tgid);
		if (!process)
			return 0;
		thread->runtime = process->runtime;
		thread->build = process->build;
	}
	__u32 index = thread->build;
	return bpf_map_lookup_elem(&builds, &index);
}

static __always_inline __u64 locate_gil(struct thread *thread, struct layout *layout)
{
	if (layout->gil_offset != NO_OFFSET)
		return thread->runtime + layout->gil_offset;
	__u64 interpreter = 0, gil = 0;
	if (layout->gil_pointer == NO_OFFSET)
		return 0;
	if (READ_USER(interpreter, thread->runtime + layout->interpreters_head) || !interpreter)
		return 0;
	if (READ_USER(gil, interpreter + layout->gil_pointer))
		return 0;
	return gil;
}

/* The address of the process's GIL, found once a thread and told once. */
static __always_inline __u64 gil_of(struct task_struct *task, struct thread *thread, struct layout *layout)
{
	if (thread->gil)
		return thread->gil;
	__u32 tgid = task->tgid;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);
	if (!process)
		return 0;
	if (!process->gil) {
		process->gil = locate_gil(thread, layout);
		if (process->gil)
			tell_runtime(task->pid, tgid, process);
	}
	thread->gil = process->gil;
	return thread->gil;
}

static __always_inline void look_at_gil(struct task_struct *task, struct thread *thread, struct gil_view *view)
{
	view->locked = 2;
	view->holder = 0;
	view->pad = 0;
	struct build *build = python_of(task, thread);
	if (!build || build->layout.gil_locked == NO_OFFSET)
		return;
	__u64 gil = gil_of(task, thread, &build->layout);
	/* locked follows last_holder in every known layout: one read. */
	struct { __u64 holder; __u32 locked; } fields = {};
	if (!gil || bpf_probe_read_user(&fields, 12, (void *)(gil + build->layout.gil_holder)))
		return;
	view->holder = fields.holder;
	view->locked = fields.locked == 1 ? 1 : fields.locked == 0 ? 0 : 2;
}

/* Thread states that are verified together, and how often. */
#define THREAD_STEPS 64
#define THREAD_ROUNDS 32
/* A search of more steps is not made at every event. */
#define CHEAP_STEPS 16

/* Some steps of the search. 0: there are more. */
__noinline int search_on(__u32 which, __u32 index, __u64 thread_pointer)
{
	struct build *build = bpf_map_lookup_elem(&builds, &index);
	struct scratch *scratch = room(which);
	if (!build || !scratch)
		return 1;
	struct layout *layout = &build->layout;
	struct search *at = &scratch->search;
	for (int i = 0; i < THREAD_STEPS; i++) {
		__u64 id = 0;
		at->steps++;
		if (!at->tstate) {
			/* The next sub-interpreter's threads. */
			if (READ_USER(at->interpreter, at->interpreter + layout->interpreter_next) || !at->interpreter)
				return 1;
			if (READ_USER(at->tstate, at->interpreter + layout->threads_head))
				return 1;
			continue;
		}
		if (READ_USER(id, at->tstate + layout->tstate_thread_id)) {
			at->tstate = 0;
			return 1;
		}
		if (id == thread_pointer)
			return 1;
		if (READ_USER(at->tstate, at->tstate + layout->tstate_next))
			return 1;
	}
	return 0;
}

static __always_inline __u64 search_tstate(__u32 which, struct thread *thread, struct layout *layout, __u64 thread_pointer)
{
	struct scratch *scratch = room(which);
	if (!scratch)
		return 0;
	struct search *at = &scratch->search;
	at->interpreter = at->tstate = at->steps = 0;
	if (READ_USER(at->interpreter, thread->runtime + layout->interpreters_head) || !at->interpreter)
		return 0;
	if (READ_USER(at->tstate, at->interpreter + layout->threads_head))
		return 0;
	for (int i = 0; i < THREAD_ROUNDS; i++) {
		if (search_on(which, thread->build, thread_pointer))
			return at->tstate;
	}
	lose(LOSS_THREAD_STATE_UNKNOWN);
	return 0;
}

static __always_inline void tell_tstate(struct task_struct *task, __u64 tstate)
{
	struct tstate_record record = {};
	begin(&record.header, RECORD_TSTATE, task->pid);
	record.tgid = task->tgid;
	record.tstate = tstate;
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
}

/* The thread's PyThreadState, or 0. One read when it is known already. */
static __always_inline __u64 tstate_of(struct task_struct *task, struct thread *thread, struct layout *layout, __u32 which)
{
	__u64 id = 0, pointer = task->thread.fsbase, tstate = thread->tstate;
	if (tstate && !READ_USER(id, tstate + layout->tstate_thread_id) && id == pointer)
		return tstate;
	__u64 now = bpf_ktime_get_ns();
	if (now < thread->retry_at) {
		thread->unsearched++;
		return 0;
	}
	thread->tstate = tstate = search_tstate(which, thread, layout, pointer);
	if (tstate) {
		/* It may have had one all the while. */
		lose_many(LOSS_THREAD_STATE_UNKNOWN, thread->unsearched);
		thread->misses = thread->unsearched = 0;
		tell_tstate(task, tstate);
		return tstate;
	}
	/* A thread of a C library may never have one: look less and less often.
	 * The measure is the work, not the time it took: a new process has few
	 * thread states, and waiting there would miss its first lines. */
	struct scratch *scratch = room(which);
	if (scratch && scratch->search.steps > CHEAP_STEPS) {
		if (thread->misses < 10)
			thread->misses++;
		thread->retry_at = now + (20000ull << thread->misses);
	}
	return 0;
}
