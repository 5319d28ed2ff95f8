//! `keelback whatif`: bounds for the same work under other conditions.

use std::time::Duration;

use keelback_analysis::whatif::{no_gil, switch_interval};
use keelback_trace::Nanos;

use super::subject::{open, reading};
use crate::args::WhatIf;
use crate::exit::Ending;
use crate::last::or_last;
use crate::render::{Form, render_no_gil, render_other_interval};
use crate::ui::{Destination, Failure};

pub(super) fn whatif(args: WhatIf) -> Result<Ending, Failure> {
    let trace = open(&or_last(args.trace)?)?;
    let destination = Destination::of(&args.reporting, false);
    let form = Form::of(&args.reporting, &destination);
    let text = match args.switch_interval {
        Some(interval) => {
            let interval = wish(interval)?;
            let bounds = reading(&trace, |it| switch_interval(it, interval))?;
            render_other_interval(&bounds.ok_or_else(no_python)?, form)
        }
        None => {
            let bounds = reading(&trace, |it| no_gil(it, args.cores))?;
            render_no_gil(&bounds.ok_or_else(no_python)?, form)
        }
    };
    destination.write(&form.bound(text, None))?;
    Ok(Ending::SUCCESS)
}

/// CPython counts the interval in microseconds, and takes at least one.
fn wish(interval: Duration) -> Result<Nanos, Failure> {
    match u64::try_from(interval.as_nanos()) {
        Ok(ns) if ns >= 1_000 => Ok(Nanos(ns)),
        _ => Err(Failure::new("a switch interval is at least 1 us")),
    }
}

fn no_python() -> Failure {
    Failure::new("there is no Python in this recording, so no GIL")
}
