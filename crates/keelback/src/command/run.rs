//! `keelback run`: the main job.

use keelback_record::Target;

use super::report::after_recording;
use crate::args::Run;
use crate::exit::Ending;
use crate::recording::{Place, Plan, make};
use crate::script;
use crate::ui::{Destination, Failure};

pub(super) fn run(args: Run) -> Result<Ending, Failure> {
    let words = script::command(args.command)?;
    let made = make(Plan {
        place: Place::of_command(args.keep, &words),
        target: Target::Launch(words),
        recording: args.recording,
        quiet: args.quiet,
        untraced: Vec::new(),
    })?;
    let destination = Destination::of(&args.reporting, true);
    Ok(after_recording(
        made,
        &args.reporting,
        &destination,
        args.quiet,
    ))
}
