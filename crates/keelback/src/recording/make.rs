//! From a plan to a recording on disk.

use std::path::{Path, PathBuf};
use std::time::Duration;

use keelback_record::signals::Signals;
use keelback_record::{
    Options, Outcome, RecordError, Stop, Target, elevated, launch, record, session,
};
use keelback_trace::WriteError;
use keelback_trace::file::Writer;
use keelback_trace::provenance::Untraced;
use tempfile::TempDir;

use super::careful::Careful;
use super::engine::{self, Chosen};
use super::place::{Place, unfinished};
use crate::args::{Mode, Recording};
use crate::exit::Ending;
use crate::pythons;
use crate::ui::{Failure, Progress, fail, note, warn};

/// What to record, how, and where to keep it.
pub(crate) struct Plan {
    pub(crate) target: Target,
    pub(crate) recording: Recording,
    pub(crate) place: Place,
    pub(crate) quiet: bool,
    /// Runs of the command without the recorder, made just before.
    pub(crate) untraced: Vec<Untraced>,
}

/// A recording that was made.
pub(crate) struct Made {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// How keelback should end because of it.
    ending: Ending,
    /// Was a command started for it?
    is_launched: bool,
    /// Gone with this, if there.
    passing: Option<TempDir>,
}

impl Made {
    /// Is it there for later?
    pub(crate) fn is_kept(&self) -> bool {
        self.passing.is_none()
    }

    /// How keelback ends once the recording was `told` of. A command's ending
    /// is passed on whatever became of the report.
    pub(crate) fn ending_after(self, told: Result<(), Failure>) -> Ending {
        let own = told.as_ref().err().map(fail);
        match own {
            Some(own) if !self.is_launched => own,
            _ => self.ending,
        }
    }
}

/// Records. Everything that can be refused is refused before a command starts;
/// after that its exit code is passed on, whatever happens to the recording.
pub(crate) fn make(plan: Plan) -> Result<Made, Failure> {
    refuse_early(&plan.target)?;
    let tuning = &plan.recording.tuning;
    let mut chosen = engine::choose(tuning.engine, tuning.elevate.as_deref())?;
    if let Some(line) = chosen.line().filter(|_| !plan.quiet) {
        note(&line);
    }
    let raise = std::mem::take(&mut chosen.raise);
    let options = options(&plan, chosen);
    let taken = plan.place.take()?;
    // Held until the file is closed: an impatient Ctrl-C must not tear it.
    let signals = Signals::catch().map_err(|error| Failure::io("cannot catch signals", &error))?;
    let mut sink = Careful::new(taken.writer);
    let progress = (!plan.quiet).then(|| progress(&plan.target)).flatten();
    let (target, stop) = (&plan.target, Stop::default());
    let outcome = match raise.as_slice() {
        [] => record(target, &options, &mut sink, &stop),
        raise => elevated::record(raise, target, &options, &mut sink, &stop),
    };
    drop(progress);
    let closed = close(sink, &taken.path, outcome);
    drop(signals);
    let (path, outcome) = closed?;
    Ok(Made {
        path,
        ending: ending(&plan.target, &outcome),
        is_launched: matches!(plan.target, Target::Launch(_)),
        passing: taken.passing,
    })
}

/// What a user can get wrong, before anything is made or started.
fn refuse_early(target: &Target) -> Result<(), RecordError> {
    match target {
        Target::Launch(words) => launch::preflight(words)?,
        Target::Attach { pid, .. } if !is_alive(*pid) => return Err(RecordError::NoProcess(*pid)),
        Target::Attach { .. } => {}
    }
    Ok(())
}

fn is_alive(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

fn options(plan: &Plan, chosen: Chosen) -> Options {
    let words = match &plan.target {
        Target::Launch(words) => words.as_slice(),
        Target::Attach { .. } => &[],
    };
    let tuning = &plan.recording.tuning;
    Options {
        engine: chosen.engine,
        engine_reason: chosen.reason,
        mode: match plan.recording.mode {
            Mode::Wait => session::Mode::Wait,
            Mode::Full => session::Mode::Full,
        },
        sample_hz: tuning.sample_hz,
        ring_bytes: tuning.ring_size,
        interpreters: pythons::candidates_for(words),
        any_cpu: tuning.any_cpu,
        untraced: plan.untraced.clone(),
    }
}

/// A launched command owns the terminal: nothing is drawn over it.
fn progress(target: &Target) -> Option<Progress> {
    let Target::Attach { pid, limit } = target else {
        return None;
    };
    let time = limit.map_or(String::new(), |limit| format!(" for {}", seconds(limit)));
    let text = format!("recording process {pid}{time}; Ctrl-C ends it and keeps it");
    Some(Progress::show(text))
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// Closes the file, and says what of it is there if anything went wrong.
fn close(
    sink: Careful<Writer>,
    path: &Path,
    outcome: Result<Outcome, RecordError>,
) -> Result<(PathBuf, Outcome), Failure> {
    let is_empty = sink.is_empty();
    let (writer, broken) = sink.into_parts();
    match outcome {
        Err(error) if is_empty => {
            // The reason for failing is worth more than the reason for litter.
            let _ = writer.abandon();
            Err(error.into())
        }
        Err(error) => {
            let path = finish(writer, path, broken);
            let kept = format!("what was recorded is kept in {}", path.display());
            Err(Failure::from(error).hint(kept))
        }
        Ok(outcome) => {
            outcome.provenance.remarks.iter().for_each(|it| warn(it));
            Ok((finish(writer, path, broken), outcome))
        }
    }
}

/// Where the recording is in the end.
fn finish(writer: Writer, path: &Path, broken: Option<WriteError>) -> PathBuf {
    let finished = writer.finish();
    match (&finished, broken) {
        (Ok(()), None) => {}
        (Ok(()), Some(error)) => warn(&format!(
            "{error}; the command went on, and what was recorded before is kept in {}",
            path.display()
        )),
        (Err(error), _) => warn(&error.to_string()),
    }
    match finished.is_err() && !path.is_file() {
        true => unfinished(path),
        false => path.to_owned(),
    }
}

fn ending(target: &Target, outcome: &Outcome) -> Ending {
    match (target, outcome.exit_status) {
        (_, Some(status)) => Ending::of_command(status),
        (Target::Attach { .. }, None) => Ending::SUCCESS,
        (Target::Launch(_), None) => {
            note("the recording was ended by Ctrl-C; the command goes on");
            Ending::Signal(nix::libc::SIGINT)
        }
    }
}
