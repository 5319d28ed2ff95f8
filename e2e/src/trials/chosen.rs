//! A process has another libpython than its executable's own directories hold:
//! `LD_LIBRARY_PATH` chooses it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::keelback::Run;
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

const NAME: &str = "a libpython that LD_LIBRARY_PATH chooses";

/// Runs on, for longer than it takes to be found.
const SLEEPER: &str = "import time\nfor _ in range(60): time.sleep(0.01)\n";

/// One trial, with an interpreter that has its library beside it.
pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let mut fit = pythons.found.iter();
    let fit = fit.find_map(|it| {
        let is_fit = it.version >= FIRST_WITH_FRAMES && !it.launcher;
        let library = library(it).filter(|_| is_fit)?;
        Some((it.clone(), library))
    });
    vec![match fit {
        Some((python, library)) => Trial::new(format!("{NAME} on {python}"), move |scratch| {
            chosen(scratch, &python, &library)
        }),
        None => Trial::skipped(NAME, "no interpreter here has a libpython in ../lib"),
    }]
}

/// `../lib/libpython3.x.so.1.0`.
fn library(python: &Python) -> Option<PathBuf> {
    let folder = python.path.canonicalize().ok()?.parent()?.join("../lib");
    let files = fs::read_dir(folder).ok()?.flatten().map(|it| it.path());
    files.into_iter().find(|it| {
        let name = it.file_name().and_then(|it| it.to_str()).unwrap_or("");
        name.starts_with("libpython3.") && name.ends_with(".so.1.0")
    })
}

fn chosen(scratch: &Scratch, python: &Python, library: &PathBuf) -> Result<()> {
    let trace = scratch.file("trace.kb");
    let copy = scratch.file(&library.file_name().context("a name")?.to_string_lossy());
    fs::copy(library, &copy)?;
    let command = [python.path.as_os_str(), "-c".as_ref(), SLEEPER.as_ref()];
    let run = Run::recording(scratch, &trace, command)?;
    let run = run.env("LD_LIBRARY_PATH", scratch.folder());
    run.finish()?.expect_code(0)?;
    let report = Run::keelback(
        scratch,
        ["report".as_ref(), "--json".as_ref(), trace.as_os_str()],
    )?
    .finish()?
    .json()?;
    let seen = &report["interpreters"][0]["build"];
    ensure!(
        seen.as_str()
            .is_some_and(|it| copy.ends_with(it) || it == copy.to_string_lossy()),
        "{seen} was seen, {} ran",
        copy.display()
    );
    let blocked = report["blocked"].as_array().into_iter().flatten();
    let mut frames = blocked.filter_map(|it| it["frame"].as_str());
    ensure!(
        frames.any(|it| it.starts_with("<module> (<string>:2")),
        "no line of the program was seen: {report:#}"
    );
    Ok(())
}
