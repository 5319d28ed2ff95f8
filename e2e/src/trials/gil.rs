//! `keelback gil` against uprobes on the interpreter's own functions, or on the
//! C library's where those cannot be found, in the same run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::program::{self, Program};
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};
use crate::witness::{Seen, Witness};

/// A fight of threads that compute, and threads that ask servers and work on
/// the answers.
const ON_EVERY: &[&str] = &["gil_fight", "io_mix"];
/// A hog in C against a thread that only wants to tick.
const ON_A_PAIR: &[&str] = &["hog"];

/// How far a thread's waits and holds may be off, as a share of the witness's.
const TOLERANCE: f64 = 0.03;
/// What a hold that nobody waited for may be off besides: it is sampled. Four
/// standard deviations at one sample without the GIL in twenty, by the square
/// root of their number: of all clients' samples, which do alike.
const SAMPLED: f64 = 0.9;
/// What a recording of one of these programs takes at most.
const MOST_BYTES: u64 = 1 << 20;
/// A probe's own time, nanoseconds, for each of a take's two.
const PROBE_NS: f64 = 10_000.0;
/// Less than this in all is noise, nanoseconds.
const ENOUGH_NS: f64 = 20e6;

/// One trial for each program and interpreter.
pub(super) fn trials(pythons: &Pythons) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for name in ON_EVERY {
        let fit = |it: &&Python| it.version >= FIRST_WITH_FRAMES && !it.free_threaded;
        for python in pythons.found.iter().filter(fit) {
            trials.push(trial(name, python)?);
        }
    }
    for python in pythons.pair() {
        for name in ON_A_PAIR {
            trials.push(trial(name, &python)?);
        }
        trials.push(other_interval(&python)?);
    }
    Ok(trials)
}

/// What `whatif` says of another interval, against a run with that interval.
fn other_interval(python: &Python) -> Result<Trial> {
    let (program, python) = (program::named("asker")?, python.clone());
    let name = format!("another switch interval on {python}");
    let body = move |scratch: &Scratch| {
        let run = |interval: &str| -> Result<PathBuf> {
            let trace = scratch.file(&format!("{interval}.kb"));
            let command = [&python.path, &program.path, Path::new(interval)];
            Run::recording(scratch, &trace, command)?
                .finish()?
                .expect_code(0)?;
            Ok(trace)
        };
        let usual = run("0.005")?;
        [("0.001", 1e6), ("0.02", 20e6)]
            .into_iter()
            .try_for_each(|(interval, ns)| bounds_hold(scratch, &usual, &run(interval)?, ns))
    };
    Ok(Trial::new(name, body).alone(true))
}

/// The waits of the thread that asks, recorded with an interval of `ns`, lie
/// between the bounds that the recording with the usual one gives.
fn bounds_hold(scratch: &Scratch, usual: &Path, real: &Path, ns: f64) -> Result<()> {
    let interval = format!("{ns:.0}us", ns = ns / 1e3);
    let words = [
        "whatif".as_ref(),
        "--switch-interval".as_ref(),
        interval.as_ref(),
    ];
    let words = words
        .into_iter()
        .chain([usual.as_os_str(), "--json".as_ref()]);
    let bounds = Run::keelback(scratch, words)?.finish()?.json()?;
    let words = ["gil".as_ref(), "--json".as_ref(), real.as_os_str()];
    let report = Run::keelback(scratch, words)?.finish()?.json()?;
    let seen = report["switch_interval_ns"].as_f64().unwrap_or(0.0);
    // A timer is never early; how late it is, is the machine's.
    ensure!(
        (0.9 * ns..1.5 * ns).contains(&seen),
        "the interval seen is {seen} ns, not {ns}"
    );
    let asker = |document: &Value| -> Option<Value> {
        let threads = document["threads"].as_array()?;
        threads.iter().find(|it| it["name"] == "asker").cloned()
    };
    let (wished, real) = (asker(&bounds), asker(&report));
    let (Some(wished), Some(real)) = (wished, real) else {
        bail!("no thread asked: {bounds:#}");
    };
    let of = |it: &Value, key: &str| it[key].as_f64().unwrap_or(f64::NAN);
    // How long threads have no CPU is the machine's, too.
    let wait = of(&real, "gil_wait_ns");
    let ours = wait - of(&real, "gil_wait_off_cpu_ns") - of(&real, "gil_wait_handover_ns");
    ensure!(
        of(&wished, "lower_ns") <= wait * 1.1 && ours <= of(&wished, "upper_ns") * 1.1,
        "{wait} ns of waiting with {ns} ns, {ours} of it for a thread that ran: {wished:#}"
    );
    Ok(())
}

fn trial(name: &str, python: &Python) -> Result<Trial> {
    let (program, python) = (program::named(name)?, python.clone());
    let name = format!("GIL of {name} against uprobes on {python}");
    let body = move |scratch: &Scratch| compare(scratch, &program, &python);
    Ok(Trial::new(name, body).alone(true))
}

fn compare(scratch: &Scratch, program: &Program, python: &Python) -> Result<()> {
    let witness = Witness::of(python)?;
    let trace = scratch.file("gil.kb");
    Run::recording(scratch, &trace, [&python.path, &program.path])?
        .finish()?
        .expect_code(0)?;
    let bytes = fs::metadata(&trace)?.len();
    ensure!(bytes <= MOST_BYTES, "the recording takes {bytes} bytes");
    let seen = witness.seen()?;
    ensure!(
        seen.values().any(|it| it.takes > 0),
        "the witness saw nothing"
    );
    let words = ["gil".as_ref(), "--json".as_ref(), trace.as_os_str()];
    let report = Run::keelback(scratch, words)?.finish()?.json()?;
    let sampled = if program.name == "io_mix" {
        SAMPLED
    } else {
        0.0
    };
    let mut compared = 0;
    for thread in report["threads"].as_array().into_iter().flatten() {
        let Some(seen) = thread["tid"].as_u64().and_then(|tid| seen.get(&tid)) else {
            continue;
        };
        compared += usize::from(one(thread, seen, sampled, &report)?);
        adds_up(thread)?;
    }
    match compared {
        0 => Err(Skip("the threads never fought for the GIL".into()).into()),
        _ => Ok(()),
    }
}

/// Compares one thread that waited or held enough. The main thread also holds
/// the GIL before its first take and after its last drop.
fn one(thread: &Value, seen: &Seen, sampled: f64, report: &Value) -> Result<bool> {
    let of = |key: &str| thread[key].as_f64().unwrap_or(f64::NAN);
    let slack = f64::from(seen.takes) * PROBE_NS;
    let check = |what: &str, ours: f64, from: f64, to: f64, tolerance: f64| -> Result<bool> {
        let off = (from - ours).max(ours - to) - slack;
        ensure!(
            off <= to * tolerance,
            "{what}: {ours} ns, the witness saw {to} ns in {seen:?}\n{report:#}"
        );
        Ok(true)
    };
    let main = thread["tid"] == thread["pid"];
    let waits = seen.wait_ns >= ENOUGH_NS && seen.fights > 0;
    let holds = seen.hold_ns >= ENOUGH_NS && !main;
    let waited = (seen.wait_ns - seen.trapped_ns, seen.wait_ns);
    let by_samples = sampled / samples_of_all(thread, report).max(1.0).sqrt();
    let waits = waits && check("GIL wait", of("gil_wait_ns"), waited.0, waited.1, TOLERANCE)?;
    let holds = holds
        && check(
            "GIL hold",
            of("gil_hold_ns"),
            seen.hold_ns,
            seen.hold_ns,
            TOLERANCE + by_samples,
        )?;
    Ok(waits || holds)
}

/// The samples of all threads of its process but the main one.
fn samples_of_all(thread: &Value, report: &Value) -> f64 {
    let all = report["threads"].as_array().into_iter().flatten();
    let alike = all.filter(|it| it["pid"] == thread["pid"] && it["tid"] != it["pid"]);
    alike.filter_map(|it| it["samples"].as_f64()).sum()
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
