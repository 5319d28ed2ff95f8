//! `keelback run --viztracer`: both tools' slices of one sleep lie over one
//! another.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::program;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

/// The oldest Python that VizTracer still runs on.
const NEEDS: (u32, u32) = (3, 10);
/// How far the two may lie apart, microseconds: a thread that is to sleep, or
/// has slept, may lose its CPU between the one's look and the other's.
const APART_US: f64 = 30_000.0;
/// How long the program sleeps, microseconds.
const SLEEP_US: f64 = 50_000.0;

/// One trial, on the newest interpreter that has a `venv` module.
pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let fit =
        |it: &&Python| it.version >= NEEDS && !it.launcher && !it.free_threaded && !it.stripped;
    let newest = pythons.found.iter().rfind(fit).cloned();
    let trials = newest.into_iter().map(|python| {
        let name = format!("one clock with VizTracer on {python}");
        Trial::new(name, move |scratch| combined(scratch, &python)).alone(true)
    });
    trials.collect()
}

fn combined(scratch: &Scratch, python: &Python) -> Result<()> {
    let viztracer = viztracer(scratch, python)?;
    let (trace, both) = (scratch.file("both.kb"), scratch.file("both.json"));
    let program = program::named("marked_sleep")?.path;
    let words = [
        "run".as_ref(),
        "-o".as_ref(),
        trace.as_os_str(),
        "--viztracer".as_ref(),
        both.as_os_str(),
        "--".as_ref(),
        viztracer.as_os_str(),
        "--ignore_frozen".as_ref(),
        "-o".as_ref(),
        both.as_os_str(),
        program.as_os_str(),
    ];
    Run::keelback(scratch, words)?.finish()?.expect_code(0)?;
    let file: Value = serde_json::from_str(&fs::read_to_string(&both)?)?;
    let slices = |ours: bool| -> Vec<(f64, f64)> { sleeps(&file, ours) };
    let (ours, theirs) = (slices(true), slices(false));
    ensure!(
        theirs.len() == 2,
        "VizTracer saw {} sleeps, not 2",
        theirs.len()
    );
    for (from, to) in theirs {
        let near =
            |it: &&(f64, f64)| (it.0 - from).abs() < APART_US && (it.1 - to).abs() < APART_US;
        ensure!(
            ours.iter().any(|it| near(&it)),
            "VizTracer's sleep from {from} to {to} us is none of ours: {ours:?}"
        );
    }
    Ok(())
}

/// The sleeps of the marked function: where each begins and ends.
fn sleeps(file: &Value, ours: bool) -> Vec<(f64, f64)> {
    let events = file["traceEvents"].as_array().into_iter().flatten();
    let wanted = |it: &&Value| {
        let named = it["name"]
            .as_str()
            .is_some_and(|it| it.starts_with("marked_sleep "));
        named && it["ph"] == "X" && (it["cat"] == "keelback") == ours
    };
    let times = |it: &Value| Some((it["ts"].as_f64()?, it["dur"].as_f64()?));
    let all = events.filter(wanted).filter_map(times);
    let long = all.filter(|(_, took)| *took >= SLEEP_US * 0.9);
    long.map(|(from, took)| (from, from + took)).collect()
}

/// VizTracer, installed for this trial alone.
fn viztracer(scratch: &Scratch, python: &Python) -> Result<PathBuf> {
    let venv = scratch.file("venv");
    let bin = venv.join("bin");
    let made = Command::new(&python.path)
        .args(["-m", "venv"])
        .arg(&venv)
        .stdout(Stdio::null())
        .status()?;
    let install = [
        "install",
        "--quiet",
        "--only-binary=:all:",
        "--timeout=10",
        "--retries=0",
        "viztracer",
    ];
    let installed = made.success()
        && Command::new(bin.join("pip"))
            .args(install)
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .status()?
            .success();
    match installed {
        true => Ok(bin.join("viztracer")),
        false => Err(Skip("pip cannot install VizTracer here".into()).into()),
    }
}
