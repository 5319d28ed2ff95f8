//! `keelback replay`: the calls of a recording made again.

use std::ffi::OsString;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let pair = pythons.pair();
    let mut trials = Vec::new();
    for python in pair.clone() {
        let name = format!("replay on {python}");
        trials.push(Trial::new(name, move |scratch| warm(scratch, &python)));
    }
    // It empties the whole machine's caches: once is enough.
    for python in pair.into_iter().rev().take(1) {
        let name = format!("replay --cold on {python}");
        let body = move |scratch: &Scratch| empties_caches(scratch, &python);
        trials.push(Trial::new(name, body).alone(true));
    }
    trials
}

fn replay(scratch: &Scratch, python: &Python, options: &[&str]) -> Result<Value> {
    let trace = scratch.file("trace.kb");
    let mut run: Vec<OsString> = ["run", "--mode", "full", "-q", "--force", "-o"]
        .map(OsString::from)
        .to_vec();
    run.extend([trace.clone().into(), "--".into()]);
    run.extend([python.path.clone().into(), "-c".into()]);
    run.push("import json, asyncio".into());
    Run::keelback(scratch, run)?.finish()?.expect_code(0)?;
    let options = [&["replay", "--json"], options].concat();
    let options = options.into_iter().map(OsString::from);
    let told = Run::keelback(scratch, options.chain([trace.into()]))?;
    let told = told.finish()?.json()?;
    let differences = told["differences"].as_array().context("no differences")?;
    ensure!(
        differences.is_empty(),
        "calls return something else: {differences:?}"
    );
    ensure!(
        told["verdict"].as_str().is_some_and(|it| !it.is_empty()),
        "no verdict"
    );
    Ok(told)
}

fn median(told: &Value, name: &str) -> Result<u64> {
    let modes = told["modes"].as_array().context("no modes")?;
    let mode = modes.iter().find(|it| it["name"] == name);
    mode.and_then(|it| it["median_ns"].as_u64())
        .with_context(|| format!("no mode {name}"))
}

fn warm(scratch: &Scratch, python: &Python) -> Result<()> {
    let told = replay(scratch, python, &["--rounds", "5"])?;
    let recorded = median(&told, "as recorded")?;
    let packed = median(&told, "one packed file")?;
    ensure!(recorded > packed, "a packed file is no faster");
    let plain = median(&told, "what io_uring has, plain")?;
    let one = median(&told, "io_uring: one op an enter")?;
    // Several times slower on any machine: statx goes to another thread.
    ensure!(
        one == 0 || one > plain * 3 / 2,
        "one op an enter takes {one}, plain calls {plain}"
    );
    Ok(())
}

/// A round without caches takes longer than one with them, and says how they
/// were emptied.
fn empties_caches(scratch: &Scratch, python: &Python) -> Result<()> {
    let warm = replay(scratch, python, &["--rounds", "3"])?;
    let cold = replay(scratch, python, &["--rounds", "3", "--cold"])?;
    let how = cold["caches"].as_str().context("not said how")?;
    let root = nix::unistd::geteuid().is_root();
    let expected = if root { "drop_caches" } else { "fadvise" };
    ensure!(how == expected, "caches emptied by {how}");
    ensure!(warm["caches"] == "warm", "{}", warm["caches"]);
    let (before, after) = (median(&warm, "path index")?, median(&cold, "path index")?);
    ensure!(
        after > before,
        "reading the files takes {after} without caches, {before} with them"
    );
    Ok(())
}
