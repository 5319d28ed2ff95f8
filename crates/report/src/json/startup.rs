//! A start-up as JSON.

use keelback_analysis::Startup;
use keelback_analysis::startup::{
    EntryRow, FaultCount, ImportRow, PackageRow, PhaseRow, PurposeRow, Split, StrayFaults,
};
use serde_json::{Value, json};

use super::{document, list};

/// A start-up. `wall_ns` is the process's; the recording's own length is
/// `recording_ns`.
pub fn startup(startup: &Startup) -> Value {
    let body = json!({
        "pid": startup.pid,
        "recording_ns": startup.facts.wall_ns,
        "wall_ns": startup.wall_ns,
        "untraced_wall_ns": startup.untraced_wall_ns,
        "untraced_runs_ns": list(&startup.untraced_runs, |run| run.wall_ns.into()),
        "untraced_cpu_ns": list(&startup.untraced_runs, |run| run.cpu_ns.into()),
        "untraced_is_measured": !startup.untraced_runs.is_empty(),
        "calls": startup.calls(),
        "kernel_ns": startup.kernel_ns(),
        "kernel_share": startup.share(startup.kernel_ns()),
        "minor_faults": startup.faults.minor,
        "major_faults": startup.faults.major,
        "faults_between_phases": stray(startup, |it| it.between),
        "faults_of_other_threads": stray(startup, |it| it.other_threads),
        "sees_calls": startup.sees_calls,
        "sees_python": startup.sees_python,
        "samples": startup.samples,
        "sample_ns": startup.sample_ns,
        "phases": list(&startup.phases, |row| phase(row, startup)),
        "purposes": list(&startup.purposes, |row| purpose(row, startup)),
        "split": split(&startup.split),
        "split_shares": split_shares(&startup.split, startup),
        "imports": list(&startup.imports, |row| import(row, startup)),
        "packages": list(&startup.packages, |row| package(row, startup)),
        "entries": list(&startup.entries, |row| entry(row, startup)),
    });
    document(&startup.facts, &startup.findings, body)
}

/// Both kinds; null where page faults by phase are not known.
fn stray(startup: &Startup, of: fn(&StrayFaults) -> FaultCount) -> Option<u64> {
    startup.stray_faults.as_ref().map(|it| of(it).sum())
}

fn phase(row: &PhaseRow, startup: &Startup) -> Value {
    json!({
        "name": row.phase.name(),
        "wall_ns": row.wall_ns,
        "cpu_ns": row.cpu_ns,
        "queued_ns": row.queued_ns,
        "kernel_ns": row.kernel_ns,
        "calls": row.calls,
        "fault_ns": row.fault_ns,
        "minor_faults": startup.stray_faults.map(|_| row.faults.minor),
        "major_faults": startup.stray_faults.map(|_| row.faults.major),
        "added_ns": row.added_ns,
        "share": startup.share(row.own_ns()),
        "cpu_share": startup.share(row.cpu_ns.saturating_sub(row.added_ns)),
        "kernel_share": startup.share(row.kernel_ns),
        "fault_share": startup.share(row.fault_ns),
    })
}

fn purpose(row: &PurposeRow, startup: &Startup) -> Value {
    json!({
        "name": row.purpose.name(),
        "calls": row.calls,
        "failed": row.failed,
        "time_ns": row.time_ns,
        "calibrated_ns": row.calibrated_ns,
        "share": startup.share(row.calibrated_ns),
    })
}

fn import(row: &ImportRow, startup: &Startup) -> Value {
    let parent = row.parent.and_then(|it| startup.imports.get(it));
    let mut value = split(&row.own);
    if let Value::Object(fields) = &mut value {
        fields.insert("module".into(), row.module.as_str().into());
        fields.insert("file".into(), row.file.as_str().into());
        fields.insert("parent".into(), parent.map(|it| it.module.as_str()).into());
        fields.insert("parent_index".into(), row.parent.into());
        fields.insert("self_ns".into(), row.own.sum().into());
        fields.insert("total_ns".into(), row.total_ns.into());
        fields.insert("calls".into(), row.calls.into());
        fields.insert("kernel_ns".into(), row.kernel_ns.into());
        fields.insert("compiled".into(), row.compiled.into());
        fields.insert("share".into(), startup.share(row.total_ns).into());
        fields.insert("self_share".into(), startup.share(row.own.sum()).into());
        fields.insert("kernel_share".into(), startup.share(row.kernel_ns).into());
    }
    value
}

fn split(split: &Split) -> Value {
    json!({
        "own_ns": split.own_ns,
        "find_ns": split.find_ns,
        "read_ns": split.read_ns,
        "unmarshal_ns": split.unmarshal_ns,
        "dlopen_ns": split.dlopen_ns,
        "exec_ns": split.exec_ns,
        "compile_ns": split.compile_ns,
    })
}

/// Of the start-up.
fn split_shares(split: &Split, startup: &Startup) -> Value {
    json!({
        "own": startup.share(split.own_ns),
        "find": startup.share(split.find_ns),
        "read": startup.share(split.read_ns),
        "unmarshal": startup.share(split.unmarshal_ns),
        "dlopen": startup.share(split.dlopen_ns),
        "exec": startup.share(split.exec_ns),
        "compile": startup.share(split.compile_ns),
    })
}

fn package(row: &PackageRow, startup: &Startup) -> Value {
    json!({
        "package": row.package,
        "modules": row.modules,
        "self_ns": row.self_ns,
        "share": startup.share(row.self_ns),
        "calls": row.calls,
        "kernel_ns": row.kernel_ns,
        "kernel_share": startup.share(row.kernel_ns),
    })
}

fn entry(row: &EntryRow, startup: &Startup) -> Value {
    json!({
        "folder": row.folder,
        "checks": row.checks,
        "failed": row.failed,
        "found": row.found,
        "time_ns": row.ns,
        "share": startup.share(row.ns),
    })
}
