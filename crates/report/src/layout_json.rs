//! How sensitive builds are to layout, as JSON: the contract for scripts.

use keelback_bench::layout::hot::Difference;
use keelback_bench::layout::{Answer, Hot, Sensitivity, Spread};
use keelback_bench::session::End;
use serde_json::{Value, json};

use crate::bench_words::key;

/// The version of the format.
const VERSION: u32 = 1;

/// The results with every observation behind them. `sd` and `noise_sd` are
/// standard deviations of log times; a link's `ratio` is against the program as
/// built.
pub fn document(answer: &Answer) -> Value {
    let results = answer.sensitivities.iter().map(sensitivity);
    json!({
        "version": VERSION,
        "metric": key(answer.metric.metric),
        "rounds": answer.size.rounds,
        "void": answer.is_void(),
        "results": results.collect::<Vec<_>>(),
        "hot": answer.hot.iter().map(hot).collect::<Vec<_>>(),
        "end": end(&answer.end),
        "warnings": answer.warnings,
        "measured": answer.measured,
    })
}

fn sensitivity(sensitivity: &Sensitivity) -> Value {
    let families = sensitivity.families.iter().map(spread);
    json!({
        "kernel": sensitivity.kernel,
        "build": sensitivity.build,
        "noise_sd": sensitivity.noise_sd,
        "families": families.collect::<Vec<_>>(),
    })
}

fn spread(spread: &Spread) -> Value {
    let links = spread
        .links
        .iter()
        .map(|(number, log)| json!({ "number": number, "ratio": log.exp() }));
    json!({
        "family": spread.family,
        "sd": spread.sd,
        "p_value": spread.p_value,
        "moves": spread.moves(),
        "links": links.collect::<Vec<_>>(),
    })
}

/// Shares and differences are of the faster link's user time.
fn hot(hot: &Hot) -> Value {
    let functions = hot.functions.iter().map(|function| {
        json!({
            "name": function.name,
            "share": function.share,
            "change": difference(&function.change),
            "addresses": function.places.map(|(fast, slow)| [fast, slow]),
        })
    });
    json!({
        "kernel": hot.kernel,
        "build": hot.build,
        "fastest": hot.links.0.number,
        "slowest": hot.links.1.number,
        "samples": hot.samples,
        "lost": hot.lost,
        "change": difference(&hot.all),
        "functions": functions.collect::<Vec<_>>(),
    })
}

/// An interval that has no end is `null` there.
fn difference(difference: &Difference) -> Value {
    let finite = |end: f64| end.is_finite().then_some(end);
    json!({
        "difference": difference.center,
        "low": finite(difference.low),
        "high": finite(difference.high),
    })
}

fn end(end: &End) -> Value {
    match end {
        End::Decided | End::OutOfPairs => json!("complete"),
        End::Interrupted => json!("interrupted"),
        End::Failed(error) => json!({ "failed": error.to_string() }),
    }
}
