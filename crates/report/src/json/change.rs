//! Two start-ups as JSON.

use keelback_analysis::startup::{Change, ChangeRow};
use serde_json::{Value, json};

use super::{VERSION, list};

/// Two start-ups, side by side: pairs are before and after.
pub fn change(change: &Change) -> Value {
    json!({
        "version": VERSION,
        "commands": [change.commands.0, change.commands.1],
        "untraced_wall_ns": [change.wall_ns.0, change.wall_ns.1],
        "calls": [change.calls.0, change.calls.1],
        "faults": [change.faults.0, change.faults.1],
        "phases": list(&change.phases, row),
        "purposes": list(&change.purposes, row),
        "modules": list(&change.modules, row),
    })
}

fn row(row: &ChangeRow) -> Value {
    json!({
        "name": row.name,
        "time_ns": [row.ns.0, row.ns.1],
        "calls": [row.calls.0, row.calls.1],
    })
}
