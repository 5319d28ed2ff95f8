//! Clocks, and what the recording itself costs.

use std::time::{Duration, SystemTime};

use keelback_trace::Provenance;
use keelback_trace::provenance::Cost;
use rustix::time::{ClockId, clock_gettime};

use crate::engine::ebpf::load::Programs;

/// `CLOCK_MONOTONIC`, nanoseconds: the clock of `bpf_ktime_get_ns`.
pub(crate) fn monotonic() -> u64 {
    read(ClockId::Monotonic)
}

/// CPU time of this thread, nanoseconds.
pub(crate) fn thread_cpu() -> u64 {
    read(ClockId::ThreadCPUTime)
}

fn read(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

/// Marks this instant as the recording's first.
pub(crate) fn stamp(provenance: &mut Provenance) {
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    provenance.started_unix_ns = wall.map_or(0, nanos);
    provenance.started_monotonic_ns = monotonic();
}

pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// What this process and its programs have used.
pub(crate) fn of_recorder(programs: &Programs) -> Cost {
    let (bpf_ns, bpf_runs) = programs.cost();
    Cost {
        cpu_ns: process_cpu(),
        bpf_ns,
        bpf_runs,
        max_rss: max_rss(),
    }
}

/// What this process and its tracer have used.
pub(crate) fn with_tracer(tracer_cpu_ns: u64, tracer_max_rss: u64) -> Cost {
    Cost {
        cpu_ns: process_cpu() + tracer_cpu_ns,
        max_rss: max_rss() + tracer_max_rss,
        ..Cost::default()
    }
}

/// CPU time of this process, nanoseconds.
pub(crate) fn process_cpu() -> u64 {
    read(ClockId::ProcessCPUTime)
}

/// Largest resident size of this process, bytes.
pub(crate) fn max_rss() -> u64 {
    let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_SELF);
    // getrusage(2): kilobytes.
    usage.map_or(0, |it| u64::try_from(it.max_rss()).unwrap_or(0) * 1024)
}
