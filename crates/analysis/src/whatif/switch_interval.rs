//! What if the switch interval were another.

use keelback_trace::{Nanos, ProcessId, ReadError, Source, ThreadId};

use super::no_gil::busiest;
use crate::facts::Facts;
use crate::gil::{GilBook, GilThread, Turns};
use crate::model::{Scene, watch};

/// What runs Python lets go within an interval. So many times that, and it is
/// in a C call, which no interval ends.
const KEPT: u64 = 2;

/// Bounds for the waits of one process's threads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OtherInterval {
    /// The recording.
    pub facts: Facts,
    /// The process: the one that had the most threads.
    pub pid: u32,
    /// Its command line.
    pub command: String,
    /// The interval that was asked about, nanoseconds.
    pub interval_ns: u64,
    /// The interval that the recorded waits show; 0 for unknown.
    pub recorded_ns: u64,
    /// The longest that a C call kept the GIL from others: no interval helps.
    pub longest_kept_ns: u64,
    /// Its threads that waited or held, longest wait first.
    pub threads: Vec<OtherWait>,
}

/// One thread's waits. Nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherWait {
    /// Its tid.
    pub tid: u32,
    /// Its name.
    pub name: String,
    /// From its first to its last instant.
    pub wall_ns: u64,
    /// Its waits for the GIL, as recorded.
    pub recorded_ns: u64,
    /// The same returns from elsewhere meet the same holders: each waits until
    /// the holder lets go, or one interval.
    pub lower_ns: u64,
    /// Each time it asks, each of the others has one turn at most.
    pub upper_ns: u64,
}

/// Bounds for the waits under another switch interval; `None` without a Python.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn switch_interval(
    source: &dyn Source,
    interval: Nanos,
) -> Result<Option<OtherInterval>, ReadError> {
    let mut book = GilBook::new(source.provenance().duration_ns).wishing(interval.0);
    let (scene, end) = watch(source, &mut [&mut book])?;
    book.finish(end, &scene);
    let Some(process) = busiest(&scene) else {
        return Ok(None);
    };
    let kept = longest_kept(&book, &scene);
    let all = all_of(&book, process, &scene);
    let threads = all.iter().map(|(thread, turns)| OtherWait {
        tid: thread.tid,
        name: thread.name.clone(),
        wall_ns: thread.wall_ns,
        recorded_ns: thread.gil_wait_ns,
        lower_ns: turns.capped_ns,
        upper_ns: upper(thread, *turns, &all, interval.0.max(kept)),
    });
    Ok(Some(OtherInterval {
        facts: Facts::gather(scene.origin, scene.known, end.0),
        pid: scene.pid(process),
        command: scene.command(process).to_owned(),
        interval_ns: interval.0,
        recorded_ns: book.interval_ns(),
        longest_kept_ns: kept,
        threads: threads.collect(),
    }))
}

/// The threads that had the GIL or waited for it, longest wait first.
fn all_of(book: &GilBook, process: ProcessId, scene: &Scene<'_>) -> Vec<(GilThread, Turns)> {
    let turns_of = |tid: u32| {
        let mut ids = (0..scene.known.threads.len()).map(|index| ThreadId(index as u32));
        let id = ids.find(|it| scene.tid(*it) == tid && scene.process_of(*it) == process);
        id.map_or_else(Turns::default, |id| book.turns(id))
    };
    let all = book.threads(scene).into_iter();
    let own = all.filter(|it| it.pid == scene.pid(process) && it.gil_wait_ns + it.gil_hold_ns > 0);
    own.map(|it| (turns_of(it.tid), it))
        .map(|(turns, it)| (it, turns))
        .collect()
}

/// What a C call kept, nanoseconds; 0 for none.
fn longest_kept(book: &GilBook, scene: &Scene<'_>) -> u64 {
    let interval = match book.interval_ns() {
        0 => crate::gil::USUAL_NS,
        seen => seen,
    };
    let waits = book.waits(scene);
    let kept = waits.iter().map(|it| it.max_running_ns);
    kept.filter(|ns| *ns >= KEPT * interval).max().unwrap_or(0)
}

/// It asks as often as it came back from elsewhere, and once for each interval
/// that it computes; each time every other thread that uses the GIL may have a
/// turn before it. The latency of its hand-overs stays as it was, for each that
/// it had; so does the time that holders had no CPU.
fn upper(thread: &GilThread, turns: Turns, all: &[(GilThread, Turns)], turn_ns: u64) -> u64 {
    let others = all
        .iter()
        .filter(|(it, _)| it.tid != thread.tid && it.gil_hold_ns > 0);
    let drops = turns.drops.max(thread.gil_hold_ns / turn_ns.max(1));
    let asks = turns.returns + drops;
    let waits = (turns.returns + turns.drops).max(1);
    let latency = (turns.handover_ns / waits * asks).max(turns.handover_ns);
    asks * others.count() as u64 * turn_ns + thread.gil_wait_off_cpu_ns + latency
}
