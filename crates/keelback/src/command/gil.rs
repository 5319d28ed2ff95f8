//! `keelback gil`: who held it, who waited for it, and where.

use keelback_analysis::gil as report_of;

use super::export::picture;
use super::subject::{about, drawn, reading};
use crate::args::{Format, Gil, Recording};
use crate::exit::Ending;
use crate::render::{Form, render_gil};
use crate::ui::{Destination, Failure};

pub(super) fn gil(args: Gil) -> Result<Ending, Failure> {
    let recording = Recording::wait(&args.subject.tuning);
    about(args.subject, recording, |trace, stdout_is_taken| {
        if let Some(file) = &args.svg {
            picture(trace, Format::Svg, Some(file), true)?;
        }
        let report = reading(trace, report_of)?;
        let destination = Destination::of(&args.reporting, stdout_is_taken);
        let form = Form::of(&args.reporting, &destination);
        let threads = drawn(trace, form)?;
        destination.write(&form.bound(render_gil(&report, form), threads))
    })
}
