//! A comparison as JSON: the contract for scripts.

use keelback_bench::decide::{Decision, Effect, Power};
use keelback_bench::layout::{Lesson, Moral};
use keelback_bench::session::{Beside, Comparison, End, Outcome, SelfCheck};
use serde_json::{Value, json};

use crate::bench_words::{key, word};

/// The version of the format.
const VERSION: u32 = 1;

/// The results with every observation behind them.
///
/// Times are integer nanoseconds. `ratio`, `low` and `high` are B / A; an
/// interval that has no end is `null` there.
pub fn document(outcome: &Outcome) -> Value {
    json!({
        "version": VERSION,
        "comparisons": outcome.summary.comparisons.iter().map(comparison).collect::<Vec<_>>(),
        "overall": outcome.summary.overall.iter().map(|(side, overall)| {
            let mut entry = ratio(Some(&overall.effect));
            entry["b"] = json!(side);
            entry["kernels"] = json!(overall.kernels);
            entry
        }).collect::<Vec<_>>(),
        "lessons": Lesson::all(&outcome.summary).map(|it| lesson(&it)).collect::<Vec<_>>(),
        "aa": self_check(outcome),
        "instructions": outcome.instructions,
        "rule": {
            "looks": outcome.rule.looks.sizes(),
            "error": outcome.rule.error,
            "delta": outcome.rule.delta,
        },
        "end": end(&outcome.end),
        "placement": outcome.placement,
        "machine": outcome.machine,
        "warnings": outcome.warnings,
        "recording": outcome.recording,
    })
}

fn comparison(comparison: &Comparison) -> Value {
    let Decision {
        verdict,
        effect,
        pairs,
        more_pairs,
    } = &comparison.decision;
    let mut entry = ratio(effect.as_ref());
    let rest = json!({
        "kernel": comparison.kernel,
        "a": comparison.a,
        "b": comparison.b,
        "metric": key(comparison.metric.metric),
        "verdict": word(*verdict),
        "pairs": comparison.pairs,
        "decided_after": pairs,
        "more_pairs": more_pairs,
        "layout_sd": comparison.layout_sd.map(|(a, b)| json!({"a": a, "b": b})),
        "median_a": comparison.medians.0 as u64,
        "median_b": comparison.medians.1 as u64,
        "busy": comparison.metric.busy,
        "asleep": comparison.metric.asleep,
        "beside": comparison.beside.iter().map(beside).collect::<Vec<_>>(),
    });
    merge(&mut entry, rest);
    entry
}

/// What the stock builds and their layouts say together.
fn lesson(lesson: &Lesson) -> Value {
    let moral = match lesson.moral {
        Moral::Agree => "agree",
        Moral::Luck => "luck",
        Moral::Unconfirmed => "unconfirmed",
        Moral::Reversed => "reversed",
        Moral::Hidden => "hidden",
    };
    json!({
        "stock": lesson.stock.kernel,
        "average": lesson.average.kernel,
        "b": lesson.average.b,
        "moral": moral,
        "smaller_than_layouts": lesson.is_within_layouts(),
    })
}

fn beside(beside: &Beside) -> Value {
    let mut entry = ratio(Some(&beside.effect));
    let rest = json!({
        "metric": key(beside.metric),
        "median_a": beside.medians.0 as u64,
        "median_b": beside.medians.1 as u64,
    });
    merge(&mut entry, rest);
    entry
}

fn ratio(effect: Option<&Effect>) -> Value {
    let end = |of: fn(&Effect) -> f64| effect.map(of).filter(|log| log.is_finite()).map(f64::exp);
    json!({
        "ratio": end(|effect| effect.log_ratio),
        "low": end(|effect| effect.low),
        "high": end(|effect| effect.high),
    })
}

/// Of a session of something with itself, all comparisons; of another, its
/// third arm.
fn self_check(outcome: &Outcome) -> Value {
    let comparisons = &outcome.summary.comparisons;
    if !outcome.power.is_empty() {
        let changed = comparisons
            .iter()
            .filter(|comparison| comparison.decision.verdict.changed());
        return json!({
            "changed": changed.count(),
            "of": comparisons.len(),
            "kernels": outcome.power.iter().map(power).collect::<Vec<_>>(),
        });
    }
    let check = outcome.summary.self_check.as_ref();
    json!({
        "changed": usize::from(outcome.summary.is_void()),
        "of": usize::from(check.is_some_and(SelfCheck::can_tell)),
        "pairs": check.map_or(0, |check| check.pairs),
    })
}

fn power((kernel, power): &(String, Power)) -> Value {
    json!({ "kernel": kernel, "wrong": power.wrong, "smallest": power.smallest })
}

fn end(end: &End) -> Value {
    match end {
        End::Decided => json!("decided"),
        End::OutOfPairs => json!("out_of_pairs"),
        End::Interrupted => json!("interrupted"),
        End::Failed(error) => json!({ "failed": error.to_string() }),
    }
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
