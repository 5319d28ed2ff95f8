//! `export -f speedscope`: a sampled profile for each thread, on one clock
//! (<https://www.speedscope.app/file-format-schema.json>).

use std::io::{self, Write};

use keelback_analysis::Chart;
use keelback_trace::define::Frame;
use keelback_trace::{CodeId, Dictionary, StackId, ThreadId};
use serde_json::{Value, json};

/// Writes the samples.
///
/// # Errors
/// What `to` says.
pub fn write(chart: &Chart, known: &Dictionary, to: &mut dyn Write) -> io::Result<()> {
    let threads = (0..chart.threads.len()).map(|index| ThreadId(index as u32));
    let profiles: Vec<Value> = threads.filter_map(|it| profile(chart, known, it)).collect();
    let frames: Vec<Value> = known.codes.iter().map(|code| {
        json!({"name": known.text(code.name), "file": known.text(code.file), "line": code.first_line})
    }).collect();
    let file = json!({
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "exporter": "keelback",
        "name": chart.command,
        "shared": { "frames": frames },
        "profiles": profiles,
    });
    serde_json::to_writer(&mut *to, &file)?;
    writeln!(to)
}

fn profile(chart: &Chart, known: &Dictionary, thread: ThreadId) -> Option<Value> {
    let mut samples = Vec::new();
    for it in chart.samples.iter().filter(|it| it.thread == thread) {
        samples.push(codes(known, it.stack));
    }
    let weights = vec![chart.sample_period_ns; samples.len()];
    let end = chart.sample_period_ns * samples.len() as u64;
    (!samples.is_empty()).then(|| {
        json!({
            "type": "sampled",
            "name": crate::names::thread(chart, thread),
            "unit": "nanoseconds",
            "startValue": 0,
            "endValue": end,
            "samples": samples,
            "weights": weights,
        })
    })
}

/// Outermost first; frames are told by their code, as the schema's `line` is a
/// function's.
fn codes(known: &Dictionary, stack: StackId) -> Vec<usize> {
    let defined = |code: CodeId| code.index() < known.codes.len();
    let frames = known.frames_of(stack).map(|frame: Frame| frame.code);
    let mut codes: Vec<_> = frames
        .filter(|it| defined(*it))
        .map(CodeId::index)
        .collect();
    codes.reverse();
    codes
}
