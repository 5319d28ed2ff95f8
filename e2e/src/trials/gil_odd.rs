//! Fights for the GIL in odd circumstances: nobody is accused wrongly, and what
//! is not known is called so.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::program::{self, Program};
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

/// What must be there besides, in each circumstance: a fight, and processes
/// with one of their own.
const FIGHTS: &[(&str, usize)] = &[
    ("daemons", 1),
    ("fork", 4),
    ("workers", 4),
    ("interpreters", 0),
    ("asyncio", 1),
];
/// Once is enough for a thousand threads.
const ON_ONE: &[(&str, usize)] = &[("thousand", 0)];

/// One trial for each circumstance, on the newest interpreter with a GIL and
/// symbols and on a stripped one; and one of attaching in the middle of a fight.
pub(super) fn trials(pythons: &Pythons) -> Result<Vec<Trial>> {
    let program = program::named("gil_odd")?;
    let mut trials = Vec::new();
    for (index, python) in pythons.pair().into_iter().enumerate() {
        let once = if index == 0 { ON_ONE } else { &[] };
        for (way, fights) in FIGHTS.iter().chain(once) {
            let (program, python) = (program.clone(), python.clone());
            let name = format!("nobody accused wrongly: {way} on {python}");
            let body = move |scratch: &Scratch| one(scratch, &program, &python, way, *fights);
            trials.push(Trial::new(name, body).alone(true));
        }
        let name = format!("nobody accused wrongly: attached in the middle on {python}");
        let body = move |scratch: &Scratch| attached(scratch, &python);
        trials.push(Trial::new(name, body).alone(true));
    }
    Ok(trials)
}

fn one(
    scratch: &Scratch,
    program: &Program,
    python: &Python,
    way: &str,
    fights: usize,
) -> Result<()> {
    let trace = scratch.file("odd.kb");
    let command = [&python.path, &program.path, Path::new(way)];
    Run::recording(scratch, &trace, command)?
        .finish()?
        .expect_code(0)?;
    let report = gil(scratch, &trace)?;
    ensure!(
        pids_with_waits(&report).len() >= fights,
        "no fight in {report:#}"
    );
    match way {
        "asyncio" => starved(&report),
        "interpreters" => no_common_gil(&report, python),
        _ => Ok(()),
    }
}

/// `gil` and `locks` read it; whoever is named could have been it.
fn gil(scratch: &Scratch, trace: &Path) -> Result<Value> {
    let ask = |subject: &str| -> Result<Value> {
        let words = [subject.as_ref(), trace.as_os_str(), "--json".as_ref()];
        Run::keelback(scratch, words)?.finish()?.json()
    };
    let (report, locks) = (ask("gil")?, ask("locks")?);
    ensure!(locks["locks"].is_array(), "no locks in {locks:#}");
    let process = processes(&report);
    for wait in list(&report, "waits") {
        let tid = |key: &str| wait[key].as_u64().unwrap_or(0);
        let (waiter, holder) = (tid("waiter_tid"), tid("holder_tid"));
        ensure!(waiter != holder, "it waited for itself: {wait:#}");
        ensure!(
            holder == 0 || process.get(&waiter) == process.get(&holder),
            "the holder lives in another process: {wait:#}"
        );
        let known = ["running_ns", "off_cpu_ns"].map(|key| wait[key].as_u64().unwrap_or(0));
        ensure!(
            holder != 0 || known == [0, 0],
            "it is known what nobody did: {wait:#}"
        );
    }
    Ok(report)
}

fn list<'a>(report: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    report[key].as_array().into_iter().flatten()
}

/// The pid of each thread.
fn processes(report: &Value) -> HashMap<u64, u64> {
    let of = |it: &Value| Some((it["tid"].as_u64()?, it["pid"].as_u64()?));
    list(report, "threads").filter_map(of).collect()
}

/// The processes in which somebody waited for the GIL for a while.
fn pids_with_waits(report: &Value) -> Vec<u64> {
    let waited = |it: &&Value| it["gil_wait_ns"].as_u64().is_some_and(|ns| ns > 10_000_000);
    let mut pids: Vec<u64> = list(report, "threads")
        .filter(waited)
        .filter_map(|it| it["pid"].as_u64())
        .collect();
    pids.sort_unstable();
    pids.dedup();
    pids
}

/// The event loop's lag is laid at the door of the thread that starved it.
fn starved(report: &Value) -> Result<()> {
    let process = processes(report);
    let is_main = |it: &&Value| {
        let tid = it["waiter_tid"].as_u64().unwrap_or(0);
        process.get(&tid) == Some(&tid)
    };
    let waits: Vec<&Value> = list(report, "waits").filter(is_main).collect();
    let ns = |it: &Value| it["total_ns"].as_u64().unwrap_or(0);
    let whole: u64 = waits.iter().map(|it| ns(it)).sum();
    let starver = |it: &&&Value| {
        it["holder_frame"]
            .as_str()
            .is_some_and(|it| it.starts_with("starve "))
    };
    let by_starver: u64 = waits.iter().filter(starver).map(|it| ns(it)).sum();
    ensure!(
        whole > 10_000_000 && by_starver * 10 >= whole * 8,
        "of {whole} ns, {by_starver} for the starver: {report:#}"
    );
    Ok(())
}

/// Interpreters with a GIL each do not wait for one another's.
fn no_common_gil(report: &Value, python: &Python) -> Result<()> {
    let wait: u64 = list(report, "threads")
        .filter_map(|it| it["gil_wait_ns"].as_u64())
        .sum();
    ensure!(
        python.version < (3, 12) || wait < 100_000_000,
        "they waited for {wait} ns: {report:#}"
    );
    Ok(())
}

fn attached(scratch: &Scratch, python: &Python) -> Result<()> {
    let program = program::named("gil_odd")?;
    let mut fight = Command::new(&python.path)
        .arg(&program.path)
        .arg("endless")
        .stdout(Stdio::null())
        .spawn()
        .context("no fight")?;
    std::thread::sleep(Duration::from_millis(400));
    let trace: PathBuf = scratch.file("attached.kb");
    let pid = fight.id().to_string();
    let words = ["attach", &pid, "--for", "500ms", "-o"].map(AsRef::as_ref);
    let ended = Run::keelback(scratch, words.into_iter().chain([trace.as_os_str()]))?.finish();
    fight.kill()?;
    fight.wait()?;
    ended?.expect_code(0)?;
    let report = gil(scratch, &trace)?;
    ensure!(
        !pids_with_waits(&report).is_empty(),
        "no fight in {report:#}"
    );
    Ok(())
}
