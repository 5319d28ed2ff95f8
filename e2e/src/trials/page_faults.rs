//! `keelback startup`: page faults by phase, against the kernel's own count of
//! the process and a module that touches as many fresh pages as it was told.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::purposes::told;
use crate::keelback::Run;
use crate::pythons::{Python, Pythons};
use crate::recording::exported;
use crate::scratch::Scratch;
use crate::trial::Trial;

/// Ends where it has printed its page faults, so that hardly any come later.
const PROGRAM: &str = "\
import atexit, os, resource, sys
def end():
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt, flush=True)
    os._exit(0)
atexit.register(end)
import fresh
";

/// Touches so many pages as it is told, then makes a call: what comes between
/// the last sight of one phase and the first of the next is nobody's.
const MODULE: &str = "\
import mmap, os
pages = int(os.environ['PAGES'])
memory = mmap.mmap(-1, (pages + 1) * 4096)
memory.madvise(mmap.MADV_NOHUGEPAGE)
for page in range(pages):
    memory[page * 4096] = 1
os.stat('/')
";

const PAGES: u64 = 4000;
/// Page faults that differ from run to run: of chance, of the recorder's
/// probes, and of the last line.
const CHANCE: u64 = 40;
/// Page faults without a phase: before the first call of the next one. Frozen
/// modules are imported without any.
const MOST_BETWEEN: u64 = 200;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let fit = |it: &Python| !it.launcher && it.version >= (3, 8);
    let fit = pythons.pair().into_iter().filter(fit);
    let trials = fit.flat_map(|python| {
        ["ebpf", "ptrace"].map(|engine| {
            let (name, python) = (
                format!("page faults by phase, {engine} on {python}"),
                python.clone(),
            );
            Trial::new(name, move |scratch| counted(scratch, &python, engine))
        })
    });
    trials.collect()
}

fn counted(scratch: &Scratch, python: &Python, engine: &str) -> Result<()> {
    fs::write(scratch.file("fresh.py"), MODULE)?;
    let program = scratch.file("program.py");
    fs::write(&program, PROGRAM)?;
    let none = recorded(scratch, python, engine, &program, 0)?;
    let many = recorded(scratch, python, engine, &program, PAGES)?;
    for it in [&none, &many] {
        it.adds_up()?;
    }
    let more = many.phase("imports")?.abs_diff(none.phase("imports")?);
    ensure!(
        more.abs_diff(PAGES) <= CHANCE,
        "{more} page faults more in imports, not {PAGES}: {many:#?}"
    );
    for phase in [
        "exec and loader",
        "interpreter init",
        "site and venv",
        "main",
    ] {
        let (with, without) = (many.phase(phase)?, none.phase(phase)?);
        ensure!(
            with.abs_diff(without) <= MOST_BETWEEN,
            "{phase} has {without} page faults, then {with}: {many:#?}"
        );
    }
    Ok(())
}

/// What a recording says of page faults, and what the program does.
#[derive(Debug)]
struct Recorded {
    report: Value,
    /// By its getrusage(2), since before its exec.
    itself: u64,
    /// Of these, before its exec.
    before: u64,
}

fn recorded(
    scratch: &Scratch,
    python: &Python,
    engine: &str,
    program: &Path,
    pages: u64,
) -> Result<Recorded> {
    let trace = scratch.file(&format!("{pages}.kb"));
    let options = ["--engine", engine, "--mode", "full", "-q"];
    let command = [&python.path, program];
    let run = Run::recording_as(scratch, &options, &trace, command)?;
    let ended = run.env("PAGES", pages.to_string()).finish()?;
    ended.expect_code(0)?;
    Ok(Recorded {
        report: told(scratch, &trace)?,
        itself: ended.stdout.trim().parse()?,
        before: before_exec(scratch, &trace)?,
    })
}

/// The first reading of the recording: at the exec.
fn before_exec(scratch: &Scratch, trace: &Path) -> Result<u64> {
    let exported = exported(scratch, trace)?;
    let mut events = exported.lines().map(serde_json::from_str::<Value>);
    let first = events.find_map(|it| it.ok()?["minor_faults"].as_u64());
    first.context("no page faults in the recording")
}

impl Recorded {
    fn phase(&self, name: &str) -> Result<u64> {
        let rows = self.report["phases"].as_array().context("no phases")?;
        let row = rows.iter().find(|it| it["name"] == name);
        let row = row.with_context(|| format!("no phase {name}"))?;
        row["minor_faults"].as_u64().context("unknown page faults")
    }

    /// Phases and the rest are all that the kernel counted, and hardly any is
    /// of no phase.
    fn adds_up(&self) -> Result<()> {
        let number = |name: &str| self.report[name].as_u64().context("unknown");
        let rows = self.report["phases"].as_array().context("no phases")?;
        let phases: u64 = rows
            .iter()
            .filter_map(|it| it["minor_faults"].as_u64())
            .sum();
        let between = number("faults_between_phases")?;
        let all = number("minor_faults")?;
        ensure!(phases + between == all, "{phases} + {between} is not {all}");
        ensure!(between <= MOST_BETWEEN, "{between} of {all} have no phase");
        let kernel = self.itself - self.before;
        ensure!(
            all.abs_diff(kernel) <= CHANCE,
            "{all} page faults here, {kernel} by the kernel: {self:#?}"
        );
        Ok(())
    }
}
