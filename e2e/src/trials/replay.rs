//! `keelback replay`: the calls of a recording made again.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::imports::undisturbed;
use crate::keelback::Run;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

/// Times the reference's ratio that ours may be.
const MOST_WORSE: f64 = 1.15;
/// Turns after which it must hold, and at which it may.
const LAST: usize = 9;
const FIRST: usize = 2;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let pair = pythons.pair();
    let mut trials = Vec::new();
    for python in pair.clone() {
        let name = format!("replay on {python}");
        trials.push(Trial::new(name, move |scratch| warm(scratch, &python)));
    }
    for python in pair.clone().into_iter().take(1) {
        let name = format!("replay through io_uring beside a reference on {python}");
        let body = move |scratch: &Scratch| beside_reference(scratch, &python);
        trials.push(Trial::new(name, body).alone(true));
    }
    // It empties the whole machine's caches: once is enough.
    for python in pair.into_iter().rev().take(1) {
        let name = format!("replay --cold on {python}");
        let body = move |scratch: &Scratch| empties_caches(scratch, &python);
        trials.push(Trial::new(name, body).alone(true));
    }
    trials
}

/// A recording of a start-up that imports much.
fn record(scratch: &Scratch, python: &Python) -> Result<PathBuf> {
    let trace = scratch.file("trace.kb");
    let mut run: Vec<OsString> = ["run", "--mode", "full", "-q", "--force", "-o"]
        .map(OsString::from)
        .to_vec();
    run.extend([trace.clone().into(), "--".into()]);
    run.extend([python.path.clone().into(), "-c".into()]);
    run.push("import json, asyncio".into());
    Run::keelback(scratch, run)?.finish()?.expect_code(0)?;
    Ok(trace)
}

fn replay(scratch: &Scratch, python: &Python, options: &[&str]) -> Result<Value> {
    let trace = record(scratch, python)?;
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

/// What the verdict and the notes rest on is told too.
fn is_whole(told: &Value) -> Result<()> {
    let verdict = told["verdict"].as_str().unwrap_or_default();
    ensure!(verdict.contains("fork server"), "{verdict}");
    let punted = told["punted"]["statx, always"].as_u64();
    ensure!(punted > Some(100), "{}", told["punted"]);
    let without = told["without_opcode"]["getdents64"].as_u64();
    ensure!(without > Some(0), "{}", told["without_opcode"]);
    let refused = told["refused"].as_object().context("nothing is refused")?;
    ensure!(
        refused.keys().any(|it| it.starts_with("mmap")),
        "{refused:?}"
    );
    median(told, "io_uring: set-up alone").map(drop)
}

pub(super) fn median(told: &Value, name: &str) -> Result<u64> {
    let modes = told["modes"].as_array().context("no modes")?;
    let mode = modes.iter().find(|it| it["name"] == name);
    mode.and_then(|it| it["median_ns"].as_u64())
        .with_context(|| format!("no mode {name}"))
}

fn warm(scratch: &Scratch, python: &Python) -> Result<()> {
    let told = replay(scratch, python, &["--rounds", "5"])?;
    is_whole(&told)?;
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

/// All in one submit costs what it costs a program in C that makes the same
/// calls. How that compares with plain calls is the machine's affair: a statx
/// always goes to a kernel worker.
fn beside_reference(scratch: &Scratch, python: &Python) -> Result<()> {
    let reference = compile_reference(scratch)?;
    let first = undisturbed(scratch)?;
    let trace = record(scratch, python)?;
    let ops = operations(scratch, &trace)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=LAST {
        let mut words = first.clone();
        words.extend([reference.clone().into(), ops.clone().into(), "15".into()]);
        let told = Run::new(scratch, &words[0], &words[1..]).finish()?;
        if told.status.code() == Some(3) {
            return Err(Skip("io_uring cannot be used here".into()).into());
        }
        theirs.push(ratio(
            told.json()?["all_ns"].as_f64(),
            told.json()?["plain_ns"].as_f64(),
        )?);
        let mut words = first.clone();
        words.push(crate::keelback::binary()?.into());
        words.extend(["replay", "--json", "--rounds", "15"].map(OsString::from));
        words.push(trace.clone().into());
        let told = Run::new(scratch, &words[0], &words[1..]).finish()?.json()?;
        let all = median(&told, "io_uring: all, DEFER_TASKRUN")? as f64;
        let plain = median(&told, "what io_uring has, plain")? as f64;
        ours.push(ratio(Some(all), Some(plain))?);
        if round >= FIRST && least(&ours) <= least(&theirs) * MOST_WORSE {
            return Ok(());
        }
    }
    bail!("times the plain calls: ours {ours:.2?}, the reference's {theirs:.2?}")
}

pub(super) fn ratio(a: Option<f64>, b: Option<f64>) -> Result<f64> {
    Ok(a.context("no time")? / b.filter(|it| *it > 0.0).context("no time")?)
}

/// Neighbours only ever add.
fn least(ratios: &[f64]) -> f64 {
    ratios.iter().copied().fold(f64::INFINITY, f64::min)
}

fn compile_reference(scratch: &Scratch) -> Result<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/reference/replay_ring.c");
    let made = scratch.file("replay_ring");
    let words = [
        "-O2".into(),
        "-o".into(),
        made.clone().into(),
        OsString::from(source),
    ];
    let compiled = ["cc", "gcc", "clang"].into_iter().any(|it| {
        let run = Run::new(scratch, it, &words).finish();
        run.is_ok_and(|ended| ended.status.success())
    });
    match compiled {
        true => Ok(made),
        false => Err(Skip("there is no C compiler with linux/io_uring.h".into()).into()),
    }
}

/// What the reference makes again, by a program that knows nothing of
/// keelback's rules.
fn operations(scratch: &Scratch, trace: &Path) -> Result<PathBuf> {
    let (events, ops) = (scratch.file("events.jsonl"), scratch.file("ops"));
    let words: [OsString; 6] = [
        "export".into(),
        "-f".into(),
        "json".into(),
        trace.into(),
        "-o".into(),
        events.clone().into(),
    ];
    Run::keelback(scratch, words)?.finish()?.expect_code(0)?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/reference/replay_ops.py");
    let told = Run::new(scratch, "python3", [OsString::from(script), events.into()]).finish()?;
    told.expect_code(0)?;
    fs::write(&ops, told.stdout)?;
    Ok(ops)
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
