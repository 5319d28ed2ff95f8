//! `keelback export`: the recording in another format.

use std::path::{Path, PathBuf};

use super::subject::open;
use crate::args::{Export, Format};
use crate::exit::Ending;
use crate::last::or_last;
use crate::ui::Failure;

pub(super) fn export(args: Export) -> Result<Ending, Failure> {
    let path = or_last(args.trace)?;
    let trace = open(&path)?;
    let _ = (trace, args.format, args.output, args.force);
    Ok(Ending::SUCCESS)
}
