//! Both engines, and an ordinary user: the same programs, the same answers.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::counts::by_chance;
use super::programs::{Case, ENGINES, Made, Who};
use crate::header::Header;
use crate::keelback::Run;
use crate::program;
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::recording::Recording;
use crate::scratch::Scratch;
use crate::trial::Trial;
use crate::user;

/// A class of futex with fewer waits, or with a smaller share of them, may be
/// missing in another run.
const MANY: u64 = 20;
const MANY_SHARE: f64 = 0.05;
/// Runs of one engine that show which counts are not the same in each.
const MOST_RUNS: usize = 4;
/// How far the engines' GIL waits may lie apart where the program sets them by
/// its clock: a share of them, or nanoseconds.
const GIL_SHARE: f64 = 0.05;
const GIL_NS: f64 = 2e6;
/// Programs that do.
const CLOCKED: &[&str] = &["holder"];
/// Programs of one process whose threads share one GIL.
const ONE_GIL: &[&str] = &["gil_fight", "holder", "hog"];
/// How far a sum of estimates may be off: a share of it.
const ROUNDED: f64 = 0.001;

/// Each program under both engines, and as an ordinary user on two
/// interpreters.
pub(super) fn trials(pythons: &Pythons) -> Result<Vec<Trial>> {
    let Some(python) = pythons
        .pair()
        .into_iter()
        .find(|it| it.version >= FIRST_WITH_FRAMES)
    else {
        return Ok(vec![Trial::skipped(
            "both engines",
            "needs Python 3.8 or newer",
        )]);
    };
    let mut trials = Vec::new();
    for case in cases(&python, pythons.other_than(&python))? {
        trials.push(trial("both engines: ", case, same));
    }
    let two = reachable(pythons);
    for (index, python) in two.iter().enumerate() {
        // A script that starts a Python may leave it an environment.
        let fit = |it: &&Python| it.version != python.version && !python.launcher;
        let other = two.iter().find(fit).cloned();
        // What is not about versions, or takes its time by the clock, says the
        // same on another one.
        let is_short = |it: &Header| it.on_every && !it.alone;
        let wanted = |it: &Case| index == 0 || is_short(&it.program.header);
        for case in cases(python, other)?.into_iter().filter(wanted) {
            trials.push(trial("as a user: ", case, as_user).without_recording());
        }
    }
    Ok(trials)
}

/// Takes long, and shows what `threaded` does.
const LONG: &str = "thousand";

fn cases(python: &Python, other: Option<Python>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for program in program::all()?.into_iter().filter(|it| it.name != LONG) {
        // Other variants are other ways to end or to start a process; one shows
        // what an engine sees.
        let variant = program.header.variants.first().cloned().unwrap_or_default();
        cases.push(Case {
            program,
            python: python.clone(),
            other: other.clone(),
            variant,
        });
    }
    Ok(cases)
}

fn trial(prefix: &str, case: Case, body: fn(&Scratch, &Case) -> Result<()>) -> Trial {
    let name = format!("{prefix}{}", case.name());
    if let Some(why) = case.obstacle() {
        return Trial::skipped(name, why);
    }
    let alone = case.program.header.alone;
    Trial::new(name, move |scratch| body(scratch, &case)).alone(alone)
}

/// The oldest and the newest interpreter with frames that others may run, by
/// paths that others may go.
fn reachable(pythons: &Pythons) -> Vec<Python> {
    let fit = |it: &&Python| it.version >= FIRST_WITH_FRAMES && user::may_execute(&it.path);
    let all = pythons.found.iter().filter(fit).map(|it| Python {
        path: std::fs::canonicalize(&it.path).unwrap_or_else(|_| it.path.clone()),
        ..it.clone()
    });
    let all: Vec<Python> = all.collect();
    let ends = [all.first(), all.last()].into_iter().flatten();
    let mut two: Vec<Python> = ends.cloned().collect();
    two.dedup_by_key(|it| it.name.clone());
    two
}

/// What the program says of itself holds without any privilege, too.
fn as_user(scratch: &Scratch, case: &Case) -> Result<()> {
    case.run(scratch, "ptrace", Who::User)
}

fn same(scratch: &Scratch, case: &Case) -> Result<()> {
    let mode = &case.program.header.mode;
    let mut waits = Vec::new();
    let mut seen = Vec::new();
    for engine in ENGINES {
        let made = case.record(scratch, engine, mode, Who::Oneself)?;
        let threads = gil_threads(scratch, &made)?;
        threads.iter().try_for_each(has_no_more_than_its_time)?;
        if ONE_GIL.contains(&case.program.name.as_str()) {
            one_has_it_at_a_time(&threads)?;
        }
        waits.push(gil_waits(&threads));
        seen.push(made);
    }
    let [ebpf, ptrace] = &seen[..] else {
        return Ok(());
    };
    same_futexes(&ebpf.recording, &ptrace.recording)?;
    if CLOCKED.contains(&case.program.name.as_str()) {
        same_waits(&waits[0], &waits[1])?;
    }
    if mode == "full" {
        same_stacks(&ebpf.recording, &ptrace.recording)?;
        same_counts(scratch, case, ebpf, ptrace)?;
    }
    Ok(())
}

/// What threads meet at by chance only: locks of the C library and the GIL's
/// own, held for less than a microsecond. A tracer's stops part those who would
/// meet. In a forced switch nobody sleeps if the next owner is faster.
const CHANCE: &[&str] = &[
    "foreign library",
    "malloc arena",
    "unknown futex",
    "GIL's mutex",
    "forced switch",
];

/// A class with many waits in one engine is in the other, too.
fn same_futexes(ebpf: &Recording, ptrace: &Recording) -> Result<()> {
    let (ebpf, ptrace) = (ebpf.futex_classes()?, ptrace.futex_classes()?);
    let all = ebpf.values().sum::<u64>().min(ptrace.values().sum());
    let many = MANY.max((MANY_SHARE * all as f64) as u64);
    let counts = |it: &(&String, &u64)| *it.1 >= many && !CHANCE.contains(&it.0.as_str());
    for (class, count) in ebpf.iter().chain(&ptrace).filter(counts) {
        ensure!(
            ebpf.contains_key(class) && ptrace.contains_key(class),
            "{count} waits of {class} in one engine only: {ebpf:?}, {ptrace:?}"
        );
    }
    Ok(())
}

/// Nanoseconds by thread name.
type Waits = BTreeMap<String, f64>;

fn gil_threads(scratch: &Scratch, made: &Made) -> Result<Vec<Value>> {
    let words = ["gil".as_ref(), "--json".as_ref(), made.trace.as_os_str()];
    let report = Run::keelback(scratch, words)?.finish()?.json()?;
    let threads = report["threads"].as_array().context("no threads")?;
    Ok(threads.clone())
}

fn gil_waits(threads: &[Value]) -> Waits {
    let wait = |it: &Value| Some((it["name"].as_str()?.to_owned(), it["gil_wait_ns"].as_f64()?));
    threads.iter().filter_map(wait).collect()
}

/// While a thread lives it has the GIL, or waits for it, or neither.
fn has_no_more_than_its_time(thread: &Value) -> Result<()> {
    let (hold, wait) = (ns(thread, "gil_hold_ns")?, ns(thread, "gil_wait_ns")?);
    let wall = ns(thread, "wall_ns")?;
    ensure!(
        hold + wait <= wall * (1.0 + ROUNDED) + GIL_NS / 10.0,
        "in {wall} ns it held the GIL for {hold} ns and waited for it for {wait} ns: {thread}"
    );
    Ok(())
}

/// Threads that share a GIL do not have it together for longer than they live.
fn one_has_it_at_a_time(threads: &[Value]) -> Result<()> {
    let (mut held, mut longest) = (0.0_f64, 0.0_f64);
    for thread in threads {
        held += ns(thread, "gil_hold_ns")?;
        longest = longest.max(ns(thread, "wall_ns")?);
    }
    ensure!(
        held <= longest * (1.0 + GIL_SHARE),
        "they held one GIL for {held} ns in {longest} ns: {threads:?}"
    );
    Ok(())
}

fn ns(thread: &Value, of: &str) -> Result<f64> {
    thread[of].as_f64().with_context(|| format!("no {of}"))
}

fn same_waits(ebpf: &Waits, ptrace: &Waits) -> Result<()> {
    let mut compared = 0;
    for (name, ours) in ebpf.iter().filter(|it| *it.1 > 20.0 * GIL_NS) {
        let theirs = ptrace
            .get(name)
            .with_context(|| format!("no thread {name}"))?;
        let most = GIL_NS.max(GIL_SHARE * ours);
        ensure!(
            (ours - theirs).abs() <= most,
            "{name} waited {ours} ns for the GIL, or {theirs} ns: {ebpf:?}, {ptrace:?}"
        );
        compared += 1;
    }
    ensure!(compared > 0, "nobody waited long enough: {ebpf:?}");
    Ok(())
}

/// The marked calls with their stacks. A process's pid is in the paths.
fn same_stacks(ebpf: &Recording, ptrace: &Recording) -> Result<()> {
    let (ebpf, ptrace) = (marked(ebpf), marked(ptrace));
    let differ = ebpf
        .iter()
        .zip(&ptrace)
        .find(|(ours, theirs)| ours != theirs);
    ensure!(
        ebpf.len() == ptrace.len() && differ.is_none(),
        "{} and {} marked calls; first difference: {differ:?}",
        ebpf.len(),
        ptrace.len()
    );
    Ok(())
}

/// By the interpreter's version. Which thread of a process comes first, and gets
/// the first number, is a matter of chance.
fn marked(recording: &Recording) -> Vec<(&str, Vec<&str>)> {
    let marked = recording.events.iter().filter_map(|it| {
        let version = it
            .marked_path()?
            .strip_prefix("/truth/")?
            .split('/')
            .nth(1)?;
        Some((version, it.stack()))
    });
    let mut marked: Vec<_> = marked.collect();
    marked.sort();
    marked
}

type Counts = BTreeMap<String, u64>;

/// Each call as often. One that is not in every run of the same engine as often
/// is a matter of chance.
fn same_counts(scratch: &Scratch, case: &Case, ebpf: &Made, ptrace: &Made) -> Result<()> {
    let counts =
        |made: &Made| -> Result<Counts> { Ok(made.recording.counts()?.into_iter().collect()) };
    let (mut ours, mut theirs) = (vec![counts(ebpf)?], vec![counts(ptrace)?]);
    loop {
        let mut open = certain(&ours, &theirs);
        open.retain(|(name, _)| !by_chance(name, &case.program, &case.python));
        if open.is_empty() {
            return Ok(());
        }
        ensure!(
            ours.len() < MOST_RUNS,
            "calls of ebpf and ptrace, in {MOST_RUNS} runs each:\n{}",
            open.iter()
                .map(|it| it.1.as_str())
                .collect::<Vec<_>>()
                .join("\n")
        );
        let mode = &case.program.header.mode;
        ours.push(counts(&case.record(
            scratch,
            "ebpf",
            mode,
            Who::Oneself,
        )?)?);
        theirs.push(counts(&case.record(
            scratch,
            "ptrace",
            mode,
            Who::Oneself,
        )?)?);
    }
}

/// Calls that one engine has as often in every run, and the other in no run.
fn certain(ebpf: &[Counts], ptrace: &[Counts]) -> Vec<(String, String)> {
    let names = ebpf.iter().chain(ptrace).flat_map(BTreeMap::keys);
    let mut names: Vec<&String> = names.collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| {
        let (ours, theirs) = (of(ebpf, name), of(ptrace, name));
        let meet = ours.iter().any(|it| theirs.contains(it));
        let is_certain = ours.len() == 1 || theirs.len() == 1;
        !meet && is_certain
    };
    let different = names.into_iter().filter(differs);
    different
        .map(|name| {
            let counts = format!("{name}: {:?} and {:?}", of(ebpf, name), of(ptrace, name));
            (name.clone(), counts)
        })
        .collect()
}

/// The counts that a call has in some runs.
fn of(runs: &[Counts], name: &str) -> Vec<u64> {
    let counts = runs.iter().map(|it| it.get(name).copied().unwrap_or(0));
    let mut counts: Vec<u64> = counts.collect();
    counts.sort_unstable();
    counts.dedup();
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(pairs: &[(&str, u64)]) -> Counts {
        pairs
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect()
    }

    #[test]
    fn what_is_always_different_is_no_chance() {
        let ebpf = [
            counts(&[("read", 3), ("futex", 7)]),
            counts(&[("read", 3), ("futex", 9)]),
        ];
        let ptrace = [
            counts(&[("read", 4), ("futex", 1)]),
            counts(&[("read", 4), ("futex", 2)]),
        ];
        let read = ("read".to_owned(), "read: [3] and [4]".to_owned());
        assert_eq!(certain(&ebpf, &ptrace), [read]);
        assert_eq!(certain(&ebpf[..1], &ptrace[..1]).len(), 2);
        assert!(certain(&ebpf, &ebpf).is_empty());
    }

    #[test]
    fn waits_may_differ_by_little() {
        let waits = |ns| Waits::from([("wanter".to_owned(), ns)]);
        assert!(same_waits(&waits(500e6), &waits(520e6)).is_ok());
        assert!(same_waits(&waits(500e6), &waits(530e6)).is_err());
        assert!(same_waits(&waits(1e6), &waits(1e6)).is_err());
    }
}
