//! The ptrace engine where it matters most: without privileges, killed at any
//! moment, and beside the other engine.

use std::ffi::OsString;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill};

use crate::keelback::{Run, binary};
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::recording::Recording;
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

/// Waits, locks, threads, a child; says `done` if nothing of it failed.
const MIXED: &str = "import os, subprocess, sys, threading, time
def work():
    for _ in range(15):
        os.stat('/')
        time.sleep(0.002)
print('begun', flush=True)
threads = [threading.Thread(target=work) for _ in range(3)]
[it.start() for it in threads]
assert subprocess.run(['true']).returncode == 0
a, b = os.pipe()
os.write(b, b'x')
assert os.read(a, 1) == b'x'
[it.join() for it in threads]
print('done', flush=True)
";

/// Stops thousands of times, and says on which CPUs it, its threads and its
/// children may run, in between.
const BUSY: &str = "import os, subprocess, sys, threading
a, b = os.pipe()
def busy():
    for _ in range(1500):
        os.write(b, b'x')
        os.read(a, 1)
def cpus():
    print(sorted(os.sched_getaffinity(0)), flush=True)
def both():
    busy()
    cpus()
busy()
cpus()
threads = [threading.Thread(target=both) for _ in range(2)]
[it.start() for it in threads]
[it.join() for it in threads]
asks = 'import os; print(sorted(os.sched_getaffinity(0)))'
subprocess.run([sys.executable, '-I', '-S', '-c', asks])
busy()
child = os.fork()
if child == 0:
    cpus()
    os._exit(0)
os.waitpid(child, 0)
busy()
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
busy()
cpus()
";

/// Writes to a pipe that it empties, for ever.
const ENDLESS: &str = "import os
a, b = os.pipe()
print('begun', flush=True)
while True:
    os.write(b, b'x')
    os.read(a, 1)
";

/// What a recording says that kept busy threads beside the tracer.
const KEPT: &str = "kept on the recorder's CPU";

type Tried = fn(&Scratch, &Python) -> Result<()>;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let trials: [(&str, Tried); 4] = [
        ("tracer: recorder killed at any moment", killed),
        ("tracer: an ordinary user", ordinary_user),
        ("tracer: a program that traces", tracing_program),
        ("tracer: a busy program keeps its CPUs", busy),
    ];
    let Some(python) = pythons
        .pair()
        .into_iter()
        .find(|it| it.version >= FIRST_WITH_FRAMES && !it.launcher)
    else {
        return vec![Trial::skipped("tracer", "needs Python 3.8 or newer")];
    };
    let made = trials.into_iter().map(|(name, tried)| {
        let python = python.clone();
        Trial::new(name, move |scratch| tried(scratch, &python))
    });
    made.collect()
}

fn words(engine: &str, mode: &str, trace: &Path) -> Vec<OsString> {
    let words = ["run", "-q", "--force", "--engine", engine, "--mode", mode];
    let words = words.map(OsString::from).into_iter();
    words
        .chain(["-o".into(), trace.into(), "--".into()])
        .collect()
}

/// Random moments of the program's life under the recorder, which is a little
/// shorter than this, us.
const MOMENTS: usize = 200;
const LIFE: u64 = 250_000;

/// A program that has begun goes on to its end as it would alone.
fn killed(scratch: &Scratch, python: &Python) -> Result<()> {
    for turn in 0..MOMENTS {
        let mode = if turn % 3 == 2 { "full" } else { "wait" };
        let after = Duration::from_micros(RandomState::new().build_hasher().finish() % LIFE);
        killed_after(scratch, python, mode, after)
            .with_context(|| format!("killed after {after:?} in {mode} mode"))?;
    }
    Ok(())
}

fn killed_after(scratch: &Scratch, python: &Python, mode: &str, after: Duration) -> Result<()> {
    let program = [
        python.path.clone().into(),
        "-c".into(),
        OsString::from(MIXED),
    ];
    let words = words("ptrace", mode, &scratch.file("trace.kb"));
    let running = Run::keelback(scratch, words.into_iter().chain(program))?.start()?;
    sleep(after);
    // It may have ended by then.
    let _ = kill(running.pid(), Signal::SIGKILL);
    let begun = running.said()?.contains("begun");
    let start = Instant::now();
    while begun && !running.said()?.contains("done") {
        ensure!(
            start.elapsed() < Duration::from_secs(20),
            "the program stands still or ended early"
        );
        sleep(Duration::from_millis(10));
    }
    let ended = running.wait()?;
    ensure!(!ended.stderr.contains("Error"), "{ended}");
    Ok(())
}

/// Someone without any capability, who owns nothing here.
fn ordinary_user(scratch: &Scratch, python: &Python) -> Result<()> {
    if !nix::unistd::geteuid().is_root() || !Path::new("/usr/bin/setpriv").exists() {
        return Err(Skip("needs root and setpriv to become somebody else".into()).into());
    }
    if python.path.starts_with("/root") {
        return Err(Skip("this Python is not there for others".into()).into());
    }
    let (folder, keelback) = (scratch.folder(), scratch.file("keelback"));
    fs::copy(binary()?, &keelback)?;
    fs::set_permissions(folder, PermissionsExt::from_mode(0o777))?;
    let trace = scratch.file("trace.kb");
    let nobody = [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--no-new-privs",
    ];
    let program = ["-c", "import time; time.sleep(0.05); print('slept')"];
    let all = nobody.map(OsString::from).into_iter().chain([
        keelback.into(),
        "run".into(),
        "-o".into(),
        trace.clone().into(),
        "--".into(),
        python.path.clone().into(),
    ]);
    let all = all.chain(program.map(OsString::from));
    let ended = Run::new(scratch, "setpriv", all).finish()?;
    ended.expect_code(0)?;
    let told = ended
        .stderr
        .lines()
        .find(|it| it.contains("ptrace engine records"));
    let told = told.with_context(|| format!("the choice is not told\n{ended}"))?;
    ensure!(told.contains("cap_bpf"), "no reason and remedy: {told}");
    let recording = Recording::open(scratch, &trace)?;
    ensure!(
        recording.report["engine"] == "ptrace",
        "{}",
        recording.report
    );
    ensure!(
        recording.report["engine_reason"] != "",
        "the trace does not say why"
    );
    let sleep = ["blocked.sleep".to_owned()];
    let budgets = recording.budgets(None)?;
    let asleep: f64 = budgets.iter().map(|it| it.percent(&sleep)).sum();
    ensure!(asleep > 5.0, "its sleep is missing");
    Ok(())
}

/// A program can have one tracer only: strace in it fails, and the reader is
/// told why.
fn tracing_program(scratch: &Scratch, _: &Python) -> Result<()> {
    if !Path::new("/usr/bin/strace").exists() {
        return Err(Skip("strace is not installed".into()).into());
    }
    let trace = scratch.file("trace.kb");
    let command = ["strace", "-o", "/dev/null", "true"].map(OsString::from);
    let words = words("ptrace", "wait", &trace).into_iter().chain(command);
    let ended = Run::keelback(scratch, words)?.finish()?;
    ensure!(!ended.status.success(), "strace was not refused\n{ended}");
    ensure!(
        ended.stderr.contains("one tracer only"),
        "nobody says why\n{ended}"
    );
    Ok(())
}

/// It runs on the tracer's CPU meanwhile, but is never shown that, nor are those
/// it makes; and it has its own CPUs again when the recorder has left.
fn busy(scratch: &Scratch, python: &Python) -> Result<()> {
    let program = [
        python.path.clone().into(),
        "-c".into(),
        OsString::from(BUSY),
    ];
    let alone = Run::new(scratch, &program[0], &program[1..]).finish()?;
    alone.expect_code(0)?;
    let trace = scratch.file("trace.kb");
    let several = std::thread::available_parallelism()?.get() > 1;
    for (mode, free) in [("wait", false), ("full", false), ("wait", true)] {
        let mut words = words("ptrace", mode, &trace);
        if free {
            words.insert(1, "--any-cpu".into());
        }
        let ended = Run::keelback(scratch, words.into_iter().chain(program.clone()))?.finish()?;
        ended.expect_code(0)?;
        ensure!(
            ended.stdout == alone.stdout,
            "{mode}: alone it says\n{}\n{ended}",
            alone.stdout
        );
        let remarks = Recording::open(scratch, &trace)?.report["remarks"].to_string();
        ensure!(
            remarks.contains(KEPT) == (several && !free),
            "{mode}: {remarks}"
        );
    }
    left(scratch, python, several)
}

/// A recorder that attached gives the CPUs back when it leaves.
fn left(scratch: &Scratch, python: &Python, several: bool) -> Result<()> {
    let words = ["-c".into(), OsString::from(ENDLESS)];
    let program = Run::new(scratch, &python.path, words).start()?;
    let pid = program.pid();
    let of = |what: &str| -> Result<String> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find(|it| it.starts_with(what));
        Ok(line.context("no such line")?.to_owned())
    };
    while !program.said()?.contains("begun") {
        sleep(Duration::from_millis(5));
    }
    let before = of("Cpus_allowed_list:")?;
    let trace = scratch.file("attached.kb");
    let words = ["attach", "-q", "--engine", "ptrace", "--for", "500ms", "-o"];
    let words = words.map(OsString::from).into_iter();
    let id = OsString::from(pid.to_string());
    let ended = Run::keelback(scratch, words.chain([trace.clone().into(), id]))?.finish();
    let after = of("Cpus_allowed_list:");
    kill(pid, Signal::SIGKILL)?;
    program.wait()?;
    let (ended, after) = (ended?, after?);
    ended.expect_code(0)?;
    let remarks = Recording::open(scratch, &trace)?.report["remarks"].to_string();
    ensure!(remarks.contains(KEPT) == several, "attached: {remarks}");
    ensure!(before == after, "{before} before, {after} after\n{ended}");
    Ok(())
}
