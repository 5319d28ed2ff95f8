//! One recorded run, as figures that can be set against another's.

use std::collections::BTreeMap;

use keelback_trace::{ReadError, Source};

use crate::budget::Counted;
use crate::facts::Facts;
use crate::gil::GilReport;
use crate::startup::Startup;
use crate::syscalls::{CallRow, SyscallTable};
use crate::verdict::Verdict;
use crate::{gil, startup, syscalls, verdict};

/// What is counted of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// System calls, by name.
    Calls,
    /// Those that failed, by error.
    Failed,
    /// Time in them on a CPU, by name.
    KernelTime,
    /// Time asleep in them, by name.
    BlockedTime,
    /// Waits for the GIL, by the line that waited.
    GilWaits,
    /// Time in them.
    GilTime,
    /// Modules imported.
    Imports,
    /// Modules that had no valid byte code and were compiled.
    Compiled,
    /// Page faults, with and without I/O.
    Faults,
    /// Threads.
    Threads,
    /// Processes.
    Processes,
}

impl Subject {
    /// Every one, in the order in which reports list them.
    pub const ALL: [Subject; 11] = [
        Subject::Calls,
        Subject::Failed,
        Subject::KernelTime,
        Subject::BlockedTime,
        Subject::GilWaits,
        Subject::GilTime,
        Subject::Imports,
        Subject::Compiled,
        Subject::Faults,
        Subject::Threads,
        Subject::Processes,
    ];

    /// What reports call it.
    pub fn label(self) -> &'static str {
        match self {
            Subject::Calls => "system calls",
            Subject::Failed => "failed calls",
            Subject::KernelTime => "time in calls, on a CPU",
            Subject::BlockedTime => "time in calls, asleep",
            Subject::GilWaits => "GIL waits",
            Subject::GilTime => "time in GIL waits",
            Subject::Imports => "imports",
            Subject::Compiled => "modules compiled",
            Subject::Faults => "page faults",
            Subject::Threads => "threads",
            Subject::Processes => "processes",
        }
    }

    /// Its key in `--json`; stable.
    pub fn key(self) -> &'static str {
        match self {
            Subject::Calls => "syscalls",
            Subject::Failed => "failed_syscalls",
            Subject::KernelTime => "syscall_cpu_ns",
            Subject::BlockedTime => "syscall_blocked_ns",
            Subject::GilWaits => "gil_waits",
            Subject::GilTime => "gil_wait_ns",
            Subject::Imports => "imports",
            Subject::Compiled => "compiled",
            Subject::Faults => "page_faults",
            Subject::Threads => "threads",
            Subject::Processes => "processes",
        }
    }

    /// Nanoseconds, or a count?
    pub fn is_time(self) -> bool {
        matches!(
            self,
            Subject::KernelTime | Subject::BlockedTime | Subject::GilTime
        )
    }

    /// Does chance move it from run to run, or is it what the program does?
    pub fn is_noisy(self) -> bool {
        self.is_time() || matches!(self, Subject::GilWaits | Subject::Faults)
    }
}

/// One subject of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// The whole: a count, or nanoseconds.
    pub total: u64,
    /// What it is made of, as far as that is told.
    pub parts: BTreeMap<String, u64>,
}

impl Figure {
    fn of(parts: impl IntoIterator<Item = (String, u64)>) -> Figure {
        let mut figure = Figure::default();
        for (name, count) in parts.into_iter().filter(|(_, count)| *count > 0) {
            figure.total += count;
            *figure.parts.entry(name).or_default() += count;
        }
        figure
    }

    fn whole(total: u64) -> Figure {
        Figure {
            total,
            parts: BTreeMap::new(),
        }
    }
}

/// One recorded run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traced {
    /// The recording.
    pub facts: Facts,
    /// By subject; those that this recording cannot know are missing.
    pub figures: BTreeMap<Subject, Figure>,
}

/// Counts what a recording holds.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn traced(source: &dyn Source) -> Result<Traced, ReadError> {
    let calls = syscalls(source, None)?;
    let verdict = verdict(source)?;
    let gil = gil(source)?;
    let startup = startup(source, &[])?;
    let mut figures = of_calls(&calls);
    figures.extend(of_gil(&gil));
    figures.extend(of_imports(&startup));
    figures.extend(of_processes(&verdict));
    Ok(Traced {
        facts: calls.facts,
        figures: figures.into_iter().collect(),
    })
}

type Figures = Vec<(Subject, Figure)>;

fn of_calls(table: &SyscallTable) -> Figures {
    if !table.every_call {
        return Vec::new();
    }
    let by_name = |of: fn(&CallRow) -> u64| {
        Figure::of(table.calls.iter().map(|row| (row.name.clone(), of(row))))
    };
    let errors = table.calls.iter().flat_map(|row| &row.errors);
    vec![
        (Subject::Calls, by_name(|row| row.count)),
        (
            Subject::Failed,
            Figure::of(errors.map(|error| (error.name.clone(), error.count))),
        ),
        (Subject::KernelTime, by_name(CallRow::cpu_ns)),
        (Subject::BlockedTime, by_name(|row| row.blocked_ns)),
    ]
}

fn of_gil(report: &GilReport) -> Figures {
    let threads = report.threads.iter();
    let lines = report.waits.iter();
    let lines = lines.map(|wait| (wait.waiter_frame.clone(), wait.count));
    vec![
        (
            Subject::GilWaits,
            Figure {
                total: threads.clone().map(|thread| thread.gil_waits).sum(),
                ..Figure::of(lines)
            },
        ),
        (
            Subject::GilTime,
            Figure::whole(threads.map(|thread| thread.gil_wait_ns).sum()),
        ),
    ]
}

/// A module is imported once, whatever else of its package is.
fn of_imports(startup: &Startup) -> Figures {
    let named = startup.imports.iter().filter(|row| !row.module.is_empty());
    let once = |names: &mut dyn Iterator<Item = &String>| {
        let parts: BTreeMap<String, u64> = names.map(|name| (name.clone(), 1)).collect();
        Figure::of(parts)
    };
    let compiled = named.clone().filter(|row| row.compiled);
    vec![
        (Subject::Imports, once(&mut named.map(|row| &row.module))),
        (
            Subject::Compiled,
            once(&mut compiled.map(|row| &row.module)),
        ),
    ]
}

fn of_processes(verdict: &Verdict) -> Figures {
    let mut counted = Counted::default();
    verdict
        .threads
        .iter()
        .for_each(|thread| counted.add(&thread.counted));
    vec![
        (
            Subject::Faults,
            Figure::of([
                ("without I/O".to_owned(), counted.minor_faults),
                ("with I/O".to_owned(), counted.major_faults),
            ]),
        ),
        (
            Subject::Threads,
            Figure::whole(verdict.threads.len() as u64),
        ),
        (
            Subject::Processes,
            Figure::whole(verdict.processes.len() as u64),
        ),
    ]
}
