//! `--json`: a contract. Names here are relied on by others; more may be
//! added, none may change without a new version.

use keelback_analysis::budget::Counted;
use keelback_analysis::facts::{CostFact, InterpreterFact};
use keelback_analysis::gil::{GilReport, GilThread, GilWait, UsageColumn};
use keelback_analysis::lines::{BlockedLine, HotLine};
use keelback_analysis::locks::{Lock, LockReport, LockWait};
use keelback_analysis::syscalls::{CallGroup, CallRow, FutexRow};
use keelback_analysis::whatif::{Binding, NoGil, OtherInterval, OtherWait};
use keelback_analysis::{
    Budget, Facts, Finding, ProcessBudget, SyscallTable, ThreadBudget, Value as Figure, Verdict,
};
use serde_json::{Map, Value, json};

mod change;
mod difference;
mod replay;
mod startup;

pub use change::change;
pub use difference::difference;
pub use replay::replay;
pub use startup::startup;

/// The version at the top level of every document.
pub const VERSION: u32 = 1;

/// A recording's verdict.
pub fn verdict(verdict: &Verdict) -> Value {
    let body = json!({
        "budget": budget(&verdict.total),
        "processes": list(&verdict.processes, process),
        "threads": list(&verdict.threads, thread),
        "blocked": list(&verdict.blocked, blocked),
        "hot": list(&verdict.hot, hot),
    });
    document(&verdict.facts, &verdict.findings, body)
}

/// System calls.
pub fn syscalls(table: &SyscallTable) -> Value {
    let mut body = json!({
        "every_call": table.every_call,
        "thread_ns": table.thread_ns,
        "untraced_ns": table.untraced_ns,
        "total": call(&table.total),
        "syscalls": list(&table.calls, call),
        "futex": list(&table.futex, futex),
        "futex_line": table.futex_line,
    });
    if let (Some(by), Value::Object(body)) = (table.by, &mut body) {
        body.insert("by".into(), by.name().into());
        body.insert("groups".into(), list(&table.groups, group));
    }
    document(&table.facts, &table.findings, body)
}

/// GIL waits and holds.
pub fn gil(report: &GilReport) -> Value {
    let body = json!({
        "threads": list(&report.threads, gil_thread),
        "waits": list(&report.waits, gil_wait),
        "handovers": {
            "known": report.handovers.known,
            "by_wake": report.handovers.by_wake,
            "total": report.handovers.total,
        },
        "wakeups": {
            "same_cpu": report.wakeups.same_cpu,
            "same_cpu_ns": report.wakeups.same_cpu_ns,
            "other_cpu": report.wakeups.other_cpu,
            "other_cpu_ns": report.wakeups.other_cpu_ns,
        },
        "switch_interval_ns": known(report.interval_ns),
        "usage": { "column_ns": report.column_ns, "columns": list(&report.usage, usage) },
    });
    document(&report.facts, &report.findings, body)
}

/// Locks other than the GIL.
pub fn locks(report: &LockReport) -> Value {
    let body = json!({ "locks": list(&report.locks, lock) });
    document(&report.facts, &report.findings, body)
}

/// Bounds without a GIL.
pub fn no_gil(bounds: &NoGil) -> Value {
    let binding = match &bounds.binding {
        Binding::Serial => json!("serial"),
        Binding::Cores => json!("cores"),
        Binding::Thread { tid, .. } => json!({ "tid": tid }),
    };
    let body = json!({
        "whatif": "no_gil",
        "pid": bounds.pid,
        "process": bounds.command,
        "recorded_ns": bounds.wall_ns,
        "lower_ns": bounds.lower_ns,
        "upper_ns": bounds.upper_ns,
        "serial_ns": bounds.serial_ns,
        "cores": bounds.cores,
        "binding": binding,
    });
    document(&bounds.facts, &[], body)
}

/// Bounds with another switch interval.
pub fn other_interval(bounds: &OtherInterval) -> Value {
    let thread = |it: &OtherWait| {
        json!({
            "tid": it.tid,
            "name": it.name,
            "wall_ns": it.wall_ns,
            "gil_wait_ns": it.recorded_ns,
            "lower_ns": it.lower_ns,
            "upper_ns": it.upper_ns,
        })
    };
    let body = json!({
        "whatif": "switch_interval",
        "pid": bounds.pid,
        "process": bounds.command,
        "switch_interval_ns": bounds.interval_ns,
        "recorded_switch_interval_ns": known(bounds.recorded_ns),
        "longest_kept_ns": bounds.longest_kept_ns,
        "threads": list(&bounds.threads, thread),
    });
    document(&bounds.facts, &[], body)
}

/// What is not known is null, not 0.
fn known(ns: u64) -> Value {
    match ns {
        0 => Value::Null,
        ns => json!(ns),
    }
}

/// Figures of run queues, by their names.
const RUN_QUEUE: [&str; 2] = ["runqueue_ns", "gil_wait_runqueue_ns"];

/// What an engine cannot see is null, wherever it stands.
fn forget_run_queues(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match RUN_QUEUE.contains(&name.as_str()) {
                    true => *member = Value::Null,
                    false => forget_run_queues(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(forget_run_queues),
        _ => {}
    }
}

/// What every document has, and its body.
fn document(facts: &Facts, findings: &[Finding], body: Value) -> Value {
    let losses = facts
        .losses
        .iter()
        .map(|loss| (loss.name.to_owned(), loss.count.into()));
    let mut whole = json!({
        "version": VERSION,
        "keelback": facts.keelback,
        "command": facts.command,
        "attached": facts.attached,
        "exit_status": facts.exit_status,
        "engine": facts.engine,
        "engine_reason": facts.engine_reason,
        "unseen": facts.unseen,
        "remarks": facts.remarks,
        "mode": facts.mode,
        "kernel": facts.kernel,
        "cpus": facts.cpus,
        "wall_ns": facts.wall_ns,
        "cut_off": facts.cut_off,
        "started_unix_ns": facts.started_unix_ns,
        "interpreters": list(&facts.interpreters, interpreter),
        "losses": Value::Object(losses.collect::<Map<_, _>>()),
        "cost": cost(&facts.cost),
        "findings": list(findings, finding),
    });
    if let (Value::Object(whole), Value::Object(body)) = (&mut whole, body) {
        whole.extend(body);
    }
    if facts.unseen.run_queue {
        forget_run_queues(&mut whole);
    }
    if facts.unseen.wake_ups {
        for place in ["/handovers/by_wake", "/wakeups"] {
            whole.pointer_mut(place).map(Value::take);
        }
    }
    whole
}

fn list<T>(items: &[T], told: impl Fn(&T) -> Value) -> Value {
    items.iter().map(told).collect()
}

fn interpreter(python: &InterpreterFact) -> Value {
    json!({
        "pid": python.pid,
        "version": python.version,
        "build": python.file,
        "stripped": python.stripped,
        "free_threaded": python.free_threaded,
        "no_frames": python.no_frames,
    })
}

fn cost(cost: &CostFact) -> Value {
    json!({
        "cpu_ns": cost.cpu_ns,
        "bpf_ns": cost.bpf_ns,
        "bpf_runs": cost.bpf_runs,
        "max_rss": cost.max_rss,
        "call_bias_ns": cost.call_bias_ns,
        "call_cost_ns": cost.call_cost_ns,
    })
}

fn finding(finding: &Finding) -> Value {
    let evidence = finding.evidence.iter().map(|fact| {
        let value = match &fact.value {
            Figure::Text(text) => text.clone().into(),
            Figure::Count(number) | Figure::Nanos(number) => (*number).into(),
            Figure::Share(share) => (*share).into(),
        };
        (fact.key.to_owned(), value)
    });
    json!({
        "id": finding.id,
        "severity": finding.severity.name(),
        "text": finding.text,
        "evidence": Value::Object(evidence.collect::<Map<_, _>>()),
        "next": finding.next,
        "size_ns": finding.size_ns,
    })
}

/// Parts in the order of reports; they sum to `wall_ns`.
fn budget(budget: &Budget) -> Value {
    let parts = list(
        &budget.slices,
        |slice| json!({ "part": slice.part.key(), "label": slice.part.label(), "ns": slice.ns }),
    );
    json!({ "wall_ns": budget.wall_ns, "parts": parts })
}

fn process(process: &ProcessBudget) -> Value {
    json!({
        "pid": process.pid,
        "parent_pid": process.parent_pid,
        "command": process.command,
        "first_ns": process.first_ns,
        "threads": process.threads,
        "exit_status": process.exit_status,
        "main_thread": budget(&process.main),
        "all_threads": budget(&process.total),
        "counted": counted(&process.counted),
    })
}

fn thread(thread: &ThreadBudget) -> Value {
    json!({
        "tid": thread.tid,
        "pid": thread.pid,
        "name": thread.name,
        "main": thread.main,
        "python": thread.python,
        "first_ns": thread.first_ns,
        "budget": budget(&thread.budget),
        "counted": counted(&thread.counted),
        "samples": thread.samples,
    })
}

fn counted(counted: &Counted) -> Value {
    json!({
        "minor_faults": counted.minor_faults,
        "major_faults": counted.major_faults,
        "user_ns": counted.user_ns,
        "system_ns": counted.system_ns,
    })
}

fn blocked(line: &BlockedLine) -> Value {
    json!({
        "part": line.part.key(),
        "label": line.part.label(),
        "call": line.call,
        "frame": line.site,
        "caller": line.caller,
        "tid": line.tid,
        "thread": line.thread,
        "threads": line.threads,
        "count": line.count,
        "time_ns": line.ns,
        "max_ns": line.max_ns,
        "runqueue_ns": line.runqueue_ns,
    })
}

fn hot(line: &HotLine) -> Value {
    json!({
        "part": line.part.key(),
        "call": line.call,
        "frame": line.site,
        "caller": line.caller,
        "samples": line.samples,
        "time_ns": line.ns,
    })
}

fn call(row: &CallRow) -> Value {
    let errors = row
        .errors
        .iter()
        .map(|error| (error.name.clone(), error.count.into()));
    json!({
        "name": row.name,
        "count": row.count,
        "tallied": row.tallied,
        "errors": Value::Object(errors.collect::<Map<_, _>>()),
        "time_ns": row.time_ns,
        "calibrated_ns": row.calibrated_ns,
        "blocked_ns": row.blocked_ns,
        "cpu_ns": row.cpu_ns(),
        "share": row.share,
    })
}

fn group(group: &CallGroup) -> Value {
    json!({
        "key": group.key,
        "count": group.count,
        "failed": group.failed,
        "time_ns": group.time_ns,
        "calibrated_ns": group.calibrated_ns,
        "blocked_ns": group.blocked_ns,
        "share": group.share,
        "top_call": group.top_call,
    })
}

fn futex(row: &FutexRow) -> Value {
    json!({
        "class": row.class.name(),
        "evidence": row.evidence.name(),
        "count": row.count,
        "waits": row.waits,
        "wait_ns": row.wait_ns,
    })
}

fn gil_thread(thread: &GilThread) -> Value {
    json!({
        "tid": thread.tid,
        "pid": thread.pid,
        "name": thread.name,
        "wall_ns": thread.wall_ns,
        "cpu_ns": thread.cpu_ns,
        "gil_wait_ns": thread.gil_wait_ns,
        "gil_wait_runqueue_ns": thread.gil_wait_runqueue_ns,
        "gil_waits": thread.gil_waits,
        "gil_wait_running_ns": thread.gil_wait_running_ns,
        "gil_wait_off_cpu_ns": thread.gil_wait_off_cpu_ns,
        "gil_wait_handover_ns": thread.gil_wait_handover_ns,
        "gil_wait_unknown_ns": thread.gil_wait_unknown_ns,
        "gil_wait_p50_ns": thread.gil_wait_p50_ns,
        "gil_wait_p90_ns": thread.gil_wait_p90_ns,
        "gil_wait_p99_ns": thread.gil_wait_p99_ns,
        "gil_wait_max_ns": thread.gil_wait_max_ns,
        "cpu_without_gil_ns": thread.cpu_without_gil_ns(),
        "gil_hold_ns": thread.gil_hold_ns,
        "gil_hold_off_cpu_ns": thread.gil_hold_off_cpu_ns,
        "forced_switch_ns": thread.forced_switch_ns,
        "blocked_ns": thread.blocked_ns,
        "runqueue_ns": thread.runqueue_ns,
        "samples": thread.samples,
    })
}

fn usage(column: &UsageColumn) -> Value {
    json!({
        "held_ns": column.held_ns,
        "held_off_cpu_ns": column.held_off_cpu_ns,
        "free_ns": column.free_ns,
        "unknown_ns": column.unknown_ns,
        "waiting_ns": column.waiting_ns,
    })
}

fn gil_wait(wait: &GilWait) -> Value {
    json!({
        "waiter_tid": wait.waiter_tid,
        "waiter": wait.waiter,
        "waiter_frame": wait.waiter_frame,
        "holder_tid": wait.holder_tid,
        "holder": wait.holder,
        "holder_frame": wait.holder_frame,
        "count": wait.count,
        "total_ns": wait.total_ns,
        "running_ns": wait.running_ns,
        "off_cpu_ns": wait.off_cpu_ns,
        "handover_ns": wait.handover_ns,
        "unknown_ns": wait.unknown_ns,
        "gc_ns": wait.gc_ns,
        "max_ns": wait.max_ns,
        "max_running_ns": wait.max_running_ns,
        "runqueue_ns": wait.runqueue_ns,
    })
}

fn lock(lock: &Lock) -> Value {
    json!({
        "class": lock.class.name(),
        "object": lock.object,
        "pid": lock.pid,
        "address": format!("{:#x}", lock.address),
        "for_news": lock.for_news,
        "count": lock.count,
        "wait_ns": lock.wait_ns,
        "max_ns": lock.max_ns,
        "handover_ns": lock.handover_ns,
        "waits": list(&lock.waits, lock_wait),
    })
}

fn lock_wait(wait: &LockWait) -> Value {
    json!({
        "waiter_tid": wait.waiter_tid,
        "waiter": wait.waiter,
        "waiter_frame": wait.waiter_frame,
        "owner_tid": wait.owner_tid,
        "owner": wait.owner,
        "owner_frame": wait.owner_frame,
        "count": wait.count,
        "total_ns": wait.total_ns,
        "max_ns": wait.max_ns,
    })
}
