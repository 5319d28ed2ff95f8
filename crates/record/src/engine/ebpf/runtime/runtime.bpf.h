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

static __always_inline void tell_runtime(struct task_struct *task, struct process *process)
{
	struct runtime_record record = {};
	begin(&record.header, RECORD_RUNTIME, task->pid);
	count_faults(&record.faults, task);
	record.tgid = task->tgid;
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
	tell_runtime(task, &process);
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

/* The GIL of the thread's interpreter: its own or the process's (3.12+). */
static __always_inline __u64 locate_gil(struct thread *thread, struct layout *layout)
{
	if (layout->gil_offset != NO_OFFSET)
		return thread->runtime + layout->gil_offset;
	__u64 interpreter = thread->interpreter, gil = 0;
	if (layout->gil_pointer == NO_OFFSET)
		return 0;
	if (!interpreter && (READ_USER(interpreter, thread->runtime + layout->interpreters_head) || !interpreter))
		return 0;
	if (READ_USER(gil, interpreter + layout->gil_pointer))
		return 0;
	return gil;
}

/* Tells that the thread runs under another GIL than the recorder believes: at
 * first that is its process's. */
static __always_inline void tell_gil(struct task_struct *task, struct thread *thread, struct process *process, __u64 at)
{
	struct gil_record record = {};
	if (thread->gil == (thread->told_gil ? thread->told_gil : process->gil))
		return;
	begin(&record.header, RECORD_GIL, task->pid);
	/* Not later than the record whose view is one of this GIL. */
	record.header.at = at;
	record.tgid = task->tgid;
	record.runtime = process->runtime;
	record.gil = thread->gil;
	record.build = process->build;
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
	else
		thread->told_gil = thread->gil;
}

/* The address of the thread's GIL, found once an interpreter and told once. */
static __always_inline __u64 gil_of(struct task_struct *task, struct thread *thread, struct layout *layout, __u64 at)
{
	if (thread->gil)
		return thread->gil;
	__u32 tgid = task->tgid;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);
	if (!process)
		return 0;
	thread->gil = locate_gil(thread, layout);
	if (!thread->gil)
		return 0;
	if (!process->gil) {
		process->gil = thread->gil;
		tell_runtime(task, process);
	}
	tell_gil(task, thread, process, at);
	return thread->gil;
}

static __always_inline void unknown_gil(struct gil_view *view)
{
	view->locked = 2;
	view->holder = 0;
	view->pad = 0;
}

static __always_inline void look_at_gil(struct task_struct *task, struct thread *thread, struct layout *layout, struct gil_view *view, __u64 at)
{
	if (layout->gil_locked == NO_OFFSET)
		return;
	__u64 gil = gil_of(task, thread, layout, at);
	/* locked follows last_holder in every known layout: one read. */
	struct { __u64 holder; __u32 locked; } fields = {};
	if (!gil || bpf_probe_read_user(&fields, 12, (void *)(gil + layout->gil_holder)))
		return;
	view->holder = fields.holder;
	view->locked = fields.locked == 1 ? 1 : fields.locked == 0 ? 0 : 2;
}

/* Thread states that are verified together, and how often. */
#define THREAD_STEPS 64
#define THREAD_ROUNDS 32
/* A search of more steps is not made at every event. */
#define CHEAP_STEPS 16

static __always_inline __u64 innermost(struct layout *layout, __u64 tstate)
{
	__u64 frame = 0;
	if (READ_USER(frame, tstate + layout->tstate_frame) || !frame)
		return 0;
	if (layout->cframe_frame != NO_OFFSET && READ_USER(frame, frame + layout->cframe_frame))
		return 0;
	return frame;
}

/* `_status.active` (Include/cpython/pystate.h, 3.12+). */
#define TSTATE_ACTIVE 0x10
enum rank { RANK_IDLE = 1, RANK_WITH_FRAMES = 2, RANK_SURE = 3 };

enum place { RUNS_NOWHERE, RUNS_HERE, RUNS_ELSEWHERE };

/* 3.12 lends the thread state that an interpreter was made with to whoever runs
 * code in it, and leaves its thread_id as it was (Modules/_xxsubinterpretersmodule.c:
 * _run_script_in_interpreter). But its cframe lies on the stack of the thread
 * that runs it, or inside the thread state when none does. A thread's stack
 * ends below its thread pointer, but for the first thread's. */
#define FIRST_STACK (64ull << 20)
#define TSTATE_SIZE 4096
static __always_inline __u32 where_it_runs(struct layout *layout, __u64 tstate, __u64 thread_pointer, __u64 stack)
{
	__u64 cframe = 0, room = thread_pointer > stack ? thread_pointer - stack : FIRST_STACK;
	if (READ_USER(cframe, tstate + layout->tstate_frame) || cframe - tstate < TSTATE_SIZE)
		return RUNS_NOWHERE;
	return cframe - stack < room ? RUNS_HERE : RUNS_ELSEWHERE;
}

/* How likely a thread state is its thread's present one; 0 for another's. A
 * thread that enters a sub-interpreter has one in each; the newer interpreter
 * is met first, and it is the inner one. */
static __always_inline __u64 rank_of(struct layout *layout, __u64 tstate, __u64 thread_pointer, __u64 stack)
{
	__u32 status = 0;
	__u64 id = 0;
	if (READ_USER(id, tstate + layout->tstate_thread_id))
		return 0;
	if (layout->cframe_frame != NO_OFFSET && layout->tstate_status != NO_OFFSET) {
		__u32 where = where_it_runs(layout, tstate, thread_pointer, stack);
		if (where == RUNS_ELSEWHERE || (where == RUNS_NOWHERE && id != thread_pointer))
			return 0;
	} else if (id != thread_pointer) {
		return 0;
	}
	if (layout->tstate_status != NO_OFFSET && !READ_USER(status, tstate + layout->tstate_status) && (status & TSTATE_ACTIVE))
		return RANK_SURE;
	return innermost(layout, tstate) ? RANK_WITH_FRAMES : RANK_IDLE;
}

/* Is there more than one interpreter? What was the only one is remembered. */
static __always_inline bool has_several(struct thread *thread, struct layout *layout)
{
	__u64 head = 0, next = 0;
	if (READ_USER(head, thread->runtime + layout->interpreters_head) || !head || head == thread->alone)
		return false;
	if (READ_USER(next, head + layout->interpreter_next) || next)
		return true;
	thread->alone = head;
	return false;
}

/* Some steps of the search. 0: there are more. */
__noinline int search_on(__u32 which, __u32 index, __u64 thread_pointer, __u64 stack)
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
		__u64 rank = 0;
		if (at->several)
			rank = rank_of(layout, at->tstate, thread_pointer, stack);
		else if (READ_USER(id, at->tstate + layout->tstate_thread_id))
			return 1;
		else if (id == thread_pointer)
			rank = RANK_SURE;
		if (rank > at->best) {
			at->best = rank;
			at->best_tstate = at->tstate;
			at->best_interpreter = at->interpreter;
		}
		if (rank == RANK_SURE)
			return 1;
		if (READ_USER(at->tstate, at->tstate + layout->tstate_next))
			return 1;
	}
	return 0;
}

static __always_inline __u64 search_tstate(struct task_struct *task, __u32 which, struct thread *thread, struct layout *layout)
{
	struct scratch *scratch = room(which);
	if (!scratch)
		return 0;
	struct search *at = &scratch->search;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	at->interpreter = at->tstate = at->steps = at->best = at->best_tstate = 0;
	at->several = has_several(thread, layout);
	if (READ_USER(at->interpreter, thread->runtime + layout->interpreters_head) || !at->interpreter)
		return 0;
	if (READ_USER(at->tstate, at->interpreter + layout->threads_head))
		return 0;
	for (int i = 0; i < THREAD_ROUNDS; i++) {
		if (search_on(which, thread->build, task->thread.fsbase, regs->sp))
			return at->best_tstate;
	}
	if (at->best)
		return at->best_tstate;
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

/* The thread's present thread state is this one, which the search found. */
static __always_inline void settle(struct task_struct *task, struct thread *thread, struct search *found)
{
	bool news = thread->tstate != found->best_tstate;
	thread->tstate = found->best_tstate;
	if (thread->interpreter != found->best_interpreter)
		thread->gil = 0;
	thread->interpreter = found->best_interpreter;
	/* It may have had one all the while. */
	lose_many(LOSS_THREAD_STATE_UNKNOWN, thread->unsearched);
	thread->misses = thread->unsearched = 0;
	/* Where a thread may have several, a long search is not made each time. */
	if (found->several && found->steps > CHEAP_STEPS)
		thread->retry_at = bpf_ktime_get_ns() + found->steps * 4000;
	if (news)
		tell_tstate(task, thread->tstate);
}

/* The thread's PyThreadState, or 0. One read when it is known already, and one
 * more, but for system calls, to see that the interpreter is still alone. */
static __always_inline __u64 tstate_of(struct task_struct *task, struct thread *thread, struct layout *layout, __u32 which)
{
	__u64 id = 0, pointer = task->thread.fsbase, tstate = thread->tstate;
	bool holds = tstate && !READ_USER(id, tstate + layout->tstate_thread_id) && id == pointer;
	if (holds && (which == ROOM_CALL || which == ROOM_WAKE || !has_several(thread, layout)))
		return tstate;
	__u64 now = bpf_ktime_get_ns();
	if (now < thread->retry_at) {
		thread->unsearched += !holds;
		return holds ? tstate : 0;
	}
	tstate = search_tstate(task, which, thread, layout);
	struct scratch *scratch = room(which);
	if (!scratch)
		return 0;
	if (tstate) {
		settle(task, thread, &scratch->search);
		return tstate;
	}
	thread->tstate = 0;
	/* A thread of a C library may never have one: look less and less often.
	 * The measure is the work, not the time it took: a new process has few
	 * thread states, and waiting there would miss its first lines. */
	if (scratch->search.steps > CHEAP_STEPS) {
		if (thread->misses < 10)
			thread->misses++;
		thread->retry_at = now + (20000ull << thread->misses);
	}
	return 0;
}
