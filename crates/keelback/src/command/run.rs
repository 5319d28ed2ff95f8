//! `keelback run`: the main job.

use std::fs;
use std::path::Path;

use keelback_record::Target;

use super::export::combine;
use super::report::after_recording;
use super::subject::open;
use crate::args::Run;
use crate::exit::Ending;
use crate::recording::{Made, Place, Plan, make};
use crate::script;
use crate::ui::{Destination, Failure, note, warn};

pub(super) fn run(args: Run) -> Result<Ending, Failure> {
    let words = script::command(args.command)?;
    let viztracer = args.viztracer.map(std::path::absolute).transpose();
    let viztracer =
        viztracer.map_err(|error| Failure::new(format!("no current folder: {error}")))?;
    let made = make(Plan {
        place: Place::of_command(args.keep, &words),
        target: Target::Launch(words),
        recording: args.recording,
        quiet: args.quiet,
        untraced: Vec::new(),
    })?;
    if let Some(file) = viztracer {
        combine_with(&made, &file, args.quiet);
    }
    let destination = Destination::of(&args.reporting, true);
    Ok(after_recording(
        made,
        &args.reporting,
        &destination,
        args.quiet,
    ))
}

/// The recording is there in any case, and the command's ending stays its own.
fn combine_with(made: &Made, file: &Path, quiet: bool) {
    match in_place(made, file) {
        Ok(()) if quiet => {}
        Ok(()) => note(&format!("the time line is in {}, too", file.display())),
        Err(failure) => warn(&failure.message),
    }
}

/// What VizTracer wrote stays as it is until all of the new file is there.
fn in_place(made: &Made, file: &Path) -> Result<(), Failure> {
    let partial = file.with_extension("json.partial");
    let trace = open(&made.path)?;
    let combined = combine(&trace, file, Some(&partial), true);
    let moved = combined.and_then(|()| {
        fs::rename(&partial, file)
            .map_err(|error| Failure::new(format!("cannot replace {}: {error}", file.display())))
    });
    if moved.is_err() {
        // It may not even have been made.
        let _ = fs::remove_file(&partial);
    }
    moved
}
