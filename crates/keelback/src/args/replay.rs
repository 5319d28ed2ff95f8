//! Options of `keelback replay`.

use std::path::PathBuf;

use clap::Args;

use super::report::Reporting;

/// Make a start-up's file calls again, in other ways, and say what each takes
///
/// Of a recording with every call (keelback startup -o FILE, or run --mode
/// full). Only calls that cannot change anything are made: files are looked
/// at, opened for reading, read and closed.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The recording; the last one made if not given
    pub(crate) trace: Option<PathBuf>,

    /// Empty the caches before each mode: all of them as root, else the files'
    /// own pages
    #[arg(long)]
    pub(crate) cold: bool,

    /// Rounds; each makes the calls in every mode, in another order
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rounds: Option<u32>,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}
