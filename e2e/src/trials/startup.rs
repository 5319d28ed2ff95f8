//! `keelback startup`: purposes against strace's log, findings against
//! programs that were made to have them, replay against the recording.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

/// A start without choices, and one that imports much.
const STARTS: &[&str] = &["pass", "import json, asyncio, http.client"];

/// malloc's decisions differ from one run of 3.8 to the next.
const BY_CHANCE: &[&str] = &["memory"];

/// A program that has something, and the finding that says so.
struct Made {
    finding: &'static str,
    since: (u32, u32),
    until: (u32, u32),
    program: &'static str,
    /// Environment.
    with: Option<(&'static str, &'static str)>,
}

const MADE: &[Made] = &[
    Made {
        finding: "data-folders",
        since: (3, 8),
        until: (4, 0),
        program: "import os\nfor n in range(150):\n    os.makedirs(f'data/{n}', exist_ok=True)\n\
                  for n in range(150):\n    os.listdir(f'data/{n}')\n",
        with: None,
    },
    Made {
        finding: "listed-twice",
        since: (3, 8),
        until: (4, 0),
        program: "import os\nfor n in range(50):\n    os.listdir('.')\n",
        with: None,
    },
    Made {
        finding: "child-at-import",
        since: (3, 8),
        until: (4, 0),
        program: "import starts_a_child\n",
        with: None,
    },
    Made {
        finding: "stale-bytecode",
        since: (3, 8),
        until: (4, 0),
        program: "import quiet\n",
        with: Some(("PYTHONDONTWRITEBYTECODE", "1")),
    },
    Made {
        finding: "dead-path-entries",
        since: (3, 8),
        until: (4, 0),
        program: "import sys\nimport os\nfor n in range(60):\n    os.makedirs(f'empty/{n}', \
                  exist_ok=True)\nsys.path[:0] = [os.path.abspath(f'empty/{n}') for n in \
                  range(60)]\nimport asyncio\n",
        with: None,
    },
    // The cache of one chunk that mends it came after 3.13.0.
    Made {
        finding: "chunk-cliff",
        since: (3, 12),
        until: (3, 13),
        program: "def leaf():\n    pass\ndef at(depth):\n    if depth:\n        return \
                  at(depth - 1)\n    for _ in range(300):\n        leaf()\nfor depth in \
                  range(1, 400):\n    at(depth)\n",
        with: None,
    },
];

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let mut trials = Vec::new();
    for python in pythons
        .found
        .iter()
        .filter(|it| !it.free_threaded && !it.launcher && it.version >= (3, 8))
    {
        for start in STARTS {
            let python = python.clone();
            let name = format!("purposes of `{start}` on {python}");
            trials.push(Trial::new(name, move |scratch| {
                purposes(scratch, &python, start)
            }));
        }
    }
    for python in pythons.pair() {
        let silent = python.clone();
        trials.push(Trial::new(
            format!("startup of nothing on {python}"),
            move |scratch| is_silent(scratch, &silent),
        ));
        for made in MADE
            .iter()
            .filter(|it| (it.since..it.until).contains(&python.version))
        {
            let python = python.clone();
            let name = format!("startup finds {} on {python}", made.finding);
            trials.push(Trial::new(name, move |scratch| {
                finds(scratch, &python, made)
            }));
        }
        let name = format!("replay on {python}");
        trials.push(Trial::new(name, move |scratch| replays(scratch, &python)));
    }
    trials
}

fn words(text: &[&str]) -> Vec<OsString> {
    text.iter().map(OsString::from).collect()
}

/// Without random addresses, so that the heap grows alike.
fn purposes(scratch: &Scratch, python: &Python, start: &str) -> Result<()> {
    let (log, trace) = (scratch.file("strace"), scratch.file("trace.kb"));
    let mut command = words(&["setarch", "-R"]);
    command.extend([python.path.clone().into(), "-c".into(), start.into()]);
    // Nothing is written to the folder meanwhile: finders would list it again.
    let folder = scratch.file("empty");
    fs::create_dir_all(&folder)?;
    let strace = [OsString::from("-f"), "-o".into(), log.clone().into()];
    Run::new(scratch, "strace", strace.into_iter().chain(command.clone()))
        .current_dir(&folder)
        .finish()?
        .expect_code(0)?;
    let mut run = words(&["run", "--mode", "full", "-q", "-o"]);
    run.extend([trace.clone().into(), "--".into()]);
    Run::keelback(scratch, run.into_iter().chain(command))?
        .current_dir(&folder)
        .finish()?
        .expect_code(0)?;
    let seen = purposes_of(&told(scratch, &trace)?)?;
    let expected = reference(scratch, &log, python, &folder)?;
    let wrong = differences(&expected, &seen);
    ensure!(
        wrong.is_empty(),
        "the reference and keelback differ:\n{}",
        wrong.join("\n")
    );
    let other = seen.get("other").copied().unwrap_or(0);
    let all: u64 = seen.values().sum();
    ensure!(other * 100 < all, "{other} of {all} calls have no purpose");
    Ok(())
}

fn told(scratch: &Scratch, trace: &Path) -> Result<Value> {
    let options = [OsString::from("startup"), "--json".into(), trace.into()];
    Run::keelback(scratch, options)?.finish()?.json()
}

fn purposes_of(told: &Value) -> Result<BTreeMap<String, u64>> {
    let rows = told["purposes"].as_array().context("no purposes")?;
    let row = |row: &Value| {
        let name = row["name"].as_str().context("no name")?;
        Ok((name.to_owned(), row["calls"].as_u64().context("no count")?))
    };
    rows.iter().map(row).collect()
}

fn reference(
    scratch: &Scratch,
    log: &Path,
    python: &Python,
    folder: &Path,
) -> Result<BTreeMap<String, u64>> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("reference/purposes.py");
    let words = [
        OsString::from(script),
        log.into(),
        python.path.clone().into(),
    ];
    let ended = Run::new(scratch, "python3", words)
        .current_dir(folder)
        .finish()?;
    ended.expect_code(0)?;
    Ok(serde_json::from_str(&ended.stdout)?)
}

fn differences(expected: &BTreeMap<String, u64>, seen: &BTreeMap<String, u64>) -> Vec<String> {
    let mut both: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (name, count) in expected {
        both.entry(name).or_default().0 = *count;
    }
    for (name, count) in seen {
        both.entry(name).or_default().1 = *count;
    }
    both.into_iter()
        .filter(|(name, (a, b))| a != b && !BY_CHANCE.contains(name))
        .map(|(name, (a, b))| format!("  {name}: {a} in the log, {b} by keelback"))
        .collect()
}

fn findings(scratch: &Scratch, python: &Python, made: &Made) -> Result<Vec<String>> {
    let folder = scratch.file("program");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("app.py"), made.program)?;
    fs::write(folder.join("quiet.py"), "text = 'x'\n")?;
    let child = "import subprocess\nsubprocess.run(['true'], check=True)\n";
    fs::write(folder.join("starts_a_child.py"), child)?;
    let trace = scratch.file("made.kb");
    let mut run = words(&["run", "--mode", "full", "-q", "-o"]);
    run.extend([
        trace.clone().into(),
        "--".into(),
        python.path.clone().into(),
        "app.py".into(),
    ]);
    let mut run = Run::keelback(scratch, run)?.current_dir(&folder);
    if let Some((name, value)) = made.with {
        run = run.env(name, value);
    }
    run.finish()?.expect_code(0)?;
    let told = told(scratch, &trace)?;
    let found = told["findings"].as_array().context("no findings")?;
    let ids = found.iter().filter_map(|it| it["id"].as_str());
    Ok(ids.map(str::to_owned).collect())
}

fn finds(scratch: &Scratch, python: &Python, made: &Made) -> Result<()> {
    let found = findings(scratch, python, made)?;
    let there = found.iter().any(|id| id == made.finding);
    ensure!(there, "{} is not among {found:?}", made.finding);
    Ok(())
}

/// What an installation brings along (`.pth` files) is not the program's.
fn is_silent(scratch: &Scratch, python: &Python) -> Result<()> {
    let nothing = Made {
        finding: "",
        since: (3, 0),
        until: (4, 0),
        program: "pass\n",
        with: None,
    };
    let found = findings(scratch, python, &nothing)?;
    let own: Vec<_> = found.iter().filter(|id| *id != "pth-code").collect();
    ensure!(own.is_empty(), "a program that does nothing has {own:?}");
    Ok(())
}

fn replays(scratch: &Scratch, python: &Python) -> Result<()> {
    let trace = scratch.file("trace.kb");
    let mut run = words(&["run", "--mode", "full", "-q", "-o"]);
    run.extend([
        trace.clone().into(),
        "--".into(),
        python.path.clone().into(),
    ]);
    run.extend(words(&["-c", "import json"]));
    Run::keelback(scratch, run)?.finish()?.expect_code(0)?;
    let options = words(&["replay", "--json", "--rounds", "3"]);
    let options = options.into_iter().chain([trace.into()]);
    let told = Run::keelback(scratch, options)?.finish()?.json()?;
    let differences = told["differences"].as_array().context("no differences")?;
    ensure!(
        differences.is_empty(),
        "calls return something else: {differences:?}"
    );
    let modes = told["modes"].as_array().context("no modes")?;
    let median = |name: &str| {
        let mode = modes.iter().find(|it| it["name"] == name);
        mode.and_then(|it| it["median_ns"].as_u64())
            .context("no such mode")
    };
    ensure!(
        median("as recorded")? > median("one packed file")?,
        "a packed file is no faster"
    );
    ensure!(
        told["verdict"].as_str().is_some_and(|it| !it.is_empty()),
        "no verdict"
    );
    Ok(())
}
