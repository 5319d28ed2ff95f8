//! `export -f chrome`: the Trace Event Format of chrome://tracing, which
//! VizTracer writes too. Times are microseconds of `CLOCK_MONOTONIC`.

use std::io::{self, Write};

use keelback_analysis::Chart;
use keelback_trace::{Dictionary, Nanos, ThreadId};
use serde_json::{Value, json};

use crate::names;

/// Writes the picture.
///
/// # Errors
/// What `to` says.
pub fn write(chart: &Chart, known: &Dictionary, to: &mut dyn Write) -> io::Result<()> {
    write!(to, "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
    let mut first = true;
    events(chart, known, &mut |event| {
        let comma = if first { "\n" } else { ",\n" };
        first = false;
        write!(to, "{comma}{event}")
    })?;
    writeln!(to, "\n]}}")
}

/// All events, one after the other.
pub(crate) fn events(
    chart: &Chart,
    known: &Dictionary,
    put: &mut dyn FnMut(Value) -> io::Result<()>,
) -> io::Result<()> {
    let at = |at: Nanos| (chart.started_monotonic_ns + at.0) as f64 / 1e3;
    let slice = |name: String, pid: u32, tid: u64, from: Nanos, to: Nanos| {
        let dur = to.since(from).0 as f64 / 1e3;
        json!({"ph": "X", "cat": "keelback", "name": name, "pid": pid, "tid": tid, "ts": at(from), "dur": dur})
    };
    for (index, thread) in chart.threads.iter().enumerate() {
        let pid = chart
            .processes
            .get(thread.process.index())
            .map_or(0, |it| it.pid);
        let id = ThreadId(index as u32);
        let (own, python) = (lane(chart, id, 0), lane(chart, id, 1));
        let (states, stacks) = (&chart.states[index], &chart.stacks[index]);
        put(named(pid, own, format!("{} {}", thread.name, thread.tid)))?;
        for it in states {
            put(slice(it.what.label(), pid, own, it.from, it.to))?;
        }
        if !stacks.is_empty() {
            put(named(
                pid,
                python,
                format!("{} {}: Python", thread.name, thread.tid),
            ))?;
        }
        for it in stacks {
            put(slice(
                names::code(known, it.code),
                pid,
                python,
                it.from,
                it.to,
            ))?;
        }
    }
    for (process, owners) in chart.processes.iter().zip(&chart.owners) {
        if !owners.is_empty() {
            put(named(process.pid, GIL, "GIL".into()))?;
        }
        for it in owners {
            put(slice(
                names::thread(chart, it.thread),
                process.pid,
                GIL,
                it.from,
                it.to,
            ))?;
        }
    }
    for (id, flow) in chart.flows.iter().enumerate() {
        for (ph, thread, when) in [("s", flow.from, flow.from_at), ("f", flow.to, flow.to_at)] {
            let Some(it) = chart.threads.get(thread.index()) else {
                continue;
            };
            let pid = chart
                .processes
                .get(it.process.index())
                .map_or(0, |it| it.pid);
            put(
                json!({"ph": ph, "bp": "e", "cat": "keelback", "name": "GIL", "id": id, "pid": pid, "tid": lane(chart, thread, 0), "ts": at(when)}),
            )?;
        }
    }
    for it in &chart.counters {
        let pid = chart
            .processes
            .get(it.process.index())
            .map_or(0, |it| it.pid);
        put(
            json!({"ph": "C", "name": it.kind.label(), "pid": pid, "ts": at(it.at), "args": {"value": it.value}}),
        )?;
    }
    Ok(())
}

/// The lane of a process's GIL: above every thread's.
const GIL: u64 = 1 << 40;

/// Lanes of their own, far from real tids: VizTracer's slices are on those, and
/// slices of one lane must nest.
fn lane(chart: &Chart, thread: ThreadId, kind: u64) -> u64 {
    let tid = chart.threads.get(thread.index()).map_or(0, |it| it.tid);
    GIL + 10 * u64::from(tid) + 1 + kind
}

fn named(pid: u32, tid: u64, name: String) -> Value {
    json!({"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": name}})
}
