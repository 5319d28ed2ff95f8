//! The file of `keelback bench --json`.

use serde::Deserialize;
use serde_json::Value;

use super::{History, Series};
use crate::run::Metric;
use crate::session::{Arm, Recording};

pub(super) fn series(document: &Value) -> Option<History> {
    let recording = Recording::deserialize(document.get("recording")?).ok()?;
    let series = recording
        .kernels
        .iter()
        .flat_map(|kernel| {
            recording
                .sides
                .iter()
                .enumerate()
                .map(|(side, name)| Series {
                    name: match kernel.name.as_str() {
                        "command" => name.clone(),
                        kernel => format!("{kernel} {name}"),
                    },
                    seconds: kernel
                        .rounds
                        .iter()
                        .filter_map(|round| round.of(Arm::Side(side)))
                        .map(|run| Metric::Wall.of(run) / 1e9 / run.loops.max(1) as f64)
                        .collect(),
                })
        })
        .collect();
    Some(History {
        format: "keelback 1",
        series,
    })
}
