//! `keelback gil` names threads as Python does.

use std::collections::BTreeSet;
use std::fs;

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
    let (program, file) = (program::named("called")?, scratch.file("gil.json"));
    let words = ["gil", "--json", "--engine", engine, "--report-to"].map(AsRef::as_ref);
    let run = [
        file.as_os_str(),
        "--".as_ref(),
        python.path.as_os_str(),
        program.path.as_os_str(),
    ];
    Run::keelback(scratch, words.into_iter().chain(run))?
        .finish()?
        .expect_code(0)?;
    let report: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    let threads = report["threads"].as_array().context("no threads")?;
    let names: BTreeSet<&str> = threads
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    // From 3.10 on (Lib/threading.py: Thread.__init__).
    let made_up = match python.version < (3, 10) {
        true => "Thread-1",
        false => "Thread-1 (work)",
    };
    let said = ["MainThread", "client-3", made_up, "naïve-あ", "renamed"];
    ensure!(
        names == BTreeSet::from(said),
        "the threads are called {said:?}, not {names:?}"
    );
    Ok(())
}
