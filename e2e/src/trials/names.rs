//! `keelback gil` names threads as Python does.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::program;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

/// Each keeps attributes of objects in another way; 3.14 tells the kernel.
const ON: &[(u32, u32)] = &[(3, 8), (3, 12), (3, 13), (3, 14)];

/// One trial for each way, one on a stripped interpreter, and one with the
/// other engine.
pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let find = |version: (u32, u32), stripped: bool, free_threaded: bool| {
        let fit = |it: &&Python| {
            it.version == version && it.free_threaded == free_threaded && (!stripped || it.stripped)
        };
        pythons.found.iter().find(fit)
    };
    let stripped = find((3, 11), true, false);
    let all = ON.iter().filter_map(|version| find(*version, false, false));
    let all = all.chain(stripped).chain(find((3, 13), false, true));
    let by_ebpf = all.map(|python| trial(python, "ebpf"));
    let by_ptrace = stripped.map(|python| trial(python, "ptrace").without_recording());
    by_ebpf.chain(by_ptrace).collect()
}

fn trial(python: &Python, engine: &'static str) -> Trial {
    let python = python.clone();
    let name = format!("Python's names of threads on {python} by {engine}");
    Trial::new(name, move |scratch| named(scratch, &python, engine))
}

fn named(scratch: &Scratch, python: &Python, engine: &str) -> Result<()> {
    let (program, trace) = (program::named("called")?, scratch.file("called.kb"));
    let words = ["run", "--mode", "wait", "--engine", engine, "-o"].map(AsRef::as_ref);
    let run = [
        trace.as_os_str(),
        "--".as_ref(),
        python.path.as_os_str(),
        program.path.as_os_str(),
    ];
    Run::keelback(scratch, words.into_iter().chain(run))?
        .finish()?
        .expect_code(0)?;
    // From 3.10 on (Lib/threading.py: Thread.__init__).
    let made_up = match python.version < (3, 10) {
        true => "Thread-1",
        false => "Thread-1 (work)",
    };
    let said = ["MainThread", "client-3", made_up, "naïve-あ", "renamed"];
    let said = BTreeSet::from(said.map(str::to_owned));
    let all = names(scratch, "report", &trace)?;
    ensure!(all == said, "the threads are called {said:?}, not {all:?}");
    // A thread that got hardly any CPU has nothing to do with the GIL.
    let gil = names(scratch, "gil", &trace)?;
    ensure!(
        gil.is_subset(&said) && gil.contains("client-3"),
        "with the GIL, the threads are called {said:?}, not {gil:?}"
    );
    Ok(())
}

/// What a report calls the threads of processes with a Python.
fn names(scratch: &Scratch, subject: &str, trace: &Path) -> Result<BTreeSet<String>> {
    let words = [subject.as_ref(), trace.as_os_str(), "--json".as_ref()];
    let report = Run::keelback(scratch, words)?.finish()?.json()?;
    let list = |key: &str| report[key].as_array().context("an incomplete report");
    let pids: Vec<&Value> = list("interpreters")?.iter().map(|it| &it["pid"]).collect();
    let threads = list("threads")?.iter();
    let threads = threads.filter(|it| pids.contains(&&it["pid"]));
    Ok(threads
        .filter_map(|it| it["name"].as_str().map(str::to_owned))
        .collect())
}
