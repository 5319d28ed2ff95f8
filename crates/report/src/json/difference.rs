//! What two recorded runs do differently, as JSON.

use keelback_analysis::difference::{Difference, Part, Row};
use serde_json::{Value, json};

use super::list;

/// An entry of `explain[]` in `bench --json`: counts, or nanoseconds where the
/// key ends in `_ns`, in A, in B, and in A again.
pub fn difference(difference: &Difference, kernel: &str, (a, b): (&str, &str)) -> Value {
    json!({
        "kernel": kernel,
        "a": a,
        "b": b,
        "lost": difference.lost,
        "rows": list(&difference.rows, row),
    })
}

fn row(row: &Row) -> Value {
    json!({
        "subject": row.subject.key(),
        "a": row.counts[0],
        "b": row.counts[1],
        "again": row.counts[2],
        "differs": row.differs,
        "parts": list(&row.parts, part),
    })
}

fn part(part: &Part) -> Value {
    json!({
        "name": part.name,
        "a": part.counts[0],
        "b": part.counts[1],
        "again": part.counts[2],
    })
}
