//! `export --combine FILE`: a picture under VizTracer's function slices.
//!
//! VizTracer's times are microseconds of `CLOCK_MONOTONIC`, as are those of
//! [`crate::chrome`], so both go onto one time line as they are.

use std::io::{self, Read, Write};

use keelback_analysis::Chart;
use keelback_trace::Dictionary;
use serde_json::Value;

use crate::chrome;

/// Why a recording and a VizTracer file do not go together.
#[derive(Debug, thiserror::Error)]
pub enum CombineError {
    /// It is something else.
    #[error("it is no VizTracer file: {0}")]
    NotViztracer(String),
    /// Its times are outside of the recording.
    #[error("it is from another run: none of its events lies in the recording's time")]
    AnotherRun,
    /// It cannot be read, or the output takes no more.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes VizTracer's file with the picture's events added.
///
/// # Errors
/// See [`CombineError`].
pub fn combine(
    viztracer: &mut dyn Read,
    chart: &Chart,
    known: &Dictionary,
    to: &mut dyn Write,
) -> Result<(), CombineError> {
    let read = serde_json::from_reader(io::BufReader::new(viztracer));
    let mut file: Value = read.map_err(|error| CombineError::NotViztracer(error.to_string()))?;
    let events = file.get_mut("traceEvents").and_then(Value::as_array_mut);
    let events = events.ok_or_else(|| CombineError::NotViztracer("no traceEvents".into()))?;
    if !events.iter().any(|event| is_within(event, chart)) {
        return Err(CombineError::AnotherRun);
    }
    chrome::events(chart, known, &mut |event| {
        events.push(event);
        Ok(())
    })?;
    serde_json::to_writer(&mut *to, &file).map_err(io::Error::from)?;
    Ok(writeln!(to)?)
}

fn is_within(event: &Value, chart: &Chart) -> bool {
    let start = chart.started_monotonic_ns as f64 / 1e3;
    let end = start + chart.end.0 as f64 / 1e3;
    event["ts"]
        .as_f64()
        .is_some_and(|at| (start..=end).contains(&at))
}
