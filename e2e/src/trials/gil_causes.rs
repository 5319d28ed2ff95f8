//! Why threads wait: a collection that keeps the GIL, what takes its place in
//! free-threaded builds, and GILs that sub-interpreters have of their own.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::program;
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

/// Waits of a free-threaded Python: the way, the lock's class and its object,
/// who waits and who ends it.
const WITHOUT_GIL: &[(&str, &str, &str, &str, &str)] = &[
    ("list", "critical section", "list", "append ", "reverse "),
    (
        "collection",
        "stop-the-world pause",
        "",
        "compute ",
        "collect ",
    ),
    ("lock", "threading.Lock", "_thread.lock", "want ", "hold "),
];
/// Less in all proves nothing, nanoseconds.
const ENOUGH_NS: u64 = 200_000;
/// The first version whose sub-interpreters can have a GIL of their own.
const FIRST_OWN_GIL: (u32, u32) = (3, 12);

pub(super) fn trials(pythons: &Pythons) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    let with_gil = |it: &&Python| it.version >= FIRST_WITH_FRAMES && !it.free_threaded;
    let with_gil: Vec<_> = pythons.found.iter().filter(with_gil).collect();
    let stripped: Vec<_> = with_gil.iter().copied().filter(|it| it.stripped).collect();
    let ends = |all: &[&Python]| -> Vec<Python> {
        let mut ends: Vec<_> = all
            .first()
            .into_iter()
            .chain(all.last())
            .copied()
            .cloned()
            .collect();
        ends.dedup_by_key(|it| it.path.clone());
        ends
    };
    // The collector is of the runtime in the oldest, of the interpreter later.
    for (index, python) in with_gil
        .first()
        .copied()
        .cloned()
        .into_iter()
        .chain(ends(&stripped))
        .enumerate()
    {
        let name = format!("gc-collect is found on {python}");
        trials.push(own(name, move |scratch| {
            collects(scratch, &python, index == 0)
        }));
    }
    let own_gils: Vec<_> = with_gil
        .into_iter()
        .filter(|it| it.version >= FIRST_OWN_GIL)
        .collect();
    for python in ends(&own_gils) {
        let name = format!("a sub-interpreter's own GIL on {python}");
        trials.push(own(name, move |scratch| own_gil(scratch, &python)));
    }
    for python in pythons.found.iter().filter(|it| it.free_threaded) {
        for wait in WITHOUT_GIL {
            let python = python.clone();
            let name = format!("without a GIL: {} on {python}", wait.0);
            trials.push(own(name, move |scratch| {
                without_gil(scratch, &python, wait)
            }));
        }
    }
    Ok(trials)
}

fn own(name: String, body: impl Fn(&Scratch) -> Result<()> + Send + 'static) -> Trial {
    Trial::new(name, body).alone(true)
}

/// What `keelback SUBJECT` says of a program's run.
fn told(scratch: &Scratch, subject: &str, python: &Python, words: [&str; 2]) -> Result<Value> {
    let [program, way] = words;
    let trace = scratch.file(&format!("{program}-{way}.kb"));
    let program = program::named(program)?;
    let command = [&python.path, &program.path, Path::new(way)];
    Run::recording(scratch, &trace, command)?
        .finish()?
        .expect_code(0)?;
    let words = [subject.as_ref(), trace.as_os_str(), "--json".as_ref()];
    Run::keelback(scratch, words)?.finish()?.json()
}

fn list<'a>(report: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    report[key].as_array().into_iter().flatten()
}

fn ns(it: &Value, key: &str) -> u64 {
    it[key].as_u64().unwrap_or(0)
}

fn begins(it: &Value, key: &str, with: &str) -> bool {
    it[key].as_str().is_some_and(|it| it.starts_with(with))
}

/// The collector's waits are told with its line, about as long as they were;
/// a program that never collects has none of it.
fn collects(scratch: &Scratch, python: &Python, twin: bool) -> Result<()> {
    let report = told(scratch, "gil", python, ["gc_collect", "collects"])?;
    let found = list(&report, "findings").find(|it| it["id"] == "gc-collect");
    let found = &found.with_context(|| format!("no finding: {report:#}"))?["evidence"];
    ensure!(
        begins(found, "holder", "collect "),
        "not the collector's line: {found:#}"
    );
    ensure!(ns(found, "threads") >= 2, "two threads tick: {found:#}");
    let under = |it: &&Value| begins(it, "holder_frame", "collect ");
    let waited: u64 = list(&report, "waits")
        .filter(under)
        .map(|it| ns(it, "running_ns") + ns(it, "off_cpu_ns"))
        .sum();
    let by_collector = ns(found, "wait_ns");
    // Where a collection begins and ends is sampled.
    ensure!(
        by_collector <= waited && by_collector * 10 >= waited * 7,
        "{by_collector} ns of {waited} ns under gc.collect(): {report:#}"
    );
    if twin {
        let report = told(scratch, "gil", python, ["gc_collect", "computes"])?;
        let waits: u64 = list(&report, "waits").map(|it| ns(it, "total_ns")).sum();
        let collected: u64 = list(&report, "waits").map(|it| ns(it, "gc_ns")).sum();
        let silent = list(&report, "findings").all(|it| it["id"] != "gc-collect");
        ensure!(
            waits > 0 && collected == 0 && silent,
            "nothing is collected: {report:#}"
        );
    }
    Ok(())
}

/// Whoever waits in one interpreter waits for nobody in the other.
fn own_gil(scratch: &Scratch, python: &Python) -> Result<()> {
    let report = told(scratch, "gil", python, ["own_gils", ""])?;
    for (here, there) in [("compute_a ", "compute_b "), ("compute_b ", "compute_a ")] {
        let waits = || list(&report, "waits").filter(|it| begins(it, "waiter_frame", here));
        let strangers = waits().any(|it| begins(it, "holder_frame", there));
        ensure!(!strangers, "{here}waited for {there}: {report:#}");
        let all: u64 = waits().map(|it| ns(it, "total_ns")).sum();
        let known = waits().filter(|it| begins(it, "holder_frame", here));
        let known: u64 = known.map(|it| ns(it, "total_ns")).sum();
        ensure!(
            all >= 50 * ENOUGH_NS && known * 10 >= all * 8,
            "of {all} ns in {here}, {known} ns for its own: {report:#}"
        );
    }
    let pythons = list(&report, "interpreters").count();
    ensure!(pythons == 1, "{pythons} Pythons, but it is one: {report:#}");
    Ok(())
}

fn without_gil(
    scratch: &Scratch,
    python: &Python,
    (way, class, object, waiter, owner): &(&str, &str, &str, &str, &str),
) -> Result<()> {
    let report = told(scratch, "locks", python, ["no_gil", way])?;
    let lock = list(&report, "locks").find(|it| it["class"] == *class && it["object"] == *object);
    let lock = lock.with_context(|| format!("no {class} of {object:?}: {report:#}"))?;
    let fit = |it: &&Value| begins(it, "waiter_frame", waiter) && begins(it, "owner_frame", owner);
    let waited: u64 = list(lock, "waits")
        .filter(fit)
        .map(|it| ns(it, "total_ns"))
        .sum();
    ensure!(
        waited >= ENOUGH_NS,
        "{waiter}waited {waited} ns for {owner}: {lock:#}"
    );
    let wrong = list(lock, "waits").any(|it| it["waiter_tid"] == it["owner_tid"]);
    ensure!(!wrong, "it waited for itself: {lock:#}");
    let named = list(&report, "findings").any(|it| it["id"] == "stop-the-world");
    ensure!(
        named == (*way == "collection"),
        "stop-the-world: {named}: {report:#}"
    );
    Ok(())
}
