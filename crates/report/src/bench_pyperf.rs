//! One side of a session in the format of pyperf (version 1.0), which its
//! `stats`, `hist` and `compare_to` read.

use keelback_bench::run::Observation;
use keelback_bench::session::{Arm, Outcome};
use serde_json::{Value, json};

/// One benchmark per kernel, one run per process, values in seconds per loop.
pub fn document(outcome: &Outcome, side: usize) -> Value {
    let recording = &outcome.recording;
    let benchmarks: Vec<Value> = recording
        .kernels
        .iter()
        .map(|kernel| {
            let runs = kernel
                .rounds
                .iter()
                .filter_map(|round| round.of(Arm::Side(side)));
            json!({
                "metadata": { "name": kernel.name, "unit": "second" },
                "runs": runs.map(run).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "version": "1.0",
        "metadata": { "side": recording.sides[side], "measured_by": "keelback bench" },
        "benchmarks": benchmarks,
    })
}

fn run(observation: &Observation) -> Value {
    let loops = observation.loops.max(1);
    let per_loop = |ns: u64| ns as f64 / 1e9 / loops as f64;
    let mut values: Vec<f64> = observation
        .values
        .iter()
        .map(|value| per_loop(value.wall_ns))
        .collect();
    if values.is_empty() {
        values.push(per_loop(observation.wall_ns));
    }
    json!({
        "metadata": { "loops": loops, "mem_max_rss": observation.max_rss_bytes },
        "values": values,
    })
}
