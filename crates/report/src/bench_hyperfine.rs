//! A session in the format of `hyperfine --export-json`, schema 1.
//!
//! Scripts that plot or compare hyperfine's files can be pointed at ours; what
//! they cannot know is that the runs were interleaved.

use keelback_bench::run::Observation;
use keelback_bench::session::{Arm, Outcome};
use serde_json::{Value, json};

/// One result per side (and per kernel, if there are several), times in seconds.
pub fn document(outcome: &Outcome) -> Value {
    let recording = &outcome.recording;
    let results: Vec<Value> = recording
        .kernels
        .iter()
        .flat_map(|kernel| {
            recording.sides.iter().enumerate().map(|(side, name)| {
                let command = match kernel.name.as_str() {
                    "command" => name.clone(),
                    kernel => format!("{kernel} {name}"),
                };
                let arm = Arm::Side(side);
                let runs = kernel
                    .rounds
                    .iter()
                    .filter_map(|round| round.of(arm))
                    .collect();
                result(&command, runs)
            })
        })
        .collect();
    json!({ "results": results })
}

fn result(command: &str, runs: Vec<&Observation>) -> Value {
    let seconds = |of: fn(&Observation) -> u64| -> Vec<f64> {
        runs.iter().map(|run| of(run) as f64 / 1e9).collect()
    };
    let times = seconds(|run| run.wall_ns);
    let mut sorted = times.clone();
    sorted.sort_by(f64::total_cmp);
    json!({
        "command": command,
        "mean": mean(&times),
        "stddev": deviation(&times),
        "median": sorted.get(sorted.len() / 2),
        "user": mean(&seconds(|run| run.user_ns)),
        "system": mean(&seconds(|run| run.system_ns)),
        "min": sorted.first(),
        "max": sorted.last(),
        "memory_usage_byte": runs.iter().map(|run| run.max_rss_bytes).collect::<Vec<_>>(),
        "exit_codes": vec![0; times.len()],
        "times": times,
    })
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The sample's standard deviation; `None` below two values.
fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}
