//! Full mode's counts against strace's, call by call.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::keelback::Run;
use crate::program::{self, Program};
use crate::pythons::{Python, Pythons};
use crate::recording::Recording;
use crate::scratch::Scratch;
use crate::strace::{self, Counts};
use crate::trial::Trial;
use crate::trials::programs::ENGINES;

/// A program without choices, one that makes many calls, one with threads.
const PROGRAMS: &[&str] = &["pass", "imports", "threaded"];

/// A call whose count differs from one run of strace to the next.
struct Chance {
    names: &'static [&'static str],
    /// Of which runs this is true.
    holds: fn(&Program, &Python) -> bool,
    /// How far two counts of the same call may be apart.
    apart: u64,
}

/// Nothing is known of the count.
const ANY: u64 = u64::MAX;

/// Programs of several threads that run at once.
const THREADED: &[&str] = &[
    "asker",
    "gil_fight",
    "gil_odd",
    "hog",
    "holder",
    "import_lock",
    "io_mix",
    "renamed",
    "rlock",
    "threaded",
    "thousand",
    "user_locks",
];

fn has_threads(program: &Program, _: &Python) -> bool {
    THREADED.contains(&program.name.as_str())
}

const CHANCES: &[Chance] = &[
    // How often threads meet at the GIL or a lock is a matter of timing.
    Chance {
        names: &["futex"],
        holds: has_threads,
        apart: ANY,
    },
    // malloc gives a thread that meets another a new arena, wherever there is
    // room, and trims it to its alignment.
    Chance {
        names: &["mmap", "munmap", "mprotect", "madvise", "brk"],
        holds: has_threads,
        apart: ANY,
    },
    // An arena that does not begin at a pool's border holds one pool less
    // (Objects/obmalloc.c: new_arena), so how many there are depends on where
    // the kernel puts them; the page of a uprobe moves them.
    Chance {
        names: &["mmap", "munmap"],
        holds: |program, _| program.name == "imports",
        apart: 2,
    },
    // mimalloc's purges go by the clock; PyMutex spins with sched_yield.
    Chance {
        names: &["madvise", "sched_yield", "futex"],
        holds: |_, python| python.free_threaded,
        apart: ANY,
    },
];

/// One trial for each program and interpreter.
pub(super) fn trials(pythons: &Pythons) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for name in PROGRAMS {
        let program = program::named(name)?;
        for (python, engine) in pythons
            .found
            .iter()
            .flat_map(|it| ENGINES.map(|by| (it, by)))
        {
            trials.push(trial(program.clone(), python.clone(), engine));
        }
    }
    Ok(trials)
}

fn trial(program: Program, python: Python, engine: &'static str) -> Trial {
    let name = format!("counts of {} on {python} by {engine}", program.name);
    let (major, minor) = program.header.needs;
    if python.version < program.header.needs {
        return Trial::skipped(name, format!("needs Python {major}.{minor}"));
    }
    if !Path::new("/usr/bin/strace").exists() {
        return Trial::skipped(name, "strace is not installed");
    }
    Trial::new(name, move |scratch| {
        compare(scratch, &program, &python, engine)
    })
}

/// Runs the same words under both. Without random addresses, so that the heap
/// grows alike.
fn compare(scratch: &Scratch, program: &Program, python: &Python, engine: &str) -> Result<()> {
    let words = || -> Vec<OsString> {
        let fixed = ["setarch", "-R"].map(OsString::from);
        let own = [python.path.clone().into(), program.path.clone().into()];
        fixed.into_iter().chain(own).collect()
    };
    let (table, trace) = (scratch.file("strace"), scratch.file("trace.kb"));
    let strace = ["-f".into(), "-c".into(), "-o".into(), table.clone().into()];
    let strace = Run::new(scratch, "strace", strace.into_iter().chain(words())).finish()?;
    strace.expect_code(0)?;
    let keelback = ["run", "--engine", engine, "--mode", "full", "-o"].map(OsString::from);
    let keelback = keelback
        .into_iter()
        .chain([trace.clone().into(), "--".into()]);
    Run::keelback(scratch, keelback.chain(words()))?
        .finish()?
        .expect_code(0)?;
    let seen: Counts = Recording::open(scratch, &trace)?
        .counts()?
        .into_iter()
        .collect();
    let expected = strace::read(&table)?;
    let wrong = differences(&expected, &seen, |name| apart(name, program, python));
    ensure!(
        wrong.is_empty(),
        "strace and keelback differ:\n{}",
        wrong.join("\n")
    );
    Ok(())
}

/// Is nothing known of this call's count?
pub(super) fn by_chance(name: &str, program: &Program, python: &Python) -> bool {
    apart(name, program, python) == ANY
}

fn apart(name: &str, program: &Program, python: &Python) -> u64 {
    let chances = CHANCES
        .iter()
        .filter(|it| it.names.contains(&name) && (it.holds)(program, python));
    chances.map(|it| it.apart).max().unwrap_or(0)
}

fn differences(strace: &Counts, seen: &Counts, apart: impl Fn(&str) -> u64) -> Vec<String> {
    let mut names: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    strace
        .iter()
        .for_each(|(name, count)| names.entry(name).or_default().0 = *count);
    seen.iter()
        .for_each(|(name, count)| names.entry(name).or_default().1 = *count);
    let wrong = names
        .into_iter()
        .filter(|(name, (a, b))| a.abs_diff(*b) > apart(name));
    wrong
        .map(|(name, (a, b))| format!("  {name}: {a} by strace, {b} by keelback"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Counts, differences};

    fn counts(rows: &[(&str, u64)]) -> Counts {
        rows.iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect()
    }

    #[test]
    fn every_difference_is_named() {
        let (strace, seen) = (
            counts(&[("read", 3), ("open", 1)]),
            counts(&[("read", 2), ("brk", 1)]),
        );
        let wrong = differences(&strace, &seen, |name| u64::from(name == "brk"));
        assert_eq!(
            wrong,
            [
                "  open: 1 by strace, 0 by keelback",
                "  read: 3 by strace, 2 by keelback"
            ]
        );
        assert!(differences(&strace, &strace, |_| 0).is_empty());
    }
}
