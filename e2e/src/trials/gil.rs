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
use crate::trial::Trial;
use crate::witness::{Seen, Witness};

/// A program, and how true the report on it must be.
#[derive(Clone, Copy)]
struct Case {
    program: &'static str,
    /// How far a thread's wait and its hold may be off, as shares of the
    /// witness's.
    tolerance: [f64; 2],
    /// Of how many waits it must be known who let go.
    known: f64,
    /// How `keelback run` is asked to record it.
    options: &'static [&'static str],
}

/// A fight of threads that compute, a hog in C against a thread that only wants
/// to tick, and threads that ask servers and work on the answers: what they
/// hold while nobody waits is sampled, and 499 samples a second are few in half
/// a second.
const CASES: [Case; 5] = [
    Case {
        program: "gil_fight",
        tolerance: [0.01; 2],
        known: 0.97,
        options: &[],
    },
    Case {
        program: "hog",
        tolerance: [0.01; 2],
        known: 0.97,
        options: &[],
    },
    Case {
        program: "io_mix",
        tolerance: [0.05; 2],
        known: 0.95,
        options: &["--sample-hz", "1999"],
    },
    Case {
        program: "gil_fight",
        options: &["--engine", "ptrace"],
        ..BY_PTRACE
    },
    Case {
        program: "hog",
        options: &["--engine", "ptrace"],
        ..BY_PTRACE
    },
];

/// Without stops, by the kernel's notes on who has a CPU; who had the GIL is made
/// of that, and of 32 samples a second.
const BY_PTRACE: Case = Case {
    program: "",
    tolerance: [0.05, 0.12],
    known: 0.9,
    options: &[],
};

/// What a recording of one of these programs takes at most.
const MOST_BYTES: u64 = 1 << 20;
/// Less than this in all is noise, nanoseconds.
const ENOUGH_NS: u64 = 20_000_000;

/// One trial for each program and interpreter.
pub(super) fn trials(pythons: &Pythons) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for case in CASES {
        let fit = |it: &&Python| it.version >= FIRST_WITH_FRAMES && !it.free_threaded;
        for python in pythons.found.iter().filter(fit) {
            trials.push(trial(case, python)?);
        }
    }
    for python in pythons.pair() {
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

fn trial(case: Case, python: &Python) -> Result<Trial> {
    let (program, python) = (program::named(case.program)?, python.clone());
    let by = match case.options.contains(&"ptrace") {
        true => " by ptrace",
        false => "",
    };
    let name = format!("GIL of {}{by} against uprobes on {python}", case.program);
    let body = move |scratch: &Scratch| compare(scratch, case, &program, &python);
    Ok(Trial::new(name, body).alone(true))
}

fn compare(scratch: &Scratch, case: Case, program: &Program, python: &Python) -> Result<()> {
    let witness = Witness::of(python, scratch)?;
    let trace = scratch.file("gil.kb");
    let command = [&python.path, &program.path];
    let run = Run::recording_as(scratch, case.options, &trace, command)?;
    witness.watch(run).finish()?.expect_code(0)?;
    let bytes = fs::metadata(&trace)?.len();
    ensure!(bytes <= MOST_BYTES, "the recording takes {bytes} bytes");
    let seen = witness.seen()?;
    let words = ["gil".as_ref(), "--json".as_ref(), trace.as_os_str()];
    let report = Run::keelback(scratch, words)?.finish()?.json()?;
    let mut compared = 0;
    for thread in list(&report, "threads") {
        adds_up(thread, &report)?;
        let tid = thread["tid"]
            .as_u64()
            .filter(|_| thread["tid"] != thread["pid"]);
        if let Some(seen) = tid.and_then(|tid| seen.get(&tid)) {
            compared += one(thread, seen, case.tolerance, &report)?;
        }
    }
    ensure!(
        compared >= 2,
        "of {seen:?} little can be compared: {report:#}"
    );
    knows_who_let_go(&report, case.known)
}

fn list<'a>(report: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    report[key].as_array().into_iter().flatten()
}

/// Compares the wait and the hold of one thread, where they are enough; how
/// many of them were? The main thread also holds the GIL before its first take
/// and after its last drop, and takes it a thousand times while it is alone.
fn one(thread: &Value, seen: &Seen, tolerance: [f64; 2], report: &Value) -> Result<usize> {
    let [wait, hold] = tolerance;
    let both = [
        ("gil_wait_ns", seen.wait_ns, wait),
        ("gil_hold_ns", seen.hold_ns, hold),
    ];
    let enough = both.into_iter().filter(|it| it.1 >= ENOUGH_NS);
    let mut compared = 0;
    for (key, witnessed, tolerance) in enough {
        let ours = thread[key].as_u64().unwrap_or(0);
        let off = ours as f64 / witnessed as f64 - 1.0;
        ensure!(
            off.abs() <= tolerance,
            "{key}: {ours} is {off:+.4} off what the witness saw of {tid}, {seen:?}\n{report:#}",
            tid = thread["tid"]
        );
        compared += 1;
    }
    Ok(compared)
}

/// A wait is the sum of what its holders did meanwhile, and of the lines that
/// tell of them.
fn adds_up(thread: &Value, report: &Value) -> Result<()> {
    let of = |key: &str| thread[format!("gil_wait{key}_ns")].as_u64().unwrap_or(0);
    let parts = ["_running", "_off_cpu", "_handover", "_unknown"].map(of);
    let lines = list(report, "waits").filter(|it| it["waiter_tid"] == thread["tid"]);
    let lines: u64 = lines.filter_map(|it| it["total_ns"].as_u64()).sum();
    let sums = [parts.iter().sum(), lines];
    ensure!(sums == [of(""); 2], "{sums:?} ns\n{thread:#}");
    Ok(())
}

/// It is known of so many waits who let go at their end.
fn knows_who_let_go(report: &Value, share: f64) -> Result<()> {
    let of = |key: &str| report["handovers"][key].as_f64().unwrap_or(f64::NAN);
    ensure!(
        of("known") >= share * of("total"),
        "too few known: {}",
        report["handovers"]
    );
    Ok(())
}
