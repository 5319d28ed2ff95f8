//! `keelback whatif`: bounds for the same work under other conditions.

use keelback_analysis::whatif::no_gil;

use super::subject::{open, reading};
use crate::args::WhatIf;
use crate::exit::Ending;
use crate::last::or_last;
use crate::render::{Form, render_no_gil};
use crate::ui::{Destination, Failure};

pub(super) fn whatif(args: WhatIf) -> Result<Ending, Failure> {
    let trace = open(&or_last(args.trace)?)?;
    let bounds = reading(&trace, |it| no_gil(it, args.cores))?;
    let bounds = bounds.ok_or_else(|| {
        Failure::new("there is no Python in this recording, so no GIL to do without")
    })?;
    let destination = Destination::of(&args.reporting, false);
    let form = Form::of(&args.reporting, &destination);
    destination.write(&render_no_gil(&bounds, form))?;
    Ok(Ending::SUCCESS)
}
