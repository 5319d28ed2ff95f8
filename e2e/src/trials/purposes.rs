//! `keelback startup`: calls by purpose against strace's log, sorted apart.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::packages;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

/// A start without choices, one that imports much, and an application.
const STARTS: &[&[&str]] = &[
    &["-c", "pass"],
    &["-c", "import json, asyncio, http.client"],
    FLASK,
];
const FLASK: &[&str] = &["-m", "flask", "--version"];
/// Versions on which the application is tried.
const WITH_PACKAGES: &[(u32, u32)] = &[(3, 8), (3, 11), (3, 12), (3, 13)];

/// How often a start is made before its counts must have been equal once.
const TURNS: usize = 8;

/// Calls by purpose.
type Counts = BTreeMap<String, u64>;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let known = |it: &&Python| !it.free_threaded && !it.launcher && it.version >= (3, 8);
    let mut trials = Vec::new();
    for python in pythons.found.iter().filter(known) {
        let has_packages = WITH_PACKAGES.contains(&python.version) && !python.stripped;
        for start in STARTS.iter().filter(|it| **it != FLASK || has_packages) {
            let python = python.clone();
            let name = format!("purposes of `{}` on {python}", start.join(" "));
            trials.push(Trial::new(name, move |scratch| {
                compare(scratch, &python, start, "ebpf")
            }));
        }
    }
    // The other engine has to tell the same; one interpreter of a kind will do.
    for python in pythons.pair() {
        let name = format!(
            "purposes of `{}` on {python} by ptrace",
            STARTS[1].join(" ")
        );
        trials.push(Trial::new(name, move |scratch| {
            compare(scratch, &python, STARTS[1], "ptrace")
        }));
    }
    trials
}

/// Nothing that a program could see is left to chance: hash seeds, the
/// environment and its length, whether byte code is written, addresses but for
/// a few. Those decide in which order objects die at the end, and with it
/// whether the last of an arena's or of the heap's goes: calls for memory are
/// equal in one of some runs, as strace's are to its own. All others are at
/// each.
fn compare(scratch: &Scratch, python: &Python, words: &[&str], engine: &str) -> Result<()> {
    let start = Start::new(scratch, python, words)?;
    let (mut logged, mut recorded) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let (log, recording) = (start.logged()?, start.recorded(engine)?);
        agree(&but_for_memory(&log), &but_for_memory(&recording), engine)?;
        logged.push(log);
        recorded.push(recording);
        if recorded.iter().any(|it| logged.contains(it)) {
            return Ok(());
        }
    }
    let memory = |counts: &[Counts]| -> Vec<Option<u64>> {
        counts.iter().map(|it| it.get("memory").copied()).collect()
    };
    bail!(
        "memory: {:?} in the logs, {:?} by keelback ({engine})",
        memory(&logged),
        memory(&recorded)
    )
}

fn but_for_memory(counts: &Counts) -> Counts {
    let mut others = counts.clone();
    others.remove("memory");
    others
}

/// A command that starts the same way each time.
struct Start<'a> {
    scratch: &'a Scratch,
    program: PathBuf,
    command: Vec<OsString>,
    folder: PathBuf,
}

impl<'a> Start<'a> {
    fn new(scratch: &'a Scratch, python: &Python, words: &[&str]) -> Result<Start<'a>> {
        let program = match words == FLASK {
            true => packages::python_with(python, &["flask"])?,
            false => python.path.clone(),
        };
        // Without random addresses, so that the heap grows alike.
        let mut command: Vec<OsString> = ["setarch", "-R"].map(OsString::from).to_vec();
        command.push(program.clone().into());
        command.extend(words.iter().map(OsString::from));
        // Nothing is written to the folder meanwhile: finders would list it again.
        let folder = scratch.file("empty");
        fs::create_dir_all(&folder)?;
        Ok(Start {
            scratch,
            program,
            command,
            folder,
        })
    }

    /// By the reference, of strace's log; the log's import must say the same.
    fn logged(&self) -> Result<Counts> {
        let log = self.scratch.file("strace");
        let mut words: Vec<OsString> = ["-f", "-ttt", "-T", "-o"].map(OsString::from).to_vec();
        words.push(log.clone().into());
        words.extend_from_slice(&self.command);
        let run = Run::new(self.scratch, "strace", words);
        run.current_dir(&self.folder).finish()?.expect_code(0)?;
        let expected = reference(self.scratch, &log, &self.program, &self.folder)?;
        let imported = purposes_of(&told(self.scratch, &import(self.scratch, &log)?)?)?;
        agree(&expected, &imported, "import")?;
        Ok(expected)
    }

    /// By keelback, of its recording.
    fn recorded(&self, engine: &str) -> Result<Counts> {
        let trace = self.scratch.file("trace.kb");
        let mut words: Vec<OsString> = ["run", "--engine", engine, "--mode", "full", "-q"]
            .map(OsString::from)
            .to_vec();
        words.extend([
            "--force".into(),
            "-o".into(),
            trace.clone().into(),
            "--".into(),
        ]);
        words.extend_from_slice(&self.command);
        let run = Run::keelback(self.scratch, words)?;
        run.current_dir(&self.folder).finish()?.expect_code(0)?;
        purposes_of(&told(self.scratch, &trace)?)
    }
}

/// The log as a recording.
fn import(scratch: &Scratch, log: &Path) -> Result<PathBuf> {
    let trace = scratch.file("log.kb");
    let words: [OsString; 5] = [
        "import".into(),
        log.into(),
        "--force".into(),
        "-o".into(),
        trace.clone().into(),
    ];
    Run::keelback(scratch, words)?.finish()?.expect_code(0)?;
    Ok(trace)
}

fn agree(expected: &Counts, seen: &Counts, way: &str) -> Result<()> {
    let wrong = differences(expected, seen);
    ensure!(
        wrong.is_empty(),
        "the reference and keelback ({way}) differ:\n{}",
        wrong.join("\n")
    );
    let other = seen.get("other").copied().unwrap_or(0);
    let all: u64 = seen.values().sum();
    ensure!(other * 100 < all, "{other} of {all} calls have no purpose");
    Ok(())
}

/// What `startup` says of a recording.
pub(super) fn told(scratch: &Scratch, trace: &Path) -> Result<Value> {
    let options = [OsString::from("startup"), "--json".into(), trace.into()];
    Run::keelback(scratch, options)?.finish()?.json()
}

/// Calls by purpose.
pub(super) fn purposes_of(told: &Value) -> Result<Counts> {
    let rows = told["purposes"].as_array().context("no purposes")?;
    let row = |row: &Value| {
        let name = row["name"].as_str().context("no name")?;
        Ok((name.to_owned(), row["calls"].as_u64().context("no count")?))
    };
    rows.iter().map(row).collect()
}

/// The same of a log, by a program that knows nothing of keelback.
fn reference(scratch: &Scratch, log: &Path, python: &Path, folder: &Path) -> Result<Counts> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("reference/purposes.py");
    let ended = Run::new(
        scratch,
        "python3",
        [&script, log, python].map(OsString::from),
    )
    .current_dir(folder)
    .finish()?;
    ended.expect_code(0)?;
    Ok(serde_json::from_str(&ended.stdout)?)
}

fn differences(expected: &Counts, seen: &Counts) -> Vec<String> {
    let mut both: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (name, count) in expected {
        both.entry(name).or_default().0 = *count;
    }
    for (name, count) in seen {
        both.entry(name).or_default().1 = *count;
    }
    both.into_iter()
        .filter(|(_, (a, b))| a != b)
        .map(|(name, (a, b))| format!("  {name}: {a} in the log, {b} by keelback"))
        .collect()
}
