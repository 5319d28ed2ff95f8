//! Finds the Pythons of a recording, before they start where possible.
//!
//! A build that is known gets a probe on a function that every start passes
//! through: whoever runs it, its load address is known before its first line.
//! A program that was not known is looked at when it begins; if it is a Python
//! it has begun by then, and `/proc` tells where it is. The same holds where
//! the kernel lets this user load programs but not place probes (CAP_SYS_ADMIN
//! on some kernels). Events in between have no stack and are counted.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keelback_python::{Build, Found, Places, candidates};

use crate::engine::ebpf::decode::Decoder;
use crate::engine::ebpf::load::Programs;
use crate::engine::ebpf::python::{Builds, build_for_kernel};
use crate::engine::ebpf::{Begun, abi};
use crate::present;
use crate::session::RecordError;

/// How long a program may take to map its libpython.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a probe has to announce a libpython that another one may have been
/// taken for, since `LD_LIBRARY_PATH` and what it finds are the process's own.
const GRACE: Duration = Duration::from_millis(100);

/// Has every build in these files watched for. One that cannot be read or
/// probed will be met when it runs.
pub(crate) fn prepare(programs: &mut Programs, files: &[PathBuf]) -> Builds {
    let mut builds = Builds::default();
    for file in files {
        if let Ok(Some(build)) = builds.files().get(file) {
            add(programs, &mut builds, build);
        }
    }
    builds
}

/// The number of a build, which is watched for from now on.
fn add(programs: &mut Programs, builds: &mut Builds, build: Arc<Build>) -> Option<u32> {
    if let Some(index) = builds.index_of(build.file) {
        return Some(index);
    }
    let index = builds.add(build)?;
    let build = Arc::clone(builds.get(index)?);
    // The kernel side knows one probe's address a build: the first that takes.
    for probe in &build.probes {
        programs
            .tell_build(index, build_for_kernel(&build, probe.address))
            .ok()?;
        if programs.watch(index, &build.path, probe.offset).is_ok() {
            builds.set_watched(index);
            return Some(index);
        }
    }
    programs
        .tell_build(index, build_for_kernel(&build, 0))
        .ok()?;
    Some(index)
}

/// Processes whose program holds a Python that no probe will announce, or
/// perhaps not.
#[derive(Debug, Default)]
pub(crate) struct Search {
    open: Vec<Sought>,
}

/// One of them.
#[derive(Debug)]
struct Sought {
    pid: u32,
    since: Instant,
    /// How long a probe has to announce it before it is looked at.
    grace: Duration,
}

impl Search {
    /// Is there anyone left to look at?
    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Looks at the programs that began since the last turn, and again at
    /// those whose Python was not mapped yet.
    pub(crate) fn turn(&mut self, programs: &mut Programs, decoder: &mut Decoder<'_>) {
        for begun in decoder.begun() {
            if let Some(grace) = meet(programs, decoder.builds_mut(), &begun) {
                self.open.push(Sought {
                    pid: begun.pid,
                    since: Instant::now(),
                    grace,
                });
            }
        }
        self.open
            .retain(|it| it.since.elapsed() < PATIENCE && !settled(programs, decoder, it));
    }
}

/// Knows the builds of a program that began. `None` when there is no Python in
/// it, or one that a probe will announce; else how long to wait for that.
fn meet(programs: &mut Programs, builds: &mut Builds, begun: &Begun) -> Option<Duration> {
    // The whole machine was searched before; now the command's own words.
    let mut files = candidates(&begun.words, &Places::default());
    files.push(begun.exe.clone());
    let mut announced = true;
    for file in files {
        let Ok(Some(build)) = builds.files().get(&file) else {
            continue;
        };
        let known = builds.index_of(build.file);
        let index = known.or_else(|| add(programs, builds, build));
        announced &= known.is_some() && index.is_some_and(|it| builds.is_watched(it));
    }
    match announced {
        false => Some(Duration::ZERO),
        true => {
            let by_prediction = builds.files().needs_libpython(&begun.exe);
            by_prediction.then_some(GRACE)
        }
    }
}

/// Is the process's Python known by now, or the process gone?
fn settled(programs: &mut Programs, decoder: &mut Decoder<'_>, sought: &Sought) -> bool {
    let pid = sought.pid;
    let is_gone = matches!(present::exists(pid), Err(RecordError::NoProcess(_)));
    if programs.knows_process(pid) || is_gone {
        return true;
    }
    if sought.since.elapsed() < sought.grace {
        return false;
    }
    let Some(found) = python_of(decoder, pid) else {
        return false;
    };
    tell(programs, decoder, found);
    decoder.found_late(pid);
    true
}

/// The Python of a running process.
pub(crate) fn python_of(decoder: &mut Decoder<'_>, pid: u32) -> Option<Found> {
    decoder.builds_mut().files().runtime_of(pid).ok().flatten()
}

/// Has the programs know the Python of a running process.
pub(crate) fn tell(programs: &mut Programs, decoder: &mut Decoder<'_>, found: Found) {
    let (pid, runtime) = (found.pid, found.runtime.unwrap_or(0));
    let Some(index) = add(programs, decoder.builds_mut(), Arc::new(found.build)) else {
        return;
    };
    let process = abi::Process {
        runtime,
        gil: 0,
        build: index,
        pad: 0,
    };
    if programs.tell_process(pid, process).is_ok() {
        present::announce_runtime(decoder, pid, index, runtime);
    }
}
