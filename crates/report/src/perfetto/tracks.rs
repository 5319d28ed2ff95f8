//! The tracks: processes, threads, each thread's Python stack, GILs, counters.

use std::collections::BTreeSet;
use std::io::{self, Write};

use keelback_analysis::Chart;
use keelback_analysis::chart::CounterKind;
use keelback_trace::{ProcessId, ThreadId};

use super::events::packet;
use super::wire::Message;

/// A track's id: unique in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Track {
    Process(ProcessId),
    Thread(ThreadId),
    Stack(ThreadId),
    Gil(ProcessId),
    Counter(ProcessId, CounterKind),
}

impl Track {
    /// Never 0: that is the default track.
    pub(super) fn uuid(self) -> u64 {
        let id = |kind: u64, index: u32| kind << 32 | u64::from(index);
        match self {
            Track::Process(it) => id(1, it.0),
            Track::Thread(it) => id(2, it.0),
            Track::Stack(it) => id(3, it.0),
            Track::Gil(it) => id(4, it.0),
            Track::Counter(it, CounterKind::Waiters) => id(5, it.0),
            Track::Counter(it, CounterKind::Calls) => id(6, it.0),
        }
    }
}

/// Writes the descriptors of all tracks that have something on them.
pub(super) fn write(chart: &Chart, to: &mut dyn Write) -> io::Result<()> {
    for (index, process) in chart.processes.iter().enumerate() {
        let id = ProcessId(index as u32);
        let described = Message::default()
            .int(1, process.pid.into())
            .text(2, &process.command)
            .text(6, &process.command);
        put(
            Message::default()
                .int(1, Track::Process(id).uuid())
                .message(3, &described),
            to,
        )?;
        if chart.owners.get(index).is_some_and(|it| !it.is_empty()) {
            put(child(Track::Gil(id), Track::Process(id), "GIL"), to)?;
        }
    }
    for (index, thread) in chart.threads.iter().enumerate() {
        let id = ThreadId(index as u32);
        let pid = chart
            .processes
            .get(thread.process.index())
            .map_or(0, |it| it.pid);
        let described = Message::default()
            .int(1, pid.into())
            .int(2, thread.tid.into())
            .text(5, &thread.name);
        put(
            Message::default()
                .int(1, Track::Thread(id).uuid())
                .message(4, &described),
            to,
        )?;
        if chart.stacks.get(index).is_some_and(|it| !it.is_empty()) {
            put(
                child(Track::Stack(id), Track::Thread(id), "Python stack"),
                to,
            )?;
        }
    }
    let counters: BTreeSet<_> = chart
        .counters
        .iter()
        .map(|it| (it.process, it.kind))
        .collect();
    for (process, kind) in counters {
        let track = child(
            Track::Counter(process, kind),
            Track::Process(process),
            kind.label(),
        );
        put(track.message(8, &Message::default()), to)?;
    }
    Ok(())
}

fn child(track: Track, parent: Track, name: &str) -> Message {
    Message::default()
        .int(1, track.uuid())
        .int(5, parent.uuid())
        .text(2, name)
}

fn put(descriptor: Message, to: &mut dyn Write) -> io::Result<()> {
    packet(Message::default().message(60, &descriptor), to)
}
