//! hyperfine's formats: `times` of version 1, `measurements` of version 2
//! (src/benchmark/benchmark_result.rs of hyperfine 1.20 and 2.0.0).

use serde_json::Value;

use super::{History, Series};

pub(super) fn series(document: &Value) -> Option<History> {
    let results = document.get("results")?.as_array()?;
    let second = document.get("schema_version").and_then(Value::as_u64) == Some(2);
    let series = results
        .iter()
        .map(|result| {
            let name = result
                .get("name")
                .or_else(|| result.get("command"))?
                .as_str()?;
            let seconds = if second {
                measurements(result)?
            } else {
                times(result)?
            };
            Some(Series {
                name: name.to_owned(),
                seconds,
            })
        })
        .collect::<Option<Vec<_>>>()?;
    let format = if second { "hyperfine 2" } else { "hyperfine 1" };
    Some(History { format, series })
}

fn times(result: &Value) -> Option<Vec<f64>> {
    let times = result.get("times")?.as_array()?;
    times.iter().map(Value::as_f64).collect()
}

fn measurements(result: &Value) -> Option<Vec<f64>> {
    let measurements = result.get("measurements")?.as_array()?;
    measurements
        .iter()
        .map(|measurement| measurement.pointer("/time_wall_clock/value")?.as_f64())
        .collect()
}
