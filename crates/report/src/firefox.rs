//! `export -f firefox`: a processed profile for profiler.firefox.com, with the
//! GIL as markers
//! (<https://github.com/firefox-devtools/profiler/blob/main/docs-developer/gecko-profile-format.md>;
//! the older Gecko format, version 24, whose frames are location strings).

use std::collections::HashMap;
use std::io::{self, Write};

use keelback_analysis::Chart;
use keelback_analysis::chart::{StateSlice, What};
use keelback_trace::{Dictionary, StackId, ThreadId};
use serde_json::{Value, json};

/// Writes the samples and the states.
///
/// # Errors
/// What `to` says.
pub fn write(chart: &Chart, known: &Dictionary, to: &mut dyn Write) -> io::Result<()> {
    let all = (0..chart.threads.len()).map(|index| ThreadId(index as u32));
    let seen = |it: &ThreadId| !chart.states[it.index()].is_empty();
    let threads: Vec<Value> = all
        .filter(seen)
        .map(|it| thread(chart, known, it))
        .collect();
    let file = json!({
        "meta": {
            "version": 24,
            "startTime": chart.started_unix_ns as f64 / 1e6,
            "interval": chart.sample_period_ns as f64 / 1e6,
            "product": chart.command,
            "processType": 0,
            "stackwalk": 1,
            "debug": 0,
            "gcpoison": 0,
            "asyncstack": 0,
            "presymbolicated": true,
            "categories": categories(),
            "markerSchema": [],
        },
        "libs": [],
        "pausedRanges": [],
        "processes": [],
        "threads": threads,
    });
    serde_json::to_writer(&mut *to, &file)?;
    writeln!(to)
}

fn categories() -> Value {
    json!([
        {"name": "Other", "color": "grey", "subcategories": ["Other"]},
        {"name": "With the GIL", "color": "green", "subcategories": ["Other"]},
        {"name": "Waiting", "color": "red", "subcategories": ["Other"]},
    ])
}

fn thread(chart: &Chart, known: &Dictionary, id: ThreadId) -> Value {
    let it = &chart.threads[id.index()];
    let process = chart.processes.get(it.process.index());
    let mut tables = Tables::default();
    let samples = chart.samples.iter().filter(|sample| sample.thread == id);
    let samples: Vec<Value> = samples
        .map(|sample| {
            let stack = tables.stack(known, sample.stack, usize::from(sample.with_gil));
            json!([stack, sample.at.0 as f64 / 1e6, 0])
        })
        .collect();
    let states = chart.states[id.index()].iter();
    let markers: Vec<Value> = states.filter_map(|state| tables.marker(state)).collect();
    let main = process.is_some_and(|process| process.pid == it.tid);
    json!({
        "name": if main { "GeckoMain".to_owned() } else { it.name.clone() },
        "processName": process.map(|it| &it.command),
        "registerTime": 0,
        "unregisterTime": null,
        "processType": "default",
        "pid": process.map_or(0, |it| it.pid),
        "tid": it.tid,
        "samples": {"schema": {"stack": 0, "time": 1, "eventDelay": 2}, "data": samples},
        "markers": {
            "schema": {"name": 0, "startTime": 1, "endTime": 2, "phase": 3, "category": 4, "data": 5},
            "data": markers,
        },
        "stackTable": {"schema": {"prefix": 0, "frame": 1}, "data": tables.stacks},
        "frameTable": {
            "schema": {"location": 0, "relevantForJS": 1, "innerWindowID": 2, "implementation": 3, "line": 4, "column": 5, "category": 6, "subcategory": 7},
            "data": tables.frames,
        },
        "stringTable": tables.strings,
    })
}

/// One thread's interned tables.
#[derive(Default)]
struct Tables {
    strings: Vec<String>,
    string_ids: HashMap<String, usize>,
    frames: Vec<Value>,
    frame_ids: HashMap<(usize, usize), usize>,
    stacks: Vec<Value>,
    stack_ids: HashMap<(Option<usize>, usize), usize>,
}

impl Tables {
    fn string(&mut self, text: String) -> usize {
        let next = self.strings.len();
        *self.string_ids.entry(text.clone()).or_insert_with(|| {
            self.strings.push(text);
            next
        })
    }

    fn stack(&mut self, known: &Dictionary, stack: StackId, category: usize) -> Option<usize> {
        let mut frames: Vec<_> = known.frames_of(stack).collect();
        frames.reverse();
        let mut prefix = None;
        for frame in frames {
            let location = self.string(known.frame_label(frame));
            let frame = self.frame(location, category);
            let next = self.stacks.len();
            let id = *self.stack_ids.entry((prefix, frame)).or_insert(next);
            if id == next {
                self.stacks.push(json!([prefix, frame]));
            }
            prefix = Some(id);
        }
        prefix
    }

    fn frame(&mut self, location: usize, category: usize) -> usize {
        let next = self.frames.len();
        let id = *self.frame_ids.entry((location, category)).or_insert(next);
        if id == next {
            let row = json!([location, false, null, null, null, null, category, 0]);
            self.frames.push(row);
        }
        id
    }

    /// Running is told by the samples; what is between is a marker.
    fn marker(&mut self, state: &StateSlice) -> Option<Value> {
        if matches!(state.what, What::Running | What::WithGil) {
            return None;
        }
        let name = self.string(state.what.label());
        let ms = |ns: u64| ns as f64 / 1e6;
        Some(json!([name, ms(state.from.0), ms(state.to.0), 1, 2, null]))
    }
}
