//! `keelback report`: the verdict again.

use keelback_analysis::verdict;
use keelback_trace::Source;
use keelback_trace::file::Trace;

use super::subject::{drawn, open, reading};
use crate::args::{Report, Reporting};
use crate::exit::Ending;
use crate::last::{or_last, remember};
use crate::recording::Made;
use crate::render::{Form, render_verdict};
use crate::ui::{Destination, Failure, note};

pub(super) fn report(args: Report) -> Result<Ending, Failure> {
    let trace = open(&or_last(args.trace)?)?;
    let destination = Destination::of(&args.reporting, false);
    print(&trace, &args.reporting, &destination)?;
    Ok(Ending::SUCCESS)
}

/// The verdict after a recording, and where the recording is.
pub(super) fn after_recording(
    made: Made,
    reporting: &Reporting,
    destination: &Destination,
    quiet: bool,
) -> Ending {
    remember(&made.path);
    let told = match !quiet || reporting.report_to.is_some() {
        true => judge(&made, reporting, destination),
        false => Ok(()),
    };
    if !quiet {
        note(&format!("the recording is {}", made.path.display()));
    }
    made.ending_after(told)
}

fn judge(made: &Made, reporting: &Reporting, destination: &Destination) -> Result<(), Failure> {
    let trace = open(&made.path)?;
    if trace.dictionary().interpreters.is_empty() {
        note("no Python was seen: there are no Python frames in this recording");
    }
    print(&trace, reporting, destination)
}

fn print(trace: &Trace, reporting: &Reporting, destination: &Destination) -> Result<(), Failure> {
    let form = Form::of(reporting, destination);
    let verdict = reading(trace, verdict)?;
    let threads = drawn(trace, form)?;
    destination.write(&form.bound(render_verdict(&verdict, form), threads))
}
