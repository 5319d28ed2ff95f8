//! `keelback syscalls`: how many, how long, from where.

use keelback_analysis::syscalls as table_of;

use super::subject::{about, reading};
use crate::args::{Recording, Syscalls};
use crate::exit::Ending;
use crate::render::{Form, render_syscalls};
use crate::ui::{Destination, Failure};

pub(super) fn syscalls(args: Syscalls) -> Result<Ending, Failure> {
    let recording = Recording::full(&args.subject.tuning);
    about(args.subject, recording, |trace, stdout_is_taken| {
        let mut table = reading(trace, |trace| table_of(trace, args.by))?;
        table.sort(args.sort);
        let destination = Destination::of(&args.reporting, stdout_is_taken);
        let form = Form::of(&args.reporting, &destination);
        destination.write(&form.bound(render_syscalls(&table, form), None))
    })
}
