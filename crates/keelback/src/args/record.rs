//! Options of the commands that record.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::report::Reporting;
use super::values::{duration, ring_size};

/// Record a command, then say where its time went below Python
///
/// The command keeps its terminal, its streams, its signals and its exit code.
/// A first word that ends in .py is run as it is if it is executable and names
/// its interpreter, else by the python3 of PATH.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) recording: Recording,

    #[command(flatten)]
    pub(crate) keep: Keep,

    #[command(flatten)]
    pub(crate) reporting: Reporting,

    /// No verdict and no word but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// The file that the command, VizTracer, writes: put the time line under
    /// its function slices, on one clock
    #[arg(long, value_name = "FILE")]
    pub(crate) viztracer: Option<PathBuf>,

    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// Record a running process and its children, then say where the time went
///
/// Ctrl-C ends the recording and keeps it. The process goes on.
#[derive(Debug, Args)]
pub(crate) struct Attach {
    /// The process
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) pid: u32,

    /// How long, such as 10s, 1500ms or 2m; until it ends if not given
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub(crate) limit: Option<Duration>,

    #[command(flatten)]
    pub(crate) recording: Recording,

    #[command(flatten)]
    pub(crate) keep: Keep,

    #[command(flatten)]
    pub(crate) reporting: Reporting,

    /// No verdict and no word but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Where the recording is kept.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Keep {
    /// Keep the recording here; by default in keelback-PROGRAM-PID.kb
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace a recording of that name
    #[arg(long)]
    pub(crate) force: bool,
}

/// How it is recorded.
#[derive(Clone, Debug, Args)]
pub(crate) struct Recording {
    /// What to record
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: Mode,

    #[command(flatten)]
    pub(crate) tuning: Tuning,
}

/// Samples a second; not a round number, so as not to march in step with timers.
const USUAL_HZ: u32 = 499;
/// A start-up is short: 100 ms of imports are 500 samples.
const STARTUP_HZ: u32 = 4_999;
/// The same where cost counts: in a virtual machine a sample takes up to 50 us.
const LEAN_HZ: u32 = 999;

/// What one rarely needs.
#[derive(Clone, Debug, Args)]
pub(crate) struct Tuning {
    /// What sees the program
    #[arg(long, value_enum, default_value_t)]
    pub(crate) engine: Engine,

    /// Raise the recorder alone, with sudo, doas or pkexec, or as WITH does; the
    /// command runs as you, where you are, with your environment
    #[arg(long, value_name = "WITH", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "")]
    pub(crate) elevate: Option<OsString>,

    /// Samples a second of CPU time; 0 for none
    #[arg(long, value_name = "HZ", default_value_t = USUAL_HZ, hide_short_help = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(crate) sample_hz: u32,

    /// Memory between kernel and keelback: a power of two
    #[arg(
        long,
        value_name = "BYTES",
        default_value = "32M",
        hide_short_help = true
    )]
    #[arg(value_parser = ring_size)]
    pub(crate) ring_size: u32,

    /// Let busy threads run on any CPU, though each stop of ptrace's costs
    /// several times as much there
    #[arg(long, hide_short_help = true)]
    pub(crate) any_cpu: bool,
}

/// What sees the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// ebpf where this user may, else ptrace
    #[default]
    Auto,
    /// Programs in the kernel: sees most and costs least
    Ebpf,
    /// A tracer, for users without privileges
    Ptrace,
}

/// How much is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// What blocks; system calls that do not block cost nothing
    #[default]
    Wait,
    /// Every system call
    Full,
}

impl Recording {
    /// With every system call, whatever the mode says.
    pub(crate) fn full(tuning: &Tuning) -> Recording {
        Recording {
            mode: Mode::Full,
            tuning: tuning.clone(),
        }
    }

    /// With samples close enough to tell the steps of an import apart.
    pub(crate) fn startup(mode: Mode, tuning: &Tuning) -> Recording {
        let mut recording = Recording {
            mode,
            tuning: tuning.clone(),
        };
        if tuning.sample_hz == USUAL_HZ {
            recording.tuning.sample_hz = match mode {
                Mode::Wait => LEAN_HZ,
                Mode::Full => STARTUP_HZ,
            };
        }
        recording
    }

    /// With what blocks.
    pub(crate) fn wait(tuning: &Tuning) -> Recording {
        Recording {
            mode: Mode::Wait,
            tuning: tuning.clone(),
        }
    }
}
