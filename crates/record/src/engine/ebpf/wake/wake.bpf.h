/* sched_waking: someone makes a recorded thread runnable.
 *
 * When the waker is recorded too, its call and Python stack say who released
 * what to whom. In an interrupt `current` is whoever was interrupted: the
 * reader decides by the call whether the edge makes sense.
 */
#pragma once

SEC("tp_btf/sched_waking")
int on_waking(unsigned long long *ctx)
{
	struct task_struct *woken = (void *)ctx[0];
	if (!recorded(woken))
		return 0;
	struct woken_record record = {};
	begin(&record.header, RECORD_WOKEN, woken->pid);
	record.call.nr = NO_CALL;
	struct task_struct *waker = bpf_get_current_task_btf();
	struct thread *thread = recorded(waker);
	if (thread && waker->pid != woken->pid) {
		record.by = waker->pid;
		read_call(waker, &record.call);
		if (record.call.nr != NO_CALL)
			record.stack = python_stack(waker, thread, ROOM_WAKE);
	}
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
	return 0;
}
