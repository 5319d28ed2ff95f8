//! A session in the formats of `hyperfine --export-json`: schema 1, of versions
//! before 2.0, and schema 2 (CHANGELOG.md and src/export/json.rs of hyperfine
//! 2.0.0).
//!
//! Scripts that plot or compare hyperfine's files can be pointed at ours; what
//! they cannot know is that the runs were interleaved.

use keelback_bench::run::Observation;
use keelback_bench::session::{Arm, Outcome};
use serde_json::{Map, Value, json};

/// One result per side (and per kernel, if there are several), times in seconds.
pub fn document(outcome: &Outcome) -> Value {
    let results = commands(outcome).into_iter();
    json!({ "results": results.map(|(name, runs)| result(&name, &runs)).collect::<Vec<_>>() })
}

/// The same in schema 2.
pub fn document_2(outcome: &Outcome) -> Value {
    let results = commands(outcome).into_iter();
    json!({
        "schema_version": 2,
        "primary_metric": "time_wall_clock",
        "metadata": { "measured_by": concat!("keelback bench ", env!("CARGO_PKG_VERSION")) },
        "results": results.map(|(name, runs)| result_2(&name, &runs)).collect::<Vec<_>>(),
    })
}

/// The runs of each side and kernel, by a name.
fn commands(outcome: &Outcome) -> Vec<(String, Vec<&Observation>)> {
    let recording = &outcome.recording;
    let kernels = recording.kernels.iter();
    kernels
        .flat_map(|kernel| {
            let sides = recording.sides.iter().enumerate();
            sides.map(move |(side, name)| {
                let command = match kernel.name.as_str() {
                    "command" => name.clone(),
                    kernel => format!("{kernel} {name}"),
                };
                let rounds = kernel.rounds.iter();
                let runs = rounds.filter_map(|round| round.of(Arm::Side(side)));
                (command, runs.collect())
            })
        })
        .collect()
}

/// What schema 2 has of each run: its key, its figure, its unit.
type Metric = (&'static str, fn(&Observation) -> f64, &'static str);

const METRICS: [Metric; 5] = [
    ("time_wall_clock", |run| run.wall_ns as f64 / 1e9, "second"),
    ("time_cpu", |run| run.cpu_ns() as f64 / 1e9, "second"),
    ("time_user", |run| run.user_ns as f64 / 1e9, "second"),
    ("time_system", |run| run.system_ns as f64 / 1e9, "second"),
    (
        "memory_peak_resident",
        |run| run.max_rss_bytes as f64,
        "byte",
    ),
];

fn result_2(command: &str, runs: &[&Observation]) -> Value {
    let summary = METRICS.iter().map(|(key, of, unit)| {
        let values: Vec<f64> = runs.iter().map(|run| of(run)).collect();
        ((*key).to_owned(), summary(&values, unit))
    });
    json!({
        "command": command,
        "measurements": runs.iter().map(|run| measurement(run)).collect::<Vec<_>>(),
        "summary": if runs.is_empty() { Map::new() } else { summary.collect() },
    })
}

fn measurement(run: &Observation) -> Value {
    let metrics = METRICS
        .iter()
        .map(|(key, of, unit)| ((*key).to_owned(), json!({ "value": of(run), "unit": unit })));
    let mut measurement: Map<String, Value> = metrics.collect();
    measurement.insert("exit_code".into(), json!(run.exit_code));
    Value::Object(measurement)
}

fn summary(values: &[f64], unit: &str) -> Value {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    json!({
        "unit": unit,
        "count": values.len(),
        "mean": mean(values),
        "stddev": deviation(values),
        "median": sorted.get(sorted.len() / 2),
        "min": sorted.first(),
        "max": sorted.last(),
    })
}

fn result(command: &str, runs: &[&Observation]) -> Value {
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
        "exit_codes": runs.iter().map(|run| run.exit_code).collect::<Vec<_>>(),
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
