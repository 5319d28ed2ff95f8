//! pyperf's format 1.0 (doc/api.rst and pyperf/_bench.py of pyperf 2.10).

use serde_json::Value;

use super::{History, Series};

pub(super) fn series(document: &Value) -> Option<History> {
    let common = document.pointer("/metadata/name").and_then(Value::as_str);
    let benchmarks = document.get("benchmarks")?.as_array()?;
    let series = benchmarks
        .iter()
        .map(|benchmark| {
            let own = benchmark.pointer("/metadata/name").and_then(Value::as_str);
            let runs = benchmark.get("runs")?.as_array()?;
            Some(Series {
                name: own.or(common).unwrap_or("benchmark").to_owned(),
                seconds: runs.iter().filter_map(process).collect(),
            })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(History {
        format: "pyperf 1.0",
        series,
    })
}

/// A process counts as its best value; one that only calibrated has none.
fn process(run: &Value) -> Option<f64> {
    let values = run.get("values")?.as_array()?;
    values
        .iter()
        .filter_map(Value::as_f64)
        .min_by(f64::total_cmp)
}
