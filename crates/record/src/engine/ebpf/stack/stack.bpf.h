/* Python stacks: walked here, sent once, named by a hash.
 *
 * From 3.11 on a thread's frames lie one after another in 16 KB chunks
 * (Python/pystate.c: push_chunk). A user read costs about the same for 8 bytes
 * as for 1 KB, so one window serves some fifteen frames. A window never begins
 * before its frame's page: the page before may not be there, and a fault costs
 * fifty times a read.
 */
#pragma once

/* Reads the bytes before and up to the frame at the cursor. */
static __always_inline int fill_window(struct scratch *scratch)
{
	struct cursor *at = &scratch->at;
	__u64 distance = at->last - at->frame;
	__u32 back = 0;
	/* A neighbour in the same chunk: its callers lie just below it. */
	if (!at->filled || distance < 1024) {
		back = at->frame & 4095;
		if (back > WINDOW - FRAME_BYTES)
			back = WINDOW - FRAME_BYTES;
	}
	at->base = at->frame - back;
	at->filled = back + 1;
	return bpf_probe_read_user(scratch->window, (back & (WINDOW - 1)) + FRAME_BYTES, (void *)at->base);
}

static __always_inline int next_interpreter_frame(struct layout *layout, struct scratch *scratch)
{
	struct cursor *at = &scratch->at;
	__u64 offset = at->frame - at->base;
	/* Beyond the frame it was filled for, the window holds older bytes. */
	if (offset >= at->filled) {
		if (fill_window(scratch))
			return -1;
		offset = at->frame - at->base;
	}
	if (offset > WINDOW - FRAME_BYTES)
		return -1;
	__u8 *bytes = scratch->window + offset;
	__u64 code = *(__u64 *)(bytes + (layout->frame_code & 127)) & layout->code_mask;
	__u64 instr = *(__u64 *)(bytes + (layout->frame_instr & 127));
	__u32 foreign = 0;
	if (layout->frame_owner != NO_OFFSET)
		foreign = (__u8)bytes[layout->frame_owner & 127] >= layout->owner_foreign;
	at->last = at->frame;
	at->frame = *(__u64 *)(bytes + (layout->frame_previous & 127));
	if (!foreign && at->count < MAX_FRAMES) {
		struct frame *frame = &scratch->stack.frames[at->count & (MAX_FRAMES - 1)];
		frame->code = code;
		frame->instr = instr;
		at->count++;
		at->hash = mix(mix(at->hash, code), instr);
	}
	return 0;
}

static __always_inline int next_frame_object(struct layout *layout, struct scratch *scratch)
{
	struct cursor *at = &scratch->at;
	if (bpf_probe_read_user(scratch->window, 128, (void *)at->frame))
		return -1;
	__u8 *bytes = scratch->window;
	struct frame *frame = &scratch->stack.frames[at->count & (MAX_FRAMES - 1)];
	frame->code = *(__u64 *)(bytes + (layout->frame_code & 127));
	frame->instr = *(__u32 *)(bytes + (layout->frame_instr & 127));
	at->frame = *(__u64 *)(bytes + (layout->frame_previous & 127));
	at->count++;
	at->hash = mix(mix(at->hash, frame->code), frame->instr);
	return 0;
}

/* Steps that are verified together. */
#define STEPS 24

/* Some steps of a walk; 0 when there are more. Global functions (not static)
 * are verified once and not at every call: the whole walk in one loop would be
 * verified frame by frame, in every program that walks. */
__noinline int walk_on(__u32 which, __u32 index)
{
	struct build *build = bpf_map_lookup_elem(&builds, &index);
	struct scratch *scratch = room(which);
	if (!build || !scratch)
		return 1;
	struct layout *layout = &build->layout;
	__u32 objects = layout->frame_style == FRAMES_OBJECT;
	for (int i = 0; i < STEPS; i++) {
		if (!scratch->at.frame || scratch->at.count >= MAX_FRAMES)
			return 1;
		if (objects ? next_frame_object(layout, scratch) : next_interpreter_frame(layout, scratch)) {
			lose(LOSS_FRAME_UNREAD);
			return 1;
		}
	}
	return 0;
}

/* Walks into scratch->stack; scratch->at keeps count and hash. */
static __always_inline void walk(__u32 which, __u32 index)
{
	for (int i = 0; i <= MAX_FRAMES / STEPS; i++) {
		if (walk_on(which, index))
			break;
	}
}

/* The print of every code object on the stack, kept in its frame. */
static __always_inline __u64 print_stack(struct scratch *scratch, __u32 which, __u32 index)
{
	__u64 hash = 0x6b65656cull, code = 0, print = 0;
	for (__u32 i = 0; i < MAX_FRAMES; i++) {
		if (i >= scratch->at.count)
			break;
		struct frame *frame = &scratch->stack.frames[i];
		/* Recursion repeats the same code object. */
		if (frame->code != code) {
			code = frame->code;
			print = print_of(which, index, code);
		}
		frame->print = print;
		hash = mix(hash, print);
	}
	return hash;
}

static __always_inline int tell_stack(struct scratch *scratch, __u32 which, __u32 index, __u32 tid)
{
	struct stack_record *record = &scratch->stack;
	__u64 code = 0;
	for (__u32 i = 0; i < MAX_FRAMES; i++) {
		if (i >= scratch->at.count)
			break;
		struct frame *frame = &record->frames[i];
		if (frame->code != code)
			tell_code(which, index, frame->code, frame->print);
		code = frame->code;
	}
	begin(&record->header, RECORD_STACK, tid);
	record->count = scratch->at.count;
	__u32 length = __builtin_offsetof(struct stack_record, frames) + (record->count & 255) * sizeof(struct frame);
	if (length > sizeof(*record) || bpf_ringbuf_output(&ring, record, length, BPF_RB_NO_WAKEUP))
		return -1;
	return 0;
}

/* Sends the stack in the scratch when its meaning is new: never seen, or its
 * code objects were replaced since. */
__noinline __u64 know_stack(__u32 which, __u32 index, __u32 tid)
{
	struct scratch *scratch = room(which);
	if (!scratch || !scratch->at.count)
		return 0;
	__u64 id = mix(scratch->at.hash, print_of(which, index, scratch->stack.frames[0].code));
	__u64 now = bpf_ktime_get_ns();
	struct seen_stack *known = bpf_map_lookup_elem(&seen_stacks, &id);
	if (known && now - known->checked_at < recheck_ns)
		return id;
	__u64 print = print_stack(scratch, which, index);
	if (known && known->print == print) {
		known->checked_at = now;
		return id;
	}
	scratch->stack.id = id;
	scratch->stack.truncated = scratch->at.frame != 0;
	if (tell_stack(scratch, which, index, tid)) {
		lose(LOSS_RING_FULL);
		return 0;
	}
	struct seen_stack told = { .print = print, .checked_at = now };
	/* Should it not be remembered, it is sent again. */
	bpf_map_update_elem(&seen_stacks, &id, &told, BPF_ANY);
	return id;
}

/* Walks from a thread state into the room's scratch. The same frames with and
 * without the collector at work are two stacks. */
__noinline int walk_from(__u32 which, __u32 index, __u64 tstate, __u32 tgid, __u32 collecting)
{
	struct build *build = bpf_map_lookup_elem(&builds, &index);
	struct scratch *scratch = room(which);
	if (!build || !scratch)
		return 0;
	scratch->at.frame = innermost(&build->layout, tstate);
	scratch->at.hash = mix(0xcbf29ce484222325ull, tgid);
	if (collecting)
		scratch->at.hash = mix(scratch->at.hash, 0x6763);
	scratch->stack.collecting = collecting;
	scratch->at.filled = 0;
	scratch->at.count = 0;
	scratch->stack.tgid = tgid;
	walk(which, index);
	if (scratch->at.frame)
		lose(LOSS_STACK_TRUNCATED);
	return 0;
}

/* The id of the thread's Python stack, 0 when it has none. */
static __always_inline __u64 python_stack(struct task_struct *task, struct thread *thread, __u32 which)
{
	struct build *build = python_of(task, thread);
	if (!build || build->layout.frame_style == FRAMES_NONE)
		return 0;
	__u64 tstate = tstate_of(task, thread, &build->layout, which);
	if (!tstate)
		return 0;
	walk_from(which, thread->build, tstate, task->tgid, 0);
	return know_stack(which, thread->build, task->pid);
}

/* Does the collector run for this interpreter? */
static __always_inline __u32 collects(struct thread *thread, struct layout *layout)
{
	__u32 collecting = 0;
	__u64 base = layout->gc_of_runtime ? thread->runtime : thread->interpreter;
	if (layout->gc_collecting == NO_OFFSET || !base || READ_USER(collecting, base + layout->gc_collecting))
		return 0;
	return collecting == 1;
}

/* The id of the thread's Python stack, and its GIL. The flag says that some
 * thread of the interpreter collects: it is whoever has the GIL, because the
 * collector does not let go of it (but for a finalizer that does). */
static __always_inline __u64 look_at_python(struct task_struct *task, struct thread *thread, __u32 which, struct gil_view *view, __u64 at)
{
	__u64 tstate = 0;
	__u32 collecting = 0;
	unknown_gil(view);
	struct build *build = python_of(task, thread);
	if (!build)
		return 0;
	struct layout *layout = &build->layout;
	if (layout->frame_style != FRAMES_NONE)
		tstate = tstate_of(task, thread, layout, which);
	look_at_gil(task, thread, layout, view, at);
	if (!tstate)
		return 0;
	if (view->locked == 1 && view->holder == tstate)
		collecting = collects(thread, layout);
	walk_from(which, thread->build, tstate, task->tgid, collecting);
	return know_stack(which, thread->build, task->pid);
}
