//! Waits for the GIL that the ptrace engine does not stop at, against what the
//! threads' own clocks say; and the same where it must stop at them.

use std::ffi::OsString;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::sandbox::{EPERM, behind_filter};
use crate::keelback::{Ended, Run, binary};
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

/// Threads that compute; each says how long it lived and had a CPU.
const FIGHT: &str = "import sys, threading, time
def fight(number):
    while time.monotonic() < end:
        for _ in range(5000):
            pass
    me = threading.get_native_id()
    note[number] = me, time.monotonic() - begun[number], time.thread_time()
note, begun, end = {}, {}, time.monotonic() + 0.8
threads = [threading.Thread(target=fight, args=(it,)) for it in range(int(sys.argv[1]))]
for number, thread in enumerate(threads):
    begun[number] = time.monotonic()
    thread.start()
for thread in threads:
    thread.join()
for me, lived, ran in note.values():
    print('fighter', me, lived, ran)
";
/// The call that begins the kernel's notes.
const PERF_EVENT_OPEN: u32 = 298;
/// Enough descriptors to record, but not for everything about every thread.
const FEW: &str = "ulimit -n 32; exec \"$@\"";
/// The least share of the waits whose line is known; a thread that is born has
/// none yet.
const PLACED: f64 = 0.7;

/// How far it may be off where threads stop: they are without a CPU then.
const STOPPED: f64 = 0.25;
/// Less than this is the machine's, seconds.
const LITTLE: f64 = 0.01;

/// A fight, and how it is recorded.
#[derive(Clone)]
struct Case {
    python: Python,
    threads: usize,
    /// What starts keelback, if not the trial.
    front: Vec<OsString>,
    /// How far the time without a CPU may be off, as a share of a thread's life:
    /// it may also have lost its CPU.
    tolerance: f64,
    /// Said on stderr.
    said: &'static str,
}

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let fit = |it: &&Python| it.version >= FIRST_WITH_FRAMES && !it.free_threaded;
    let noted = |python: &Python| Case {
        python: python.clone(),
        threads: 4,
        front: Vec::new(),
        tolerance: 0.05,
        said: "",
    };
    let all = pythons.found.iter().filter(fit).map(noted);
    let mut trials: Vec<Trial> = all.map(|it| trial("noted waits", it)).collect();
    for noted in pythons.pair().iter().filter(fit).map(noted) {
        let stopped_at = Case {
            front: behind_filter(&noted.python, PERF_EVENT_OPEN, EPERM),
            tolerance: STOPPED,
            ..noted.clone()
        };
        trials.push(trial("waits without notes", stopped_at));
        let crowded = Case {
            threads: 12,
            front: ["sh", "-c", FEW, "sh"].map(OsString::from).into(),
            tolerance: STOPPED,
            said: "more threads than",
            ..noted
        };
        trials.push(trial("waits with some notes", crowded));
    }
    trials
}

fn trial(name: &str, case: Case) -> Trial {
    let name = format!("{name} on {}", case.python);
    let body = move |scratch: &Scratch| {
        let ended = record(scratch, &case)?;
        ended.expect_code(0)?;
        let is_said = ended.stderr.contains(case.said);
        ensure!(is_said, "it does not say {:?}\n{ended}", case.said);
        compare(scratch, &case, &ended)
    };
    Trial::new(name, body).alone(true).without_recording()
}

fn record(scratch: &Scratch, case: &Case) -> Result<Ended> {
    let mut words = case.front.clone();
    words.push(binary()?.into());
    words.extend(["run", "-q", "--engine", "ptrace", "-o"].map(OsString::from));
    words.extend([scratch.file("trace.kb").into(), "--".into()]);
    words.extend([case.python.path.clone().into(), "-c".into(), FIGHT.into()]);
    words.push(case.threads.to_string().into());
    Run::new(scratch, &words[0], &words[1..]).finish()
}

fn compare(scratch: &Scratch, case: &Case, ended: &Ended) -> Result<()> {
    let trace = scratch.file("trace.kb").into_os_string();
    let words = ["gil".into(), "--json".into(), trace];
    let report = Run::keelback(scratch, words)?.finish()?.json()?;
    let ring_full = report["losses"]["ring_full"].as_u64();
    ensure!(ring_full.is_none(), "notes were lost: {ring_full:?}");
    let notes = ended.stdout.lines().filter(|it| it.starts_with("fighter"));
    let mut compared = 0;
    for note in notes {
        same_wait(note, case.tolerance, &report)?;
        compared += 1;
    }
    ensure!(compared == case.threads, "{compared} threads told\n{ended}");
    are_placed(&report)
}

/// What a thread says of itself, and what the report says of it.
fn same_wait(note: &str, tolerance: f64, report: &Value) -> Result<()> {
    let words: Vec<&str> = note.split_whitespace().collect();
    let [_, tid, lived, ran] = words[..] else {
        bail!("not a note: {note}");
    };
    let (tid, lived): (u64, f64) = (tid.parse()?, lived.parse()?);
    let without = lived - ran.parse::<f64>()?;
    let mut threads = report["threads"].as_array().into_iter().flatten();
    let thread = threads
        .find(|it| it["tid"] == tid)
        .with_context(|| format!("no thread {tid}: {report:#}"))?;
    let of = |key: &str| thread[key].as_f64().unwrap_or(f64::NAN) / 1e9;
    let seen = of("gil_wait_ns") + of("forced_switch_ns");
    ensure!(
        (seen - without).abs() <= (tolerance * lived).max(LITTLE),
        "{tid} was without a CPU for {without} s of {lived}, and waited for {seen} s: {thread:#}"
    );
    Ok(())
}

/// Most of the time, it is known who waited where.
fn are_placed(report: &Value) -> Result<()> {
    let (mut all, mut placed) = (0.0, 0.0);
    for wait in report["waits"].as_array().into_iter().flatten() {
        let ns = wait["total_ns"].as_f64().unwrap_or(0.0);
        let is_placed = wait["waiter_frame"]
            .as_str()
            .is_some_and(|it| !it.is_empty());
        all += ns;
        placed += if is_placed { ns } else { 0.0 };
    }
    ensure!(
        placed >= PLACED * all,
        "of {all} ns of waits only {placed} have a line: {:#}",
        report["waits"]
    );
    Ok(())
}
