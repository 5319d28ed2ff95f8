//! `keelback gil` against uprobes on the interpreter's own functions, in the
//! same run.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::program::{self, Program};
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};
use crate::uprobes::{Seen, Witness, library_of};

/// A fight of threads that compute, and a hog in C against a thread that only
/// wants to tick.
const PROGRAMS: &[&str] = &["gil_fight", "hog"];

/// How far a thread's waits and holds may be off, as a share of the witness's.
/// Quiet runs are within 1 %; on a busy machine a thread that is preempted
/// inside `take_gil`, outside its sleeps, waits without our seeing it.
const TOLERANCE: f64 = 0.06;
/// A probe's own time, nanoseconds, for each of a take's two.
const PROBE_NS: f64 = 10_000.0;
/// Less than this in all is noise, nanoseconds.
const ENOUGH_NS: f64 = 20e6;

/// One trial for each program and interpreter with symbols.
pub(super) fn trials(pythons: &Pythons) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for name in PROGRAMS {
        let program = program::named(name)?;
        let fit =
            |it: &&Python| it.version >= FIRST_WITH_FRAMES && !it.free_threaded && !it.stripped;
        for python in pythons.found.iter().filter(fit) {
            let (program, python) = (program.clone(), python.clone());
            let name = format!("GIL of {name} against uprobes on {python}");
            let body = move |scratch: &Scratch| compare(scratch, &program, &python);
            trials.push(Trial::new(name, body).alone(true));
        }
    }
    Ok(trials)
}

fn compare(scratch: &Scratch, program: &Program, python: &Python) -> Result<()> {
    let witness = Witness::of(&library_of(&python.path)?)?;
    let trace = scratch.file("gil.kb");
    let words = [
        "run".as_ref(),
        "-o".as_ref(),
        trace.as_os_str(),
        "--".as_ref(),
        python.path.as_os_str(),
        program.path.as_os_str(),
    ];
    Run::keelback(scratch, words)?.finish()?.expect_code(0)?;
    let seen = witness.seen()?;
    ensure!(
        seen.values().any(|it| it.takes > 0),
        "the witness saw nothing"
    );
    let words = ["gil".as_ref(), "--json".as_ref(), trace.as_os_str()];
    let report = Run::keelback(scratch, words)?.finish()?.json()?;
    let mut compared = 0;
    for thread in report["threads"].as_array().into_iter().flatten() {
        let Some(seen) = thread["tid"].as_u64().and_then(|tid| seen.get(&tid)) else {
            continue;
        };
        compared += usize::from(one(thread, seen, &report)?);
        adds_up(thread)?;
    }
    match compared {
        0 => Err(Skip("the threads never fought for the GIL".into()).into()),
        _ => Ok(()),
    }
}

/// Compares one thread that waited or held enough. The main thread also holds
/// the GIL before its first take and after its last drop.
fn one(thread: &Value, seen: &Seen, report: &Value) -> Result<bool> {
    let of = |key: &str| thread[key].as_f64().unwrap_or(f64::NAN);
    let slack = f64::from(seen.takes) * PROBE_NS;
    let check = |what: &str, ours: f64, theirs: f64| -> Result<bool> {
        let off = (ours - theirs).abs() - slack;
        ensure!(
            off <= theirs * TOLERANCE,
            "{what}: {ours} ns, the witness saw {theirs} ns in {seen:?}\n{report:#}"
        );
        Ok(true)
    };
    let main = thread["tid"] == thread["pid"];
    let waits = seen.wait_ns >= ENOUGH_NS && seen.long_takes > 0;
    let holds = seen.hold_ns >= ENOUGH_NS && !main;
    let waits = waits && check("GIL wait", of("gil_wait_ns"), seen.wait_ns)?;
    let holds = holds && check("GIL hold", of("gil_hold_ns"), seen.hold_ns)?;
    Ok(waits || holds)
}

/// The parts of a wait sum to it.
fn adds_up(thread: &Value) -> Result<()> {
    let of = |key: &str| thread[format!("gil_wait{key}_ns")].as_u64().unwrap_or(0);
    let sum: u64 = ["_running", "_off_cpu", "_handover", "_unknown"]
        .map(of)
        .iter()
        .sum();
    ensure!(sum == of(""), "parts of a wait: {sum} ns\n{thread:#}");
    Ok(())
}
