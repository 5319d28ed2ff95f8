//! A replay as JSON.

use keelback_analysis::Facts;
use keelback_replay::{Cold, Difference, Even, LookUps, Measured, Replay};
use serde_json::{Value, json};

use super::{document, list};

/// A replay.
pub fn replay(replay: &Replay, facts: &Facts) -> Value {
    let body = json!({
        "startup_ns": replay.startup_ns,
        "rounds": replay.rounds,
        "caches": caches(replay.cold),
        "calls": replay.calls,
        "files": replay.files.0,
        "bytes": replay.files.1,
        "refused": replay.refused,
        "without_opcode": replay.without_opcode,
        "punted": replay.punted,
        "prepared_share": replay.prepared,
        "differences": list(&replay.differences, difference),
        "modes": list(&replay.modes, mode),
        "look_ups": replay.look_ups.as_ref().map(look_ups),
        "verdict": replay.verdict,
    });
    document(facts, &[], body)
}

/// `warm`, or how caches were emptied.
fn caches(cold: Cold) -> &'static str {
    match cold {
        Cold::Warm => "warm",
        Cold::DropCaches => "drop_caches",
        Cold::Fadvise => "fadvise",
    }
}

fn mode(it: &Measured) -> Value {
    json!({
        "name": it.mode.name(),
        "median_ns": it.median_ns,
        "low_ns": it.low_ns,
        "high_ns": it.high_ns,
        "cpu_ns": it.cpu_ns,
        "ratio": it.ratio,
        "cpu_ratio": it.cpu_ratio,
        "ratio_to": it.mode.base().name(),
        "enters": it.enters,
        "refused": it.refused,
    })
}

/// From `faster_from_ns` on io_uring takes less wall time; null where it does
/// not even where a look-up takes `tried_ns`.
fn look_ups(it: &LookUps) -> Value {
    let (from, tried) = match it.even {
        Even::Now => (Some(it.plain_ns), None),
        Even::At(ns) => (Some(ns), None),
        Even::Beyond(ns) => (None, Some(ns)),
    };
    json!({
        "count": it.count,
        "plain_ns": it.plain_ns,
        "io_uring_ns": it.ring_ns,
        "faster": it.even == Even::Now,
        "faster_from_ns": from,
        "tried_ns": tried,
    })
}

fn difference(it: &Difference) -> Value {
    json!({ "what": it.what, "recorded": it.recorded, "now": it.now })
}
