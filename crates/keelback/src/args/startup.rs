//! Options of `keelback startup`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::record::{Keep, Mode, Tuning};
use super::report::Reporting;
use super::values::duration;

/// Start-up: phases, imports, and what its system calls are for
///
/// Of a recording, or of a command that is recorded now. The command is also
/// run a few times without the recorder, before and after: shares are of what
/// it takes then.
#[derive(Debug, Args)]
pub(crate) struct Startup {
    /// The recording; the last one made if not given
    #[arg(conflicts_with = "command")]
    pub(crate) trace: Option<PathBuf>,

    /// Compare two recordings: what got dearer from A to B
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["trace", "command"])]
    pub(crate) compare: Vec<PathBuf>,

    /// Record this command
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,

    /// How often to run the command without the recorder, its output thrown
    /// away
    #[arg(long, value_name = "N", default_value_t = 4, requires = "command")]
    #[arg(value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub(crate) untraced_runs: u32,

    /// Fail if the start-up takes longer than this without the recorder
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) budget: Option<Duration>,

    /// Fail if it makes more system calls than this
    #[arg(long, value_name = "N")]
    pub(crate) max_syscalls: Option<u64>,

    /// full: every call and where time went; wait: where time went, at less
    /// cost
    #[arg(long, value_enum, default_value_t = Mode::Full)]
    pub(crate) mode: Mode,

    #[command(flatten)]
    pub(crate) tuning: Tuning,

    #[command(flatten)]
    pub(crate) keep: Keep,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}
