/* sys_enter and sys_exit: every system call (full mode only).
 *
 * At entry only the time is kept. Everything else is read at the exit: the
 * registers still hold the arguments, a path's page has just been used by the
 * kernel, and neither the walk nor the read counts into the call's time.
 */
#pragma once

#define SYS_RT_SIGRETURN 15
#define SYS_EXECVE 59
#define SYS_EXECVEAT 322

SEC("tp_btf/sys_enter")
int on_enter(unsigned long long *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct thread *thread = bpf_task_storage_get(&threads, task, 0, 0);
	if (!thread)
		return 0;
	thread->call_at = bpf_ktime_get_ns();
	return 0;
}

static __always_inline void keep_tally(__u32 tid, __u16 nr, __s64 ret, __u64 took)
{
	struct tally_key key = { .tid = tid, .nr = nr, .error = ret < 0 && ret >= -4095 ? -ret : 0 };
	struct tally *tally = bpf_map_lookup_elem(&tallies, &key);
	if (!tally) {
		struct tally none = {};
		bpf_map_update_elem(&tallies, &key, &none, BPF_NOEXIST);
		tally = bpf_map_lookup_elem(&tallies, &key);
	}
	if (!tally)
		return lose(LOSS_MAP_FULL);
	__sync_fetch_and_add(&tally->count, 1);
	__sync_fetch_and_add(&tally->time_ns, took);
}

static __always_inline __u64 path_of(struct call_args *call, __u32 tid)
{
	__u32 which = call->nr < 512 ? path_argument[call->nr & 511] : 0;
	if (!which)
		return 0;
	struct scratch *scratch = room(ROOM_CALL);
	__u64 address = which == 1 ? call->args[0] : call->args[1], hash = 0x70617468;
	if (!scratch || !address)
		return 0;
	long length = bpf_probe_read_user_str(scratch->text.text, MAX_TEXT, (void *)address);
	if (length <= 0) {
		lose(LOSS_PATH_UNREAD);
		return 0;
	}
	if (length == MAX_TEXT)
		lose(LOSS_PATH_TRUNCATED);
	/* The helper pads the last word with zeroes (lib/strncpy_from_user.c). */
	for (__u32 i = 0; i < MAX_TEXT / 8; i++) {
		if (i * 8 >= length)
			break;
		hash = mix(hash, ((__u64 *)scratch->text.text)[i]);
	}
	return tell_text(scratch, tid, hash, length);
}

SEC("tp_btf/sys_exit")
int on_exit(unsigned long long *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct thread *thread = recorded(task);
	if (!thread)
		return 0;
	__u64 began = thread->call_at;
	struct pt_regs *regs = (void *)ctx[0];
	struct call_record record = {};
	begin(&record.header, RECORD_CALL, task->pid);
	thread->call_at = 0;
	long nr = regs->orig_ax;
	/* It has put the interrupted code's registers back, without a number
	 * (arch/x86/kernel/signal_64.c: restore_sigcontext). */
	bool returned = nr == -1;
	if (returned)
		nr = SYS_RT_SIGRETURN;
	if (nr < 0 || nr >= NO_CALL)
		return 0;
	record.call.nr = nr;
	if (!returned) {
		record.call.args[0] = regs->di;
		record.call.args[1] = regs->si;
		record.call.args[2] = regs->dx;
	}
	record.ret = (__s64)ctx[1];
	if (!began) {
		if (!thread->newborn)
			lose(LOSS_CALL_WITHOUT_ENTRY);
		thread->newborn = 0;
		return 0;
	}
	record.took = record.header.at - began;
	/* After a successful exec the old memory, and the path with it, is gone. */
	if ((nr != SYS_EXECVE && nr != SYS_EXECVEAT) || record.ret)
		record.path = path_of(&record.call, task->pid);
	record.stack = python_stack(task, thread, ROOM_CALL);
	count_faults(&record.faults, task);
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP)) {
		lose(LOSS_RING_FULL);
		keep_tally(task->pid, nr, record.ret, record.took);
	}
	return 0;
}
