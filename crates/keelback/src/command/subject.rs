//! What `syscalls` and `gil` are about: a recording that is there, or one that
//! is made for the occasion.

use std::path::Path;

use keelback_analysis::{Chart, chart};
use keelback_record::Target;
use keelback_trace::Source;
use keelback_trace::file::Trace;

use crate::args::{Recording, Subject};
use crate::exit::Ending;
use crate::last::{or_last, remember};
use crate::recording::{Place, Plan, make};
use crate::render::Form;
use crate::script;
use crate::ui::{Failure, Progress, note};

/// Finds or makes the recording, and has it told of.
///
/// `tell` learns whether stdout is that of a command which was launched.
pub(super) fn about(
    subject: Subject,
    recording: Recording,
    tell: impl FnOnce(&Trace, bool) -> Result<(), Failure>,
) -> Result<Ending, Failure> {
    let target = match (subject.pid, subject.command) {
        (Some(pid), _) => Target::Attach {
            pid,
            limit: subject.limit,
        },
        (None, words) if !words.is_empty() => Target::Launch(script::command(words)?),
        (None, _) => {
            tell(&open(&or_last(subject.trace)?)?, false)?;
            return Ok(Ending::SUCCESS);
        }
    };
    let stdout_is_taken = matches!(target, Target::Launch(_));
    let made = make(Plan {
        target,
        recording,
        place: Place::if_named(subject.keep),
        quiet: false,
        untraced: Vec::new(),
    })?;
    if made.is_kept() {
        remember(&made.path);
    }
    let told = open(&made.path).and_then(|trace| tell(&trace, stdout_is_taken));
    Ok(made.ending_after(told))
}

/// Opens a recording; says so if its end is missing.
pub(super) fn open(path: &Path) -> Result<Trace, Failure> {
    let trace = Trace::open(path)?;
    if trace.is_incomplete() {
        note(&format!(
            "{} was cut off: this is what was written until then",
            path.display()
        ));
    }
    Ok(trace)
}

/// More events than this take long enough to say so.
const MANY: u64 = 2_000_000;

/// Reads a recording from end to end.
pub(super) fn reading<T, E: Into<Failure>>(
    trace: &Trace,
    read: impl FnOnce(&dyn Source) -> Result<T, E>,
) -> Result<T, Failure> {
    let events = trace.event_count();
    let _progress = (events > MANY).then(|| Progress::show(format!("reading {events} events")));
    read(trace).map_err(Into::into)
}

/// What the threads did over time, for a form that shows it.
pub(super) fn drawn(trace: &Trace, form: Form) -> Result<Option<Chart>, Failure> {
    match form {
        Form::Page(_) => reading(trace, chart).map(Some),
        Form::Json | Form::Text(_) => Ok(None),
    }
}
