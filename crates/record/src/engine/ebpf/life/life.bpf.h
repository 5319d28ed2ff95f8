/* Births, names, programs and deaths of recorded threads and processes. */
#pragma once

static __always_inline void inherit_python(__u32 parent, __u32 child)
{
	struct process *process = bpf_map_lookup_elem(&processes, &parent);
	if (!process)
		return;
	struct process copy = *process;
	if (bpf_map_update_elem(&processes, &child, &copy, BPF_ANY))
		lose(LOSS_MAP_FULL);
}

SEC("tp_btf/sched_process_fork")
int on_fork(unsigned long long *ctx)
{
	struct task_struct *parent = (void *)ctx[0], *child = (void *)ctx[1];
	if (!recorded(parent))
		return 0;
	struct thread *thread = bpf_task_storage_get(&threads, child, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!thread) {
		lose(LOSS_MAP_FULL);
		return 0;
	}
	thread->newborn = 1;
	struct fork_record record = {};
	begin(&record.header, RECORD_FORK, child->pid);
	record.tgid = child->tgid;
	record.by = parent->pid;
	record.by_tgid = parent->tgid;
	bpf_probe_read_kernel(record.comm, sizeof(record.comm), child->comm);
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
	if (record.tgid != record.by_tgid) {
		inherit_python(record.by_tgid, record.tgid);
		struct process *process = bpf_map_lookup_elem(&processes, &record.tgid);
		if (process)
			tell_runtime(child, process);
	}
	return 0;
}

struct exec_room {
	struct exec_record record;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct exec_room);
} exec_rooms SEC(".maps");

SEC("tp_btf/sched_process_exec")
int on_exec(unsigned long long *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *program = (void *)ctx[2];
	struct thread *thread = bpf_task_storage_get(&threads, task, 0, 0);
	__u32 zero = 0, tgid = task->tgid;
	struct exec_room *exec = bpf_map_lookup_elem(&exec_rooms, &zero);
	if (!thread || !exec)
		return 0;
	/* Another program: nothing known of the old one holds. */
	thread->pending = 0;
	thread->runtime = thread->gil = thread->told_gil = thread->retry_at = 0;
	thread->tstate = thread->interpreter = thread->alone = 0;
	thread->misses = thread->unsearched = 0;
	bpf_map_delete_elem(&processes, &tgid);
	struct exec_record *record = &exec->record;
	begin(&record->header, RECORD_EXEC, task->pid);
	record->tgid = tgid;
	record->old_tid = (__u32)ctx[1];
	count_faults(&record->faults, task);
	bpf_probe_read_kernel(record->comm, sizeof(record->comm), task->comm);
	long length = bpf_probe_read_kernel_str(record->exe, MAX_TEXT, program->filename);
	record->exe_length = length > 0 ? length : 0;
	__u64 words = task->mm->arg_start, end = task->mm->arg_end;
	__u64 bytes = end - words;
	if (bytes > MAX_COMMAND)
		bytes = MAX_COMMAND;
	record->command_length = bytes;
	if (bpf_probe_read_user(record->command, bytes, (void *)words))
		record->command_length = 0;
	/* Wake the recorder: this may be a Python it has not met. */
	if (bpf_ringbuf_output(&ring, record, sizeof(*record), BPF_RB_FORCE_WAKEUP))
		lose(LOSS_RING_FULL);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int on_thread_exit(unsigned long long *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	if (!recorded(task))
		return 0;
	struct exit_record record = {};
	begin(&record.header, RECORD_EXIT, task->pid);
	record.tgid = task->tgid;
	record.last = task->signal->live.counter == 0;
	record.status = task->exit_code;
	count_faults(&record.faults, task);
	record.user_ns = task->utime;
	record.system_ns = task->stime;
	record.run_ns = task->se.sum_exec_runtime;
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
	if (record.last) {
		__u32 tgid = record.tgid;
		bpf_map_delete_elem(&processes, &tgid);
	}
	return 0;
}

SEC("tp_btf/task_rename")
int on_rename(unsigned long long *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	if (!recorded(task))
		return 0;
	struct name_record record = {};
	begin(&record.header, RECORD_NAME, task->pid);
	bpf_probe_read_kernel(record.comm, sizeof(record.comm), (const char *)ctx[1]);
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		lose(LOSS_RING_FULL);
	return 0;
}
