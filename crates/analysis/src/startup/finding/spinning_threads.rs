//! Threads of libraries that burn CPU while they wait for work.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{count, duration, grouped, percent};

/// A thread that yields so often is spinning.
const MIN_YIELDS: u64 = 1_000;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let threads = &case.book.native_threads;
    let spinning: Vec<_> = threads
        .yields
        .iter()
        .filter(|(_, count)| **count >= MIN_YIELDS)
        .collect();
    let (dearest, _) = spinning.iter().max_by_key(|(_, count)| **count)?;
    let calls: u64 = spinning.iter().map(|(_, count)| **count).sum();
    let samples = spinning
        .iter()
        .filter_map(|(thread, _)| threads.samples.get(thread));
    let size_ns = samples.sum::<u64>() * case.scene.origin.sample_period_ns;
    let name = case.scene.thread_name(**dearest);
    Some(Finding {
        id: "spinning-threads",
        severity: case.severity(size_ns),
        text: format!(
            "{} without Python spun: {} sched_yield calls, {} of CPU time, {} of the start-up's \
             wall time. A BLAS or OpenMP pool waits like that; OMP_NUM_THREADS=1 or \
             OPENBLAS_NUM_THREADS=1 shows what it is worth.",
            count(spinning.len() as u64, "thread"),
            grouped(calls),
            duration(size_ns),
            percent(case.report.share(size_ns)),
        ),
        evidence: vec![
            Fact::count("threads", spinning.len() as u64),
            Fact::count("yields", calls),
            Fact::nanos("cpu_ns", size_ns),
            Fact::text("thread", name),
        ],
        next: "keelback report".into(),
        size_ns,
    })
}
