//! Which Python a process runs, and which thread state is whose.

use std::collections::{HashMap, HashSet};

use keelback_trace::{EventKind, Nanos, ProcessId, StackId, WriteError};

use super::abi::{GilRecord, RuntimeRecord, TstateRecord};
use super::decode::{Decoder, Refused};

/// Pythons that were found but whose GIL does not exist yet.
#[derive(Default)]
pub(super) struct Runtimes {
    pending: HashMap<ProcessId, Found>,
    /// GILs that were defined, by process and address.
    gils: HashSet<(ProcessId, u64)>,
}

/// A Python found in a process.
#[derive(Clone, Copy)]
struct Found {
    since: Nanos,
    build: u32,
    runtime: u64,
    gil: u64,
}

/// Comes twice for a process that starts: when the runtime's address is known,
/// and when its GIL has been made.
pub(super) fn found(decoder: &mut Decoder<'_>, record: &RuntimeRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    decoder.faults(&record.header, thread, &record.faults);
    let process = decoder
        .known
        .process_of_tgid(record.tgid)
        .ok_or(Refused::Malformed)?;
    if let Some(build) = decoder.builds.get(record.build) {
        decoder.names.begin(process, record.tgid, build);
    }
    let mut found = Found {
        since: decoder.clock.at(record.header.at),
        build: record.build,
        runtime: record.runtime,
        gil: record.gil,
    };
    if let Some(before) = decoder.runtimes.pending.remove(&process) {
        found.since = before.since;
    }
    if found.gil == 0 {
        decoder.runtimes.pending.insert(process, found);
        return Ok(());
    }
    Ok(define(decoder, process, found)?)
}

impl Decoder<'_> {
    /// A Python in a process that ran before the recording did. Its GIL is
    /// told when a thread of it is met.
    pub(crate) fn runtime_present(&mut self, at: u64, pid: u32, build: u32, runtime: u64) {
        let since = self.clock.at(at);
        let found = Found {
            since,
            build,
            runtime,
            gil: 0,
        };
        if let Some(process) = self.known.process_of_tgid(pid) {
            if let Some(build) = self.builds.get(build) {
                self.names.begin(process, pid, build);
            }
            self.runtimes.pending.insert(process, found);
        }
    }
}

impl Decoder<'_> {
    /// Thread states of threads that ran before the recording did, by tid.
    pub(crate) fn states_present(&mut self, pid: u32, states: &[(u32, u64)]) {
        let Some(process) = self.known.process_of_tgid(pid) else {
            return;
        };
        for (tid, tstate) in states {
            let thread = self.known.thread_of_tid(*tid);
            if let Some(thread) = thread.filter(|it| self.known.process_of(*it) == process) {
                self.known.thread_state(process, *tstate, thread);
                self.names.met(process, thread, *tid, *tstate);
            }
        }
    }
}

/// Those whose GIL was never seen: short programs, old versions.
pub(super) fn define_pending(decoder: &mut Decoder<'_>) -> Result<(), WriteError> {
    let mut pending: Vec<_> = decoder.runtimes.pending.drain().collect();
    pending.sort_by_key(|(process, _)| *process);
    pending
        .into_iter()
        .try_for_each(|(process, found)| define(decoder, process, found))
}

/// The process's Python is gone: it ended, or began another program.
pub(super) fn gone(decoder: &mut Decoder<'_>, process: ProcessId) -> Result<(), WriteError> {
    decoder.names.forget(process);
    match decoder.runtimes.pending.remove(&process) {
        Some(found) => define(decoder, process, found),
        None => Ok(()),
    }
}

fn define(decoder: &mut Decoder<'_>, process: ProcessId, found: Found) -> Result<(), WriteError> {
    let interpreter =
        decoder
            .builds
            .interpreter(found.build, process, found.since, found.runtime, found.gil);
    decoder.runtimes.gils.insert((process, found.gil));
    match interpreter {
        Some(interpreter) => decoder.known.interpreter(interpreter),
        None => Ok(()),
    }
}

/// A thread went into an interpreter with a GIL of its own, or came back.
pub(super) fn moved(decoder: &mut Decoder<'_>, record: &GilRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let process = decoder
        .known
        .process_of_tgid(record.tgid)
        .ok_or(Refused::Malformed)?;
    if !decoder.runtimes.gils.contains(&(process, record.gil)) {
        let found = Found {
            since: decoder.clock.at(record.header.at),
            build: record.build,
            runtime: record.runtime,
            gil: record.gil,
        };
        define(decoder, process, found)?;
    }
    let kind = EventKind::UnderGil { gil: record.gil };
    decoder.event(&record.header, thread, StackId::NONE, kind);
    Ok(())
}

pub(super) fn tstate(decoder: &mut Decoder<'_>, record: &TstateRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let process = decoder
        .known
        .process_of_tgid(record.tgid)
        .ok_or(Refused::Malformed)?;
    decoder.known.thread_state(process, record.tstate, thread);
    let tid = record.header.tid;
    decoder.names.met(process, thread, tid, record.tstate);
    Ok(())
}
