//! `keelback startup`: findings against programs that were made to have them,
//! and silence on their twins that were not.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::purposes::told;
use crate::keelback::Run;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

/// A program that has something, and one like it that has not.
struct Made {
    finding: &'static str,
    since: (u32, u32),
    until: (u32, u32),
    program: &'static str,
    twin: &'static str,
    /// How the line begins that is named as the cause; empty for none.
    line: &'static str,
    /// Environment, of the one that has it alone.
    with: Option<(&'static str, &'static str)>,
    /// What else is made in the program's folder beforehand; for the twin too.
    prepare: fn(&Scratch, &Python, &Path) -> Result<()>,
}

/// What most have in common.
const PLAIN: Made = Made {
    finding: "",
    since: (3, 8),
    until: (4, 0),
    program: "",
    twin: "pass\n",
    line: "",
    with: None,
    prepare: |_, _, _| Ok(()),
};

const MADE: &[Made] = &[
    Made {
        finding: "data-folders",
        program: "import os\nfor n in range(150):\n    os.makedirs(f'data/{n}', exist_ok=True)\n\
                  for n in range(150):\n    os.listdir(f'data/{n}')\n",
        twin: "import os\nfor n in range(5):\n    os.makedirs(f'data/{n}', exist_ok=True)\n    \
               os.listdir(f'data/{n}')\n",
        line: "<module> (",
        ..PLAIN
    },
    Made {
        finding: "listed-twice",
        program: "import os\nfor n in range(50):\n    os.listdir('.')\n",
        twin: "import os\nos.listdir('.')\n",
        ..PLAIN
    },
    Made {
        finding: "child-at-import",
        program: "import starts_a_child\n",
        // After the import, it is the program's own affair.
        twin: "import subprocess\nsubprocess.run(['true'], check=True)\n",
        line: "<module> (",
        ..PLAIN
    },
    Made {
        finding: "stale-bytecode",
        program: "import quiet\n",
        with: Some(("PYTHONDONTWRITEBYTECODE", "1")),
        ..PLAIN
    },
    Made {
        finding: "dead-path-entries",
        program: "import sys\nimport os\nfor n in range(60):\n    os.makedirs(f'empty/{n}', \
                  exist_ok=True)\nsys.path[:0] = [os.path.abspath(f'empty/{n}') for n in \
                  range(60)]\nimport asyncio\n",
        twin: "import asyncio\n",
        ..PLAIN
    },
    // The cache of one chunk that mends it came after 3.13.0.
    Made {
        finding: "chunk-cliff",
        since: (3, 11),
        until: (3, 13),
        program: "def leaf():\n    pass\ndef at(depth):\n    if depth:\n        return \
                  at(depth - 1)\n    for _ in range(300):\n        leaf()\nfor depth in \
                  range(1, 400):\n    at(depth)\n",
        twin: "def leaf():\n    pass\ndef at(depth):\n    if depth:\n        return \
               at(depth - 1)\n    for _ in range(9000):\n        leaf()\nat(3)\n",
        // Whose calls cross the edge.
        line: "at (",
        ..PLAIN
    },
    Made {
        finding: "unused-imports",
        program: "import heavy\n",
        twin: "import heavy\nfor _ in range(30):\n    heavy.work()\n",
        ..PLAIN
    },
    Made {
        finding: "loader-search",
        program: "import asyncio\n",
        with: Some(("LD_LIBRARY_PATH", LIBRARY_PATH)),
        twin: "import asyncio\n",
        prepare: make_library_folders,
        ..PLAIN
    },
    Made {
        finding: "slow-site",
        program: "pass\n",
        with: Some(("PYTHONPATH", "customized")),
        ..PLAIN
    },
    Made {
        finding: "idle-threads",
        program: "import pool, time\ntime.sleep(0.1)\n",
        with: Some(("POOL", "8")),
        twin: "import pool, time\ntime.sleep(0.1)\n",
        prepare: compile_pool,
        ..PLAIN
    },
    Made {
        finding: "spinning-threads",
        program: "import ctypes, time\nctypes.CDLL('./spin.so').start()\nwhile time.process_time() < \
                  0.12:\n    time.sleep(0.01)\n",
        twin: "import ctypes, time\nctypes.CDLL('./spin.so')\ntime.sleep(0.1)\n",
        prepare: compile_spinner,
        ..PLAIN
    },
];

/// Folders that are there and empty: those that are not are asked only once.
const LIBRARY_PATH: &str = "l0:l1:l2:l3:l4:l5:l6:l7:l8:l9:l10:l11:l12:l13:l14:l15:l16:l17:l18:l19";

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let pair = pythons.pair();
    let fits = |made: &Made, python: &Python| (made.since..made.until).contains(&python.version);
    let mut trials = Vec::new();
    for (number, python) in pair.iter().enumerate() {
        let silent = python.clone();
        let name = format!("startup of nothing on {python}");
        trials.push(Trial::new(name, move |scratch| is_silent(scratch, &silent)));
        for made in MADE.iter().filter(|made| fits(made, python)) {
            let python = python.clone();
            let name = format!("startup finds {} on {python}", made.finding);
            // One interpreter's silence is enough.
            let twin = number == 0;
            trials.push(Trial::new(name, move |scratch| {
                finds(scratch, &python, made, twin)
            }));
        }
        let own = python.clone();
        let name = format!("startup finds pth-code on {python}");
        trials.push(Trial::new(name, move |scratch| finds_pth(scratch, &own)));
    }
    trials
}

/// The findings of a program that is recorded in its own folder.
pub(super) fn findings(
    scratch: &Scratch,
    python: &Path,
    program: &str,
    with: Option<(&str, &str)>,
) -> Result<Vec<String>> {
    let command = [python.into(), "app.py".into()];
    let found = found_by(scratch, &command, program, with)?;
    let ids = found.iter().filter_map(|it| it["id"].as_str());
    Ok(ids.map(str::to_owned).collect())
}

/// The same with all that is said, and of any command that runs `app.py`.
pub(super) fn found_by(
    scratch: &Scratch,
    command: &[OsString],
    program: &str,
    with: Option<(&str, &str)>,
) -> Result<Vec<Value>> {
    let folder = scratch.file("program");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("app.py"), program)?;
    let trace = scratch.file("made.kb");
    let mut words: Vec<OsString> = ["run", "--mode", "full", "--sample-hz", "4999"]
        .map(OsString::from)
        .to_vec();
    words.extend(["-q", "--force", "-o"].map(OsString::from));
    words.extend([trace.clone().into(), "--".into()]);
    words.extend_from_slice(command);
    let mut run = Run::keelback(scratch, words)?.current_dir(&folder);
    if let Some((name, value)) = with {
        run = run.env(name, value);
    }
    run.finish()?.expect_code(0)?;
    let told = told(scratch, &trace)?;
    let found = told["findings"].as_array().context("no findings")?;
    Ok(found.clone())
}

/// Modules for the programs, compiled beforehand but for `quiet`.
fn furnish(scratch: &Scratch, python: &Python, made: &Made) -> Result<()> {
    let folder = scratch.file("program");
    fs::create_dir_all(folder.join("customized"))?;
    fs::write(folder.join("quiet.py"), "text = 'x'\n")?;
    let child = "import subprocess\nsubprocess.run(['true'], check=True)\n";
    fs::write(folder.join("starts_a_child.py"), child)?;
    // Tens of milliseconds of CPU on any machine, without a call.
    let burn = "x = 0\nfor n in range(1500000):\n    x += n * n\n";
    let work = "def work():\n    return sum(n * n for n in range(20000))\n";
    fs::write(folder.join("heavy.py"), format!("{burn}{work}"))?;
    fs::write(folder.join("customized/sitecustomize.py"), burn)?;
    (made.prepare)(scratch, python, &folder)
}

fn finds(scratch: &Scratch, python: &Python, made: &Made, twin: bool) -> Result<()> {
    furnish(scratch, python, made)?;
    let command = [python.path.clone().into(), "app.py".into()];
    let found = found_by(scratch, &command, made.program, made.with)?;
    let it = found.iter().find(|it| it["id"] == made.finding);
    let it = it.with_context(|| format!("{} is not among {found:?}", made.finding))?;
    let line = it["evidence"]["line"].as_str().unwrap_or_default();
    ensure!(line.starts_with(made.line), "{line} is not {}", made.line);
    if twin {
        let found = findings(scratch, &python.path, made.twin, None)?;
        let there = found.iter().any(|id| id == made.finding);
        ensure!(!there, "the twin too has {} among {found:?}", made.finding);
    }
    Ok(())
}

fn make_library_folders(_: &Scratch, _: &Python, folder: &Path) -> Result<()> {
    for name in LIBRARY_PATH.split(':') {
        fs::create_dir_all(folder.join(name))?;
    }
    Ok(())
}

/// A thread of C that yields the CPU again and again.
fn compile_spinner(scratch: &Scratch, _: &Python, folder: &Path) -> Result<()> {
    let source = "#include <pthread.h>\n#include <sched.h>\nstatic void *spin(void *it) { for (;;) \
                  sched_yield(); return it; }\nvoid start(void) { pthread_t thread; \
                  pthread_create(&thread, 0, spin, 0); }\n";
    compile(scratch, folder, "spin", source)
}

/// A pool of threads that wait for work, as large as the environment says.
fn compile_pool(scratch: &Scratch, _: &Python, folder: &Path) -> Result<()> {
    let source = "#include <pthread.h>\nstatic pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n\
                  static pthread_cond_t work = PTHREAD_COND_INITIALIZER;\nstatic void *wait(void \
                  *it) { pthread_mutex_lock(&lock); for (;;) pthread_cond_wait(&work, &lock); \
                  return it; }\nvoid start(int count) { pthread_t thread; while (count--) \
                  pthread_create(&thread, 0, wait, 0); }\n";
    let module = "import ctypes, os\n\
                  ctypes.CDLL('./wait.so').start(int(os.environ.get('POOL', '0')))\n";
    fs::write(folder.join("pool.py"), module)?;
    compile(scratch, folder, "wait", source)
}

/// A library of C.
fn compile(scratch: &Scratch, folder: &Path, name: &str, source: &str) -> Result<()> {
    let (source_file, library) = (format!("{name}.c"), format!("{name}.so"));
    fs::write(folder.join(&source_file), source)?;
    let words = ["-shared", "-fPIC", "-pthread", "-o", &library, &source_file];
    let compiler = ["cc", "gcc", "clang"].into_iter().find(|it| {
        let run = Run::new(scratch, it, words).current_dir(folder).finish();
        run.is_ok_and(|ended| ended.status.success())
    });
    match compiler {
        Some(_) => Ok(()),
        None => Err(Skip("there is no C compiler".into()).into()),
    }
}

/// Code in a `.pth` file of a virtual environment, and the same without it.
fn finds_pth(scratch: &Scratch, python: &Python) -> Result<()> {
    let venv = scratch.file("venv");
    let words = ["-m", "venv", "--without-pip"].map(OsString::from);
    let made = Run::new(
        scratch,
        &python.path,
        words.into_iter().chain([venv.clone().into()]),
    );
    if !made.finish()?.status.success() {
        return Err(Skip("this Python makes no virtual environment".into()).into());
    }
    let own = venv.join("bin/python");
    let has = || -> Result<bool> {
        let found = findings(scratch, &own, "pass\n", None)?;
        Ok(found.iter().any(|id| id == "pth-code"))
    };
    ensure!(!has()?, "an environment without .pth files has pth-code");
    let (major, minor) = python.version;
    let site = venv.join(format!("lib/python{major}.{minor}/site-packages"));
    fs::write(
        site.join("burn.pth"),
        "import sys; sum(n * n for n in range(400000))\n",
    )?;
    ensure!(has()?, "pth-code is not found");
    Ok(())
}

/// What an installation brings along (`.pth` files) is not the program's.
fn is_silent(scratch: &Scratch, python: &Python) -> Result<()> {
    let found = findings(scratch, &python.path, "pass\n", None)?;
    let own: Vec<_> = found.iter().filter(|id| *id != "pth-code").collect();
    ensure!(own.is_empty(), "a program that does nothing has {own:?}");
    Ok(())
}
