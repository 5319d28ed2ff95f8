//! `keelback startup`: what a start is made of.

use std::ffi::OsString;
use std::path::Path;

use keelback_analysis as analysis;
use keelback_record::Target;
use keelback_trace::provenance::Untraced;

use super::subject::{open, reading};
use crate::args::{Recording, Startup};
use crate::exit::Ending;
use crate::last::{or_last, remember};
use crate::recording::{Made, Place, Plan, make};
use crate::render::{Form, render_change, render_startup};
use crate::script;
use crate::ui::{Destination, Failure, fail};
use crate::untraced;

pub(super) fn startup(args: Startup) -> Result<Ending, Failure> {
    if let [before, after] = &args.compare[..] {
        return compare(before, after, &args);
    }
    if args.command.is_empty() {
        let trace = open(&or_last(args.trace.clone())?)?;
        let report = reading(&trace, |trace| analysis::startup(trace, &[]))?;
        tell(&report, &args, false)?;
        return within(&report, &args).map(|()| Ending::SUCCESS);
    }
    let words = script::command(args.command.clone())?;
    let (made, later) = record(&args, words)?;
    if made.is_kept() {
        remember(&made.path);
    }
    let told = open(&made.path).and_then(|trace| {
        let report = reading(&trace, |trace| analysis::startup(trace, &later))?;
        tell(&report, &args, true)?;
        within(&report, &args)
    });
    Ok(match told {
        // A budget that is overrun must be seen by whoever asked for it.
        Err(failure) if args.budget.is_some() || args.max_syscalls.is_some() => fail(&failure),
        told => made.ending_after(told),
    })
}

fn compare(before: &Path, after: &Path, args: &Startup) -> Result<Ending, Failure> {
    let read = |path| reading(&open(path)?, |trace| analysis::startup(trace, &[]));
    let (before, after) = (read(before)?, read(after)?);
    let destination = Destination::of(&args.reporting, false);
    let form = Form::of(&args.reporting, &destination);
    let change = analysis::startup::Change::between(&before, &after);
    destination.write(&form.bound(render_change(&change, form), None))?;
    within(&after, args).map(|()| Ending::SUCCESS)
}

/// Half of the runs without the recorder come before, half after: what the
/// machine does meanwhile concerns both alike.
fn record(args: &Startup, words: Vec<OsString>) -> Result<(Made, Vec<Untraced>), Failure> {
    keelback_record::launch::preflight(&words)?;
    let before = args.untraced_runs.div_ceil(2);
    if args.untraced_runs > 0 {
        // Warms the caches for both.
        untraced::run(&words)?;
    }
    let runs = untraced::runs(&words, before)?;
    let made = make(Plan {
        target: Target::Launch(words.clone()),
        recording: Recording::startup(args.mode, &args.tuning),
        place: Place::if_named(args.keep.clone()),
        quiet: false,
        untraced: runs,
    })?;
    let later = untraced::runs(&words, args.untraced_runs - before)?;
    Ok((made, later))
}

fn tell(report: &analysis::Startup, args: &Startup, taken: bool) -> Result<(), Failure> {
    let destination = Destination::of(&args.reporting, taken);
    let form = Form::of(&args.reporting, &destination);
    destination.write(&form.bound(render_startup(report, form), None))
}

/// Is it as fast as it must be?
fn within(report: &analysis::Startup, args: &Startup) -> Result<(), Failure> {
    use analysis::words::{duration, grouped};
    let budget = args.budget.map(|it| it.as_nanos() as u64);
    let calls = report.calls();
    match (budget, args.max_syscalls) {
        (_, Some(_)) if !report.sees_calls => Err(Failure::new(
            "the recording has only the calls that blocked: they cannot be counted",
        )
        .hint("keelback startup --mode full records every call")),
        (Some(budget), _) if report.untraced_wall_ns > budget => {
            Err(Failure::over_budget(format!(
                "the start-up takes {}, more than its budget of {}",
                duration(report.untraced_wall_ns),
                duration(budget)
            )))
        }
        (_, Some(most)) if calls > most => Err(Failure::over_budget(format!(
            "the start-up makes {} system calls, more than {}",
            grouped(calls),
            grouped(most)
        ))),
        _ => Ok(()),
    }
}
