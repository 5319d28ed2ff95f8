/* cpu-clock: what a running thread does, every so often. */
#pragma once

SEC("perf_event")
int on_sample(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct thread *thread = recorded(task);
	if (!thread)
		return 0;
	struct sample_record record = {};
	begin(&record.header, RECORD_SAMPLE, task->pid);
	count_faults(&record.faults, task);
	record.user = (ctx->regs.cs & 3) == 3;
	record.call.nr = NO_CALL;
	if (!record.user)
		read_call(task, &record.call);
	record.stack = look_at_python(task, thread, ROOM_SAMPLE, &record.gil, record.header.at);
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
	return 0;
}
