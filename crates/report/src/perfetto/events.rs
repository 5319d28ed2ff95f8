//! Slices, arrows and counters as track events.

use std::collections::HashMap;
use std::io::{self, Write};

use keelback_analysis::Chart;
use keelback_analysis::chart::OwnerSlice;
use keelback_trace::{Dictionary, Nanos, ProcessId, ThreadId};

use super::tracks::Track;
use super::wire::Message;
use crate::names;

const BEGIN: u64 = 1;
const END: u64 = 2;
const INSTANT: u64 = 3;
const COUNTER: u64 = 4;
/// All packets are of one sequence, so that they share interned names.
const SEQUENCE: u64 = 1;
const INCREMENTAL_STATE_CLEARED: u64 = 1;
const NEEDS_INCREMENTAL_STATE: u64 = 2;

/// Writes a packet into the trace: field 1 of its message.
pub(super) fn packet(body: Message, to: &mut dyn Write) -> io::Result<()> {
    let packet = body.int(10, SEQUENCE);
    to.write_all(Message::default().message(1, &packet).encoded())
}

/// Writes events; a name is spelled out the first time only.
pub(super) struct Events<'a> {
    started_ns: u64,
    names: HashMap<String, u64>,
    to: &'a mut dyn Write,
}

impl<'a> Events<'a> {
    pub(super) fn new(started_ns: u64, to: &'a mut dyn Write) -> Events<'a> {
        Events {
            started_ns,
            names: HashMap::new(),
            to,
        }
    }

    /// What each thread did, on its own track.
    pub(super) fn states(&mut self, chart: &Chart) -> io::Result<()> {
        for (index, states) in chart.states.iter().enumerate() {
            let track = Track::Thread(ThreadId(index as u32));
            for state in states {
                self.slice(track, state.from, state.to, &state.what.label())?;
            }
        }
        Ok(())
    }

    /// Who had the GIL; viewers colour slices by their names.
    pub(super) fn owners(&mut self, chart: &Chart) -> io::Result<()> {
        for (index, owners) in chart.owners.iter().enumerate() {
            let track = Track::Gil(ProcessId(index as u32));
            for run in owners.chunk_by(|a, b| a.to == b.from && a.thread == b.thread) {
                self.owner(track, chart, run)?;
            }
        }
        Ok(())
    }

    /// One thread's turn, and inside it when it had no CPU.
    fn owner(&mut self, track: Track, chart: &Chart, run: &[OwnerSlice]) -> io::Result<()> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return Ok(());
        };
        let name = names::thread(chart, first.thread);
        self.event(track, first.from, BEGIN, Some(&name), Message::default())?;
        for off in run.iter().filter(|it| !it.on_cpu) {
            self.slice(track, off.from, off.to, "off the CPU")?;
        }
        self.event(track, last.to, END, None, Message::default())
    }

    /// Functions on stacks.
    pub(super) fn stacks(&mut self, chart: &Chart, known: &Dictionary) -> io::Result<()> {
        for (index, stacks) in chart.stacks.iter().enumerate() {
            let track = Track::Stack(ThreadId(index as u32));
            let mut open: Vec<Nanos> = Vec::new();
            for slice in stacks {
                for end in open.drain(slice.depth.min(open.len())..).rev() {
                    self.event(track, end, END, None, Message::default())?;
                }
                let name = names::code(known, slice.code);
                self.event(track, slice.from, BEGIN, Some(&name), Message::default())?;
                open.push(slice.to);
            }
            while let Some(end) = open.pop() {
                self.event(track, end, END, None, Message::default())?;
            }
        }
        Ok(())
    }

    /// An arrow from who let go of the GIL to who got it.
    pub(super) fn flows(&mut self, chart: &Chart) -> io::Result<()> {
        for (index, flow) in chart.flows.iter().enumerate() {
            let id = index as u64 + 1;
            let out = Message::default().fixed(47, id);
            let from = Track::Thread(flow.from);
            self.event(from, flow.from_at, INSTANT, Some("hands over the GIL"), out)?;
            let into = Message::default().fixed(48, id);
            let to = Track::Thread(flow.to);
            self.event(to, flow.to_at, INSTANT, Some("its turn for the GIL"), into)?;
        }
        Ok(())
    }

    /// Values over time.
    pub(super) fn counters(&mut self, chart: &Chart) -> io::Result<()> {
        for counter in &chart.counters {
            let track = Track::Counter(counter.process, counter.kind);
            let value = Message::default().int(30, counter.value);
            self.event(track, counter.at, COUNTER, None, value)?;
        }
        Ok(())
    }

    fn slice(&mut self, track: Track, from: Nanos, to: Nanos, name: &str) -> io::Result<()> {
        self.event(track, from, BEGIN, Some(name), Message::default())?;
        self.event(track, to, END, None, Message::default())
    }

    fn event(
        &mut self,
        track: Track,
        at: Nanos,
        kind: u64,
        name: Option<&str>,
        event: Message,
    ) -> io::Result<()> {
        let first = self.names.is_empty() && name.is_some();
        let (id, new) = name.map_or((0, None), |name| self.intern(name));
        let mut event = event.int(9, kind).int(11, track.uuid());
        if id != 0 {
            event = event.int(10, id);
        }
        let cleared = if first { INCREMENTAL_STATE_CLEARED } else { 0 };
        let mut body = Message::default()
            .int(8, self.started_ns + at.0)
            .int(13, NEEDS_INCREMENTAL_STATE | cleared)
            .message(11, &event);
        if let Some(new) = new {
            body = body.message(12, &new);
        }
        packet(body, self.to)
    }

    /// The name's id, and what defines it if it is new.
    fn intern(&mut self, name: &str) -> (u64, Option<Message>) {
        if let Some(id) = self.names.get(name) {
            return (*id, None);
        }
        let id = self.names.len() as u64 + 1;
        self.names.insert(name.to_owned(), id);
        let entry = Message::default().int(1, id).text(2, name);
        (id, Some(Message::default().message(2, &entry)))
    }
}
