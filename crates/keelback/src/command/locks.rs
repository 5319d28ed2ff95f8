//! `keelback locks`: which locks were waited for, and who had them.

use keelback_analysis::locks as report_of;

use super::export::picture;
use super::subject::{about, drawn, reading};
use crate::args::{Format, Locks, Recording};
use crate::exit::Ending;
use crate::render::{Form, render_locks};
use crate::ui::{Destination, Failure};

pub(super) fn locks(args: Locks) -> Result<Ending, Failure> {
    let recording = Recording::wait(&args.subject.tuning);
    about(args.subject, recording, |trace, stdout_is_taken| {
        if let Some(file) = &args.svg {
            picture(trace, Format::Svg, Some(file), true)?;
        }
        let report = reading(trace, report_of)?;
        let destination = Destination::of(&args.reporting, stdout_is_taken);
        let form = Form::of(&args.reporting, &destination);
        let threads = drawn(trace, form)?;
        destination.write(&form.bound(render_locks(&report, form), threads))
    })
}
