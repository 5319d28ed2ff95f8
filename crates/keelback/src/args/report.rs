//! Options of the commands that report.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use keelback_analysis::{By, SortBy};

use super::record::{Keep, Tuning};
use super::values::duration;

/// Where the report goes, and in which form.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Reporting {
    /// The report as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Write the report to FILE, - being stdout; FILE.json is written as JSON,
    /// FILE.html as a page
    ///
    /// Without it the report goes to stdout, or to stderr where keelback
    /// starts a command and stdout is that command's.
    #[arg(long, value_name = "FILE")]
    pub(crate) report_to: Option<PathBuf>,
}

/// Say again where the time of a recording went
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The recording; the last one made if not given
    pub(crate) trace: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// System calls: how many, how long, from where, and what each futex is for
///
/// Of a recording, or of a command or process that is recorded now, with every
/// call.
#[derive(Debug, Args)]
pub(crate) struct Syscalls {
    #[command(flatten)]
    pub(crate) subject: Subject,

    /// Group the calls
    #[arg(long, value_name = "WHAT", value_parser = by())]
    pub(crate) by: Option<By>,

    /// What comes first
    #[arg(long, value_name = "ORDER", value_parser = sort(), default_value = "time")]
    pub(crate) sort: SortBy,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// The GIL: who held it, who waited for it, and where
///
/// Of a recording, or of a command or process that is recorded now.
#[derive(Debug, Args)]
pub(crate) struct Gil {
    #[command(flatten)]
    pub(crate) subject: Subject,

    /// Draw the threads over time into FILE, an SVG picture; replaces it
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// Locks other than the GIL: who waited for which, and who had it
///
/// Of a recording, or of a command or process that is recorded now.
#[derive(Debug, Args)]
pub(crate) struct Locks {
    #[command(flatten)]
    pub(crate) subject: Subject,

    /// Draw the threads over time into FILE, an SVG picture; replaces it
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// What a report is about: a recording, or something to record now.
#[derive(Debug, Args)]
pub(crate) struct Subject {
    /// The recording; the last one made if not given
    #[arg(conflicts_with_all = ["pid", "command"])]
    pub(crate) trace: Option<PathBuf>,

    /// Record this process until it ends, or until Ctrl-C
    #[arg(short, long, conflicts_with = "command")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) pid: Option<u32>,

    /// How long to record the process, such as 10s, 1500ms or 2m
    #[arg(long = "for", value_name = "TIME", value_parser = duration, requires = "pid")]
    pub(crate) limit: Option<Duration>,

    /// Record this command
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,

    #[command(flatten)]
    pub(crate) tuning: Tuning,

    #[command(flatten)]
    pub(crate) keep: Keep,
}

/// Write a recording in another format
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The recording; the last one made if not given
    pub(crate) trace: Option<PathBuf>,

    /// The format; by default what the ending of FILE says
    #[arg(short, long, value_enum, required_unless_present_any = ["output", "combine"])]
    pub(crate) format: Option<Format>,

    /// Put the time line under the function slices of this VizTracer file, of
    /// the same run; the format is chrome
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub(crate) combine: Option<PathBuf>,

    /// Where to; json goes to stdout and parquet beside the recording if not
    /// given
    ///
    /// A dataset of Parquet files is added to, so that many recordings make one.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// Bounds for the same work under other conditions, from one recording
#[derive(Debug, Args)]
pub(crate) struct WhatIf {
    /// The recording; the last one made if not given
    pub(crate) trace: Option<PathBuf>,

    /// Without a GIL, as in a free-threaded Python
    #[arg(long, required_unless_present = "switch_interval")]
    pub(crate) no_gil: bool,

    /// On so many CPUs; by default as many as the recording's machine had
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(conflicts_with = "switch_interval")]
    pub(crate) cores: Option<u32>,

    /// With another switch interval, such as 500us or 20ms, as
    /// `sys.setswitchinterval()` sets it
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with = "no_gil")]
    pub(crate) switch_interval: Option<Duration>,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// Open a recording in a viewer, served from this machine only
#[derive(Debug, Args)]
pub(crate) struct View {
    /// The recording; the last one made if not given
    pub(crate) trace: Option<PathBuf>,

    /// In Perfetto: its own page, or the copy of it that is installed with
    /// VizTracer or lies in $KEELBACK_PERFETTO_DIR
    #[arg(long, required = true)]
    pub(crate) perfetto: bool,

    /// End when the viewer has fetched the time line
    #[arg(long)]
    pub(crate) once: bool,
}

/// What a recording can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A folder of Parquet files by date, host and process
    Parquet,
    /// A line of JSON for the recording, then one per event
    Json,
    /// A time line for ui.perfetto.dev, by default in FILE.pftrace
    Perfetto,
    /// A time line as JSON, for chrome://tracing and whatever reads its format
    Chrome,
    /// The samples of each thread, for speedscope.app
    Speedscope,
    /// The samples, a line for each stack, for flame graphs
    Collapsed,
    /// Samples and waits, for profiler.firefox.com
    Firefox,
    /// The time line as a picture, a row for each thread and each GIL
    Svg,
}

fn by() -> impl TypedValueParser<Value = By> {
    PossibleValuesParser::new(By::ALL.map(By::name))
        .try_map(|name| By::from_name(&name).ok_or("unknown"))
}

/// `calls` is what one thinks of first; the table's column says `count`.
fn sort() -> impl TypedValueParser<Value = SortBy> {
    let value = |order: SortBy| match order {
        SortBy::Count => PossibleValue::new(order.name()).alias("calls"),
        _ => PossibleValue::new(order.name()),
    };
    PossibleValuesParser::new(SortBy::ALL.map(value)).try_map(|name| match name.as_str() {
        "calls" => Ok(SortBy::Count),
        name => SortBy::from_name(name).ok_or("unknown"),
    })
}
