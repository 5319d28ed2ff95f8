//! The life of a recording: launch or attach, drain, stop.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use keelback_trace::provenance::Untraced;
use keelback_trace::{Provenance, Sink, WriteError};

use crate::engine::ptrace::recorder as ptrace;
use crate::mounts::with_mounts;
use crate::origin;
use crate::recorder::Recorder;

/// What is recorded.
#[derive(Clone, Debug)]
pub enum Target {
    /// A command to start; its first word is looked up in `PATH`.
    Launch(Vec<OsString>),
    /// A running process, its threads and the children it will have.
    Attach {
        /// Its pid.
        pid: u32,
        /// For how long; `None` until it ends or [`Stop`] is asked for.
        limit: Option<Duration>,
    },
}

/// How much is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// What blocks: no hook on system calls at all.
    #[default]
    Wait,
    /// Every system call.
    Full,
}

/// What sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Programs in the kernel. Needs CAP_BPF and CAP_PERFMON; costs least.
    #[default]
    Ebpf,
    /// A tracer that stops threads where they may block. Needs nothing that a
    /// user who may debug the program lacks.
    Ptrace,
}

impl Engine {
    /// Its name in a trace.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Ebpf => "ebpf",
            Engine::Ptrace => "ptrace",
        }
    }
}

/// How to record.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which engine; see [`crate::privilege::check`] for who may use which.
    pub engine: Engine,
    /// Why this one, for the trace; empty when it was asked for.
    pub engine_reason: String,
    /// Wait or full mode.
    pub mode: Mode,
    /// Samples a second of CPU clock; 0 for none.
    pub sample_hz: u32,
    /// Size of the ring buffer, bytes; a power of two.
    pub ring_bytes: u32,
    /// Files that may hold a Python which the command may start; see
    /// `keelback_python::candidates`. One that is not named here is found too,
    /// but only after it began.
    pub interpreters: Vec<PathBuf>,
    /// May every thread run where the kernel likes? Else the ptrace engine keeps
    /// busy ones on its own CPU, where a stop costs a tenth.
    pub any_cpu: bool,
    /// Runs of the same command without the recorder, for the trace.
    pub untraced: Vec<Untraced>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            engine: Engine::Ebpf,
            engine_reason: String::new(),
            mode: Mode::Wait,
            sample_hz: 499,
            ring_bytes: 32 << 20,
            interpreters: Vec::new(),
            any_cpu: false,
            untraced: Vec::new(),
        }
    }
}

/// Asks a recording to end and to keep what it has. Clone it into a signal
/// handler's thread.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends the recording soon.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Has it been asked?
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How a recording ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was told to the sink last.
    pub provenance: Provenance,
    /// `wait(2)` status of a launched command; `None` after an attach, or when
    /// the recording was stopped while the command went on.
    pub exit_status: Option<i32>,
}

/// Why nothing, or not everything, could be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The command does not exist.
    #[error("no such command: {0}")]
    NotFound(String),
    /// The command exists but cannot be executed.
    #[error("cannot execute {command}: {source}")]
    NotExecutable {
        /// The command.
        command: String,
        /// What execve(2) said.
        #[source]
        source: std::io::Error,
    },
    /// There is no such process.
    #[error("no process {0}")]
    NoProcess(u32),
    /// The recorder may not do what it needs to.
    #[error("{what}: {why}")]
    NotPermitted {
        /// What was tried.
        what: String,
        /// What is missing.
        why: String,
        /// The least strong remedy first.
        remedies: Vec<String>,
    },
    /// The kernel cannot do what the recorder needs.
    #[error("this kernel cannot record: {why}")]
    Unsupported {
        /// What is missing.
        why: String,
        /// What would help.
        remedies: Vec<String>,
    },
    /// The recording could not be written; the command went on unharmed.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Anything else.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl RecordError {
    /// For `map_err`: what was tried.
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> RecordError {
        let what = what.into();
        move |source| RecordError::System { what, source }
    }
}

/// Records `target` into `sink` until it ends or `stop` is asked for.
///
/// The command never fails because the recorder does: when the sink or the
/// engine gives up, the command goes on and its end is still awaited.
///
/// # Errors
/// Before the command starts: what the engine lacks, a command that does not
/// exist. Later: what broke the recording; the command has ended by then.
pub fn record(
    target: &Target,
    options: &Options,
    sink: &mut dyn Sink,
    stop: &Stop,
) -> Result<Outcome, RecordError> {
    with_mounts(sink, |sink| match options.engine {
        Engine::Ebpf => by_ebpf(target, options, sink, stop),
        Engine::Ptrace => by_ptrace(target, options, sink, stop),
    })
}

fn by_ebpf(
    target: &Target,
    options: &Options,
    sink: &mut dyn Sink,
    stop: &Stop,
) -> Result<Outcome, RecordError> {
    let recorder = Recorder::prepare(target, options)?;
    match target {
        Target::Launch(words) => recorder.launch(words, sink, stop),
        Target::Attach { pid, limit } => recorder.attach(*pid, *limit, sink, stop),
    }
}

fn by_ptrace(
    target: &Target,
    options: &Options,
    sink: &mut dyn Sink,
    stop: &Stop,
) -> Result<Outcome, RecordError> {
    let origin = origin::of(target, options);
    match target {
        Target::Launch(words) => ptrace::launch(words, options, origin, sink, stop),
        Target::Attach { pid, limit } => ptrace::attach(*pid, *limit, options, origin, sink, stop),
    }
}
