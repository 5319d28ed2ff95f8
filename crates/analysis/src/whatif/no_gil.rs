//! What if there were no GIL.

use keelback_trace::{ProcessId, ReadError, Source, ThreadId};

use super::phases::{Lives, Work, Works};
use crate::facts::Facts;
use crate::model::{Scene, watch};

/// One thread of a free-threaded CPython runs this much slower than one with a
/// GIL, at most: 3.13's "What's New" names about 40 % on pyperformance.
const SLOWDOWN: f64 = 1.5;

/// Bounds for one process without a GIL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NoGil {
    /// The recording.
    pub facts: Facts,
    /// The process: the one that had the most threads.
    pub pid: u32,
    /// Its command line.
    pub command: String,
    /// Its time in the recording, nanoseconds.
    pub wall_ns: u64,
    /// It cannot take less: every thread at today's speed, none ever waiting
    /// for a lock or for a CPU it could have.
    pub lower_ns: u64,
    /// It need not take more, if free-threaded CPython runs one thread at most
    /// 1.5 times slower and the threads do not fight over what they share:
    /// lock waits stay as they were.
    pub upper_ns: u64,
    /// What is in both bounds whatever the threads do: the main thread alone.
    pub serial_ns: u64,
    /// CPUs that were assumed.
    pub cores: u32,
    /// What the lower bound consists of.
    pub binding: Binding,
}

/// What keeps the lower bound from being lower.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// The main thread has no company.
    #[default]
    Serial,
    /// There are not more CPUs.
    Cores,
    /// This thread's own work.
    Thread {
        /// Its tid.
        tid: u32,
        /// Its name.
        name: String,
    },
}

/// Bounds for the recording's process with the most threads; `None` without a
/// Python in it.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn no_gil(source: &dyn Source, cores: Option<u32>) -> Result<Option<NoGil>, ReadError> {
    let mut lives = Lives::default();
    let (scene, end) = watch(source, &mut [&mut lives])?;
    let Some(process) = busiest(&scene) else {
        return Ok(None);
    };
    let together = lives.together(process, &scene);
    let mut works = Works::of(process, together);
    let (scene, _) = watch(source, &mut [&mut works])?;
    let main = (0..scene.known.threads.len())
        .map(|index| ThreadId(index as u32))
        .find(|it| scene.process_of(*it) == process && scene.is_main(*it));
    let life = main.and_then(|it| lives.of(it));
    let cores = cores.unwrap_or(scene.origin.cpus).max(1);
    let (least, binding) = parallel(&works, cores, 1.0, false, &scene);
    let (most, _) = parallel(&works, cores, SLOWDOWN, true, &scene);
    let (serial, slow_serial) = (
        works.alone.least(1.0, true),
        works.alone.least(SLOWDOWN, true),
    );
    Ok(Some(NoGil {
        facts: Facts::gather(scene.origin, scene.known, end.0),
        pid: scene.pid(process),
        command: scene.command(process).to_owned(),
        wall_ns: life.map_or(0, |(from, to)| to.since(from).0),
        lower_ns: serial + least,
        upper_ns: slow_serial + most,
        serial_ns: serial,
        cores,
        binding: if serial > least {
            Binding::Serial
        } else {
            binding
        },
    }))
}

/// The process with the most threads that has a Python.
pub(super) fn busiest(scene: &Scene<'_>) -> Option<ProcessId> {
    let all = (0..scene.known.processes.len()).map(|index| ProcessId(index as u32));
    let pythons = all.filter(|it| scene.interpreters(*it).next().is_some());
    let threads = |it: &ProcessId| {
        let all = scene.known.threads.iter();
        all.filter(|thread| thread.process == *it).count()
    };
    // Of equals the first: children come later.
    pythons.min_by_key(|it| (std::cmp::Reverse(threads(it)), it.0))
}

/// The time in which threads live together: no shorter than the longest of
/// them, nor than all their CPU time on the CPUs there are. As an upper bound,
/// one after the other on the CPUs (Graham 1969: work / CPUs + the longest).
fn parallel(
    works: &Works,
    cores: u32,
    slowdown: f64,
    upper: bool,
    scene: &Scene<'_>,
) -> (u64, Binding) {
    let cpu: u64 = works.threads.iter().map(|it| it.cpu).sum();
    let by_cores = (cpu as f64 * slowdown / f64::from(cores)) as u64;
    let least = |it: &Work| it.least(slowdown, upper);
    let longest = works
        .threads
        .iter()
        .enumerate()
        .max_by_key(|(_, it)| least(it));
    let Some((index, work)) = longest else {
        return (0, Binding::Serial);
    };
    let thread = ThreadId(index as u32);
    let one = Binding::Thread {
        tid: scene.tid(thread),
        name: scene.thread_name(thread).to_owned(),
    };
    match (upper, least(work)) {
        (true, longest) => (by_cores + longest, one),
        (false, longest) if longest >= by_cores => (longest, one),
        (false, _) => (by_cores, Binding::Cores),
    }
}
