//! What a workload is run under.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;

use crate::binary::{has_module, installed, keelback};
use crate::probes::Probes;
use crate::workload::Workload;

/// What a workload is run under.
#[derive(Clone, Debug)]
pub struct Tool {
    /// What the table calls it.
    pub name: &'static str,
    /// Does it stop the program at every call, or note each?
    pub slow: bool,
    /// The words in front of the workload's.
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Nothing,
    Keelback {
        binary: OsString,
        engine: &'static str,
        mode: &'static str,
    },
    Strace,
    StraceLog,
    StraceFiltered,
    PerfTrace,
    PySpy(OsString),
    PySpyGil(OsString),
    PerfProbes,
    /// In the program's own interpreter.
    VizTracer,
    /// The sampling profiler that 3.15 brings with it, another process of the
    /// same interpreter.
    Tachyon,
}

/// What the others are compared with.
pub const NOTHING: &str = "nothing";

/// Every tool that is installed here, some of them beside the interpreter; the
/// first is nothing at all. `probed`: are there probes in the interpreter?
pub fn all(python: &str, probed: bool) -> Result<Vec<Tool>> {
    let tool = |name, slow, kind| Tool { name, slow, kind };
    let binary: OsString = keelback()?.into();
    let ours = |engine, mode| Kind::Keelback {
        binary: binary.clone(),
        engine,
        mode,
    };
    let mut tools = vec![
        tool(NOTHING, false, Kind::Nothing),
        tool("keelback wait", false, ours("ebpf", "wait")),
        tool("keelback full", false, ours("ebpf", "full")),
        tool("keelback ptrace wait", false, ours("ptrace", "wait")),
        tool("keelback ptrace full", true, ours("ptrace", "full")),
    ];
    if installed("strace").is_some() {
        tools.push(tool("strace -f -c", true, Kind::Strace));
        tools.push(tool("strace -f, a log", true, Kind::StraceLog));
        tools.push(tool("strace --seccomp-bpf", true, Kind::StraceFiltered));
    }
    if installed("perf").is_some() {
        tools.push(tool("perf trace -s", true, Kind::PerfTrace));
    }
    if probed {
        tools.push(tool("perf record, uprobes", false, Kind::PerfProbes));
    }
    if let Some(file) = installed("py-spy") {
        tools.push(tool(
            "py-spy record",
            false,
            Kind::PySpy(file.clone().into()),
        ));
        tools.push(tool(
            "py-spy record --gil",
            false,
            Kind::PySpyGil(file.into()),
        ));
    }
    if has_module(python, "viztracer") {
        tools.push(tool("viztracer", true, Kind::VizTracer));
    }
    if has_module(python, "profiling.sampling") {
        tools.push(tool("profiling.sampling", false, Kind::Tachyon));
    }
    Ok(tools)
}

impl Tool {
    /// The words in front of the workload's own. Output goes into `scratch`.
    fn prefix(&self, workload: &Workload, scratch: &Path) -> Vec<OsString> {
        let output: OsString = scratch.join("output").into();
        let words =
            |words: &[&str]| -> Vec<OsString> { words.iter().map(OsString::from).collect() };
        let with_output = |mut front: Vec<OsString>, back: &[&str]| -> Vec<OsString> {
            front.push(output.clone());
            front.extend(words(back));
            front
        };
        match &self.kind {
            Kind::Nothing => Vec::new(),
            Kind::Keelback {
                binary,
                engine,
                mode,
            } => {
                let mut front = vec![binary.clone()];
                front.extend(words(&[
                    "run", "--force", "--engine", engine, "--mode", mode, "-o",
                ]));
                with_output(front, &["--"])
            }
            Kind::Strace => with_output(words(&["strace", "-f", "-c", "-o"]), &[]),
            // With `--seccomp-bpf` it is the same: there is no call to let pass.
            Kind::StraceLog => with_output(words(&["strace", "-f", "-o"]), &[]),
            Kind::StraceFiltered => with_output(
                words(&[
                    "strace",
                    "--seccomp-bpf",
                    "-f",
                    "-c",
                    "-e",
                    workload.filter,
                    "-o",
                ]),
                &[],
            ),
            Kind::PerfTrace => with_output(words(&["perf", "trace", "-s", "-o"]), &["--"]),
            Kind::PySpyGil(file) => {
                let mut front = vec![file.clone()];
                front.extend(words(&["record", "--gil", "--format", "raw", "-o"]));
                with_output(front, &["--"])
            }
            Kind::PerfProbes => {
                let mut front = words(&["perf", "record", "--quiet", "-e"]);
                front.push(Probes::events().into());
                front.push("-o".into());
                with_output(front, &["--"])
            }
            Kind::VizTracer => {
                // It tells the format from the ending.
                let output = scratch.join("output.json").into();
                let mut front = words(&["-m", "viztracer", "--quiet", "--ignore_multiprocess"]);
                front.extend(["-o".into(), output, "--".into()]);
                front
            }
            Kind::Tachyon => {
                let front = words(&["-m", "profiling.sampling", "run", "--all-threads"]);
                let back = words(&["--mode", "gil", "--collapsed", "-o"]);
                with_output(front.into_iter().chain(back).collect(), &[])
            }
            Kind::PySpy(file) => {
                let mut front = vec![file.clone()];
                front.extend(words(&[
                    "record",
                    "--subprocesses",
                    "--format",
                    "raw",
                    "-o",
                ]));
                with_output(front, &["--"])
            }
        }
    }

    /// The whole command, from the workload's own: interpreter, program,
    /// arguments.
    pub fn around(&self, workload: &Workload, own: Vec<OsString>, scratch: &Path) -> Vec<OsString> {
        let mut own = own.into_iter();
        let front = self.prefix(workload, scratch);
        match self.kind {
            Kind::VizTracer | Kind::Tachyon => {
                own.next().into_iter().chain(front).chain(own).collect()
            }
            _ => front.into_iter().chain(own).collect(),
        }
    }
}
