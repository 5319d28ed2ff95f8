//! `keelback attach`: the main job on a process that runs already.

use keelback_record::Target;

use super::report::after_recording;
use crate::args::Attach;
use crate::exit::Ending;
use crate::recording::{Place, Plan, make};
use crate::ui::{Destination, Failure};

pub(super) fn attach(args: Attach) -> Result<Ending, Failure> {
    let made = make(Plan {
        place: Place::of_process(args.keep, args.pid),
        target: Target::Attach {
            pid: args.pid,
            limit: args.limit,
        },
        recording: args.recording,
        quiet: args.quiet,
        untraced: Vec::new(),
    })?;
    let destination = Destination::of(&args.reporting, false);
    Ok(after_recording(
        made,
        &args.reporting,
        &destination,
        args.quiet,
    ))
}
