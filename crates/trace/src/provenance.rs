//! Where a recording comes from: enough to judge its figures years later.

use serde::{Deserialize, Serialize};

/// Where, how and at what cost a recording was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// Version of keelback that wrote it.
    pub keelback: String,
    /// Wall clock at the recording's first instant, nanoseconds since 1970.
    pub started_unix_ns: u64,
    /// `CLOCK_MONOTONIC` at the first instant, nanoseconds: add to an event's
    /// time to meet other tools' clocks.
    pub started_monotonic_ns: u64,
    /// Length of the recording, nanoseconds; 0 while it runs or if it was cut.
    pub duration_ns: u64,
    /// `ebpf` or `ptrace`.
    pub engine: String,
    /// Why this engine and not the other; empty when it was asked for.
    pub engine_reason: String,
    /// What this engine cannot see. A report shows it as unknown, not as zero.
    pub unseen: Unseen,
    /// What the reader should know about how the program ran while it was
    /// recorded, one sentence each.
    pub remarks: Vec<String>,
    /// `wait` or `full`.
    pub mode: String,
    /// The command that was launched, or the pid that was attached to.
    pub command: String,
    /// Was it launched, or attached to while it ran?
    pub attached: bool,
    /// `wait(2)` status of the launched command; `None` when unknown.
    pub exit_status: Option<i32>,
    /// Host name.
    pub host: String,
    /// `uname -r` and `-m`.
    pub kernel: String,
    /// CPUs that were online.
    pub cpus: u32,
    /// CPU clock between two samples of a thread, nanoseconds; 0 for none.
    pub sample_period_ns: u64,
    /// What the recorder adds to the time it reads off a system call.
    pub calibration: Calibration,
    /// What the recording itself cost.
    pub cost: Cost,
    /// Runs of the same command without a recorder, made just before it.
    pub untraced: Vec<Untraced>,
    /// File systems as the first Python saw them mounted, else as the recorder
    /// did; the kernel's own (`proc` and the like) are left out. A later one
    /// hides an earlier one of the same place.
    pub mounts: Vec<Mount>,
}

/// A file system in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mount {
    /// The folder it is mounted at.
    pub point: String,
    /// Its type as proc_pid_mountinfo(5) has it: `ext4`, `nfs4`, `fuse.sshfs`.
    pub kind: String,
}

/// What one run of a command took without a recorder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Untraced {
    /// From its start to its end, nanoseconds.
    pub wall_ns: u64,
    /// CPU time of it and of its children that it waited for, nanoseconds.
    pub cpu_ns: u64,
}

/// What a recording's engine is blind to. Nothing, for the eBPF engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unseen {
    /// When a thread that could run got no CPU: such time counts as running.
    pub run_queue: bool,
    /// Who woke whom: there is no `EventKind::Woken`.
    pub wake_ups: bool,
    /// On which CPU a thread ran: the field says `EventKind::NO_CPU`.
    pub cpu: bool,
}

/// Measured at the start of every full-mode recording, on the same machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Calibration {
    /// Nanoseconds to take off each recorded call's `took` to get what the
    /// call costs a program that is not recorded, its way from user space and
    /// back included. Negative where the hooks see less than the program
    /// feels.
    pub call_bias_ns: i64,
    /// Nanoseconds that recording one call adds to the program.
    pub call_cost_ns: u64,
}

/// The recorder's own use of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cost {
    /// CPU time of the recorder's process, nanoseconds.
    pub cpu_ns: u64,
    /// Time spent in the recorder's BPF programs on all CPUs, nanoseconds;
    /// 0 when the kernel does not tell.
    pub bpf_ns: u64,
    /// How often the recorder's BPF programs ran.
    pub bpf_runs: u64,
    /// Largest resident size of the recorder, bytes.
    pub max_rss: u64,
}
