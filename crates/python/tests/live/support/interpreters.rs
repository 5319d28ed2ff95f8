//! Every Python that can be found here.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A Python that runs.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter {
    /// What to start.
    pub(crate) command: PathBuf,
    /// `3.13.0`, with a `t` when free-threaded.
    pub(crate) version: String,
    /// 13 in 3.13.0.
    pub(crate) minor: u32,
    /// `LD_LIBRARY_PATH` to start it with.
    pub(crate) library_path: Option<PathBuf>,
}

/// The versions that ought to be tested on.
const EXPECTED: [&str; 14] = [
    "2.7.", "3.6.", "3.7.", "3.8.", "3.9.", "3.10.", "3.11.", "3.12.", "3.13.", "3.13t", "3.14.",
    "3.14t", "3.15.", "3.15t",
];

/// Runs a test on each interpreter that `wanted` takes. Says which were had
/// and which versions were not; fails if there was none.
pub(crate) fn on_every_interpreter(wanted: fn(&Interpreter) -> bool, test: fn(&Interpreter)) {
    static ALL: OnceLock<Vec<Interpreter>> = OnceLock::new();
    let all = ALL.get_or_init(interpreters);
    let chosen: Vec<_> = all.iter().filter(|it| wanted(it)).collect();
    assert!(
        !chosen.is_empty(),
        "no interpreter to test on: set KEELBACK_PYTHONS to a colon-separated list"
    );
    for series in EXPECTED
        .iter()
        .filter(|it| !all.iter().any(|one| one.is(it)))
    {
        say(&format!("skipped {series}: no such interpreter here"));
    }
    for interpreter in chosen {
        run(interpreter, test);
    }
}

fn run(interpreter: &Interpreter, test: fn(&Interpreter)) {
    let name = format!(
        "{} ({})",
        interpreter.version,
        interpreter.command.display()
    );
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| test(interpreter))) {
        say(&format!("FAILED on {name}"));
        resume_unwind(panic);
    }
    say(&format!("passed on {name}"));
}

#[expect(
    clippy::print_stderr,
    reason = "the harness shows it with --nocapture and on failure"
)]
fn say(line: &str) {
    eprintln!("{line}");
}

impl Interpreter {
    fn is(&self, series: &str) -> bool {
        match series.strip_suffix('t') {
            Some(series) => self.version.starts_with(series) && self.version.ends_with('t'),
            None => self.version.starts_with(series) && !self.version.ends_with('t'),
        }
    }

    fn ask(command: &Path) -> Option<Interpreter> {
        let question = "import sys, sysconfig; \
                        t = 't' if sysconfig.get_config_var('Py_GIL_DISABLED') else ''; \
                        print('%d.%d.%d' % sys.version_info[:3] + t)";
        let answer = Command::new(command).args(["-c", question]).output().ok()?;
        let version = String::from_utf8(answer.stdout).ok()?.trim().to_owned();
        let minor = version.split('.').nth(1)?.parse().ok()?;
        Some(Interpreter {
            command: command.to_owned(),
            version,
            minor,
            library_path: None,
        })
    }
}

/// Each once, whatever its names.
fn interpreters() -> Vec<Interpreter> {
    let mut seen = HashSet::new();
    let once = paths()
        .into_iter()
        .filter(|it| seen.insert(it.canonicalize().ok()));
    let mut found: Vec<_> = once.filter_map(|it| Interpreter::ask(&it)).collect();
    found.sort_by_key(|it| it.minor);
    found
}

/// `KEELBACK_PYTHONS`, or what pyenv, `get-pythons` and the system installed.
fn paths() -> Vec<PathBuf> {
    if let Some(list) = env::var_os("KEELBACK_PYTHONS") {
        return env::split_paths(&list).collect();
    }
    let home = PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let roots = [
        home.join(".pyenv/versions"),
        home.join(".local/share/uv/python"),
        home.join(".cache/keelback-pythons"),
        PathBuf::from("/opt/keelback-pythons"),
    ];
    let installed = roots
        .iter()
        .flat_map(|it| fs::read_dir(it).into_iter().flatten().flatten());
    let system = ["/usr/bin/python3", "/usr/local/bin/python3"].map(PathBuf::from);
    installed
        .flat_map(|it| ["bin/python", "bin/python3"].map(|name| it.path().join(name)))
        .chain(system)
        .filter(|it| it.exists())
        .collect()
}
