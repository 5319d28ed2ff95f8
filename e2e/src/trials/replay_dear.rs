//! `keelback replay` where look-ups are dear: there io_uring takes less wall
//! time than plain calls, as it was predicted where they are cheap.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::imports::undisturbed;
use super::replay::{median, ratio};
use crate::keelback::Run;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

const NAME: &str = "replay where look-ups are dear";
const MODULES: usize = 120;
/// Links on the way to the modules, each to a folder so many folders down: a
/// look-up passes 300 names and a path stays short. 40 links are followed at
/// most (path_resolution(7)).
const LINKS: usize = 25;
const FOLDERS: usize = 10;
/// Attempts: a neighbour on the second CPU takes away what io_uring wins.
const MOST: usize = 6;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let Some(python) = pythons.pair().into_iter().next() else {
        return Vec::new();
    };
    vec![match cpus {
        1 => Trial::skipped(NAME, "a kernel worker has no CPU of its own here"),
        _ => {
            let name = format!("{NAME} on {python}");
            Trial::new(name, move |scratch| dear(scratch, &python)).alone(true)
        }
    }]
}

fn dear(scratch: &Scratch, python: &Python) -> Result<()> {
    let folder = scratch.file("near");
    fs::create_dir(&folder)?;
    let near = record(scratch, python, &folder, "near.kb")?;
    let far = record(scratch, python, &long_way(scratch)?, "far.kb")?;
    let mut seen = Vec::new();
    for _ in 0..MOST {
        let (near, far) = (Replayed::of(scratch, &near)?, Replayed::of(scratch, &far)?);
        if is_as_predicted(&near, &far) {
            return Ok(());
        }
        seen.push((near, far));
    }
    bail!("near and far: {seen:#?}")
}

/// The dear one is faster through io_uring; the cheap one is not, and says that
/// it would be somewhere between the two.
fn is_as_predicted(near: &Replayed, far: &Replayed) -> bool {
    let between = near.plain_ns..far.plain_ns;
    let predicted = near.ratio < 1.0 || near.faster_from.is_some_and(|it| between.contains(&it));
    far.ratio < 1.0 && far.ratio < near.ratio && predicted
}

/// Follows links down to a folder for modules.
fn long_way(scratch: &Scratch) -> Result<PathBuf> {
    let (mut real, mut way) = (scratch.file("far"), scratch.file("far"));
    let down = ["a"; FOLDERS].join("/");
    for _ in 0..LINKS {
        fs::create_dir_all(real.join(&down))?;
        symlink(&down, real.join("l"))?;
        (real, way) = (real.join(&down), way.join("l"));
    }
    Ok(way)
}

/// A start-up that imports modules from there.
fn record(scratch: &Scratch, python: &Python, folder: &Path, name: &str) -> Result<PathBuf> {
    for module in 0..MODULES {
        fs::write(
            folder.join(format!("m{module}.py")),
            "def one():\n    return 1\n",
        )?;
    }
    let code = format!("for n in range({MODULES}): __import__('m%d' % n)");
    let compile = [
        "-m".as_ref(),
        "compileall".as_ref(),
        "-q".as_ref(),
        folder.as_os_str(),
    ];
    let compiled = Run::new(scratch, &python.path, compile).finish()?;
    compiled.expect_code(0)?;
    let trace = scratch.file(name);
    let command = [python.path.as_os_str(), "-c".as_ref(), code.as_ref()];
    let run = Run::recording_as(scratch, &["--mode", "full", "-q"], &trace, command)?;
    run.env("PYTHONPATH", folder).finish()?.expect_code(0)?;
    Ok(trace)
}

/// What a replay says of look-ups.
#[derive(Debug)]
struct Replayed {
    /// All in one submit, by the plain calls.
    ratio: f64,
    plain_ns: u64,
    faster_from: Option<u64>,
}

impl Replayed {
    fn of(scratch: &Scratch, trace: &Path) -> Result<Replayed> {
        let mut words = undisturbed(scratch)?;
        words.push(crate::keelback::binary()?.into());
        words.extend(["replay", "--json", "--rounds", "9"].map(OsString::from));
        words.push(trace.into());
        let told = Run::new(scratch, &words[0], &words[1..]).finish()?.json()?;
        let look_ups = match &told["look_ups"] {
            Value::Null => return Err(Skip("io_uring cannot be used here".into()).into()),
            it => it,
        };
        let all = median(&told, "io_uring: all, DEFER_TASKRUN")? as f64;
        let plain = median(&told, "what io_uring has, plain")? as f64;
        Ok(Replayed {
            ratio: ratio(Some(all), Some(plain))?,
            plain_ns: look_ups["plain_ns"].as_u64().context("no time")?,
            faster_from: look_ups["faster_from_ns"].as_u64(),
        })
    }
}
