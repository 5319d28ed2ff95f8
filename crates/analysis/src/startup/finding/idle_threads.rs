//! Threads that a library starts at import, and that have nothing to do.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{count, duration, percent};

/// Fewer are a helper or two, not a pool.
const MIN_THREADS: usize = 4;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let threads = &case.book.native_threads;
    let end = case.book.until;
    let idle: Vec<_> = threads
        .imported
        .iter()
        .filter(|(thread, life)| life.is_idle(end) && !case.scene.is_python(**thread))
        .map(|(thread, _)| *thread)
        .collect();
    if idle.len() < MIN_THREADS {
        return None;
    }
    let samples = idle.iter().filter_map(|it| threads.samples.get(it));
    let cpu_ns = samples.sum::<u64>() * case.scene.origin.sample_period_ns;
    let size_ns = cpu_ns + threads.clone_ns;
    let name = case.scene.thread_name(*idle.iter().min()?);
    Some(Finding {
        id: "idle-threads",
        severity: case.severity(size_ns),
        text: format!(
            "{} without Python were started while modules were imported, and slept: {} in the \
             calls that started them and {} of CPU time in them, {} of the start-up. A BLAS or \
             OpenMP pool begins like that, on a larger machine with more of them; where one \
             thread will do, OMP_NUM_THREADS=1 or OPENBLAS_NUM_THREADS=1 starts none.",
            count(idle.len() as u64, "thread"),
            duration(threads.clone_ns),
            duration(cpu_ns),
            percent(case.report.share(size_ns)),
        ),
        evidence: vec![
            Fact::count("threads", idle.len() as u64),
            Fact::nanos("clone_ns", threads.clone_ns),
            Fact::nanos("cpu_ns", cpu_ns),
            Fact::text("thread", name),
        ],
        next: "keelback report".into(),
        size_ns,
    })
}
