//! Something that matters was not recorded.

use super::case::Case;
use super::{Fact, Finding, Severity};
use crate::facts::LossFact;
use crate::part::Part;
use crate::words::{self, duration, percent};

/// Time without evidence is worth a finding from this share on. A little is
/// usual: kernels under load leave a switch out of the tracepoint now and then.
const MIN_UNSEEN: f64 = 0.05;

/// A full ring leaves totals exact and lines unknown; worth a finding from this
/// share of all calls on.
const MIN_TALLIED: f64 = 0.01;

/// Losses that make a report wrong or short, not just less deep.
const SERIOUS: [&str; 3] = ["map_full", "record_malformed", "rows_torn"];

pub(super) fn check(case: &Case) -> Option<Finding> {
    let unseen_ns = case.total.of(Part::Unseen);
    let unseen = words::share(unseen_ns, case.total.wall_ns);
    let losses = case.facts.losses.iter();
    let worst = losses
        .filter(|loss| SERIOUS.contains(&loss.name) || many_tallied(case, loss))
        .max_by_key(|loss| loss.count);
    if worst.is_none() && unseen < MIN_UNSEEN {
        return None;
    }
    let first = worst.map_or(String::new(), |loss| {
        format!(
            "{} {}: {} ",
            words::grouped(loss.count),
            loss.name,
            loss.meaning
        )
    });
    let dark = match unseen_ns {
        0 => String::new(),
        ns => format!(
            "{} of thread time ({}) cannot be told.",
            duration(ns),
            percent(unseen)
        ),
    };
    Some(Finding {
        id: "losses",
        severity: match unseen >= MIN_UNSEEN {
            true => Severity::Serious,
            false => Severity::Warning,
        },
        text: format!("{first}{dark}").trim_end().to_owned(),
        evidence: vec![
            Fact::text("loss", worst.map_or("", |loss| loss.name)),
            Fact::count("count", worst.map_or(0, |loss| loss.count)),
            Fact::nanos("unseen_ns", unseen_ns),
        ],
        next: match case.facts.every_call() {
            true => case.again("--mode wait"),
            false => String::new(),
        },
        size_ns: unseen_ns,
    })
}

fn many_tallied(case: &Case, loss: &LossFact) -> bool {
    let total = &case.syscalls.total;
    loss.name == "ring_full" && words::share(total.tallied, total.count) >= MIN_TALLIED
}
