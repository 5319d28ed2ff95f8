//! The recorder in bad weather: killed, interrupted, without room, attached
//! late. The program goes on unharmed.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill, killpg};

use crate::keelback::{Ended, Run, Running};
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::recording::Recording;
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

/// Makes a call every millisecond, says so once, and ends well after a while.
const BUSY: &str = "import os, sys, time
end = time.time() + float(sys.argv[1])
print('begun', flush=True)
while time.time() < end:
    os.stat('/')
    time.sleep(0.001)
print('done', flush=True)
";

/// The outermost frame of a `-c` program.
const MODULE: &str = "<module> (<string>:";

type Tried = fn(&Scratch, &Python) -> Result<()>;

/// Trials with one interpreter; what they show does not depend on which.
pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let trials: [(&str, Tried); 10] = [
        ("recorder killed", killed),
        ("recorder terminated", terminated),
        ("Ctrl-C", interrupted),
        ("output on a full disk", full_disk),
        ("a disk that fills", filling_disk),
        ("output where nobody may write", unwritable),
        ("a trace is not overwritten", not_overwritten),
        ("attach and leave", attach),
        ("attach to no Python", attach_to_no_python),
        ("export to parquet", parquet),
    ];
    let python = pythons
        .pair()
        .into_iter()
        .find(|it| it.version >= FIRST_WITH_FRAMES);
    let Some(python) = python else {
        return vec![Trial::skipped(
            "recorder in bad weather",
            "needs Python 3.8 or newer",
        )];
    };
    let made = trials.into_iter().map(|(name, tried)| {
        let python = python.clone();
        Trial::new(name, move |scratch| tried(scratch, &python))
    });
    made.collect()
}

/// SIGKILL to the recorder: the program goes on and the file opens.
fn killed(scratch: &Scratch, python: &Python) -> Result<()> {
    let trace = scratch.file("trace.kb");
    let running = start_busy(scratch, python, &trace, 5.0)?;
    // Two flushes, of which there is one a second.
    sleep(Duration::from_millis(2600));
    kill(running.pid(), Signal::SIGKILL)?;
    let ended = wait_for_done(&running)?;
    ensure!(ended, "the program did not go on");
    drop(running.wait()?);
    let left = partial(scratch)?;
    let recording = Recording::open(scratch, &left)?;
    let calls = recording.calls(&["stat".into(), "newfstatat".into()])?;
    ensure!(calls >= 300.0, "only {calls} calls are in what is left");
    Ok(())
}

/// SIGTERM to the recorder ends both, with a whole recording.
fn terminated(scratch: &Scratch, python: &Python) -> Result<()> {
    let trace = scratch.file("trace.kb");
    let running = start_busy(scratch, python, &trace, 20.0)?;
    kill(running.pid(), Signal::SIGTERM)?;
    running.wait()?.expect_signal("SIGTERM")?;
    busy_is_there(&Recording::open(scratch, &trace)?)
}

/// Ctrl-C goes to the whole group, as a terminal does it.
fn interrupted(scratch: &Scratch, python: &Python) -> Result<()> {
    let trace = scratch.file("trace.kb");
    let running = start_busy(scratch, python, &trace, 20.0)?;
    killpg(running.pid(), Signal::SIGINT)?;
    let ended = running.wait()?;
    ended.expect_signal("SIGINT")?;
    ensure!(
        ended.stderr.contains("KeyboardInterrupt"),
        "the program did not see it\n{ended}"
    );
    busy_is_there(&Recording::open(scratch, &trace)?)
}

/// /dev/full takes no byte.
fn full_disk(scratch: &Scratch, python: &Python) -> Result<()> {
    unharmed(scratch, python, Path::new("/dev/full"))
}

/// Makes few calls for longer than it takes to the first flush, then more than a
/// small disk holds.
const FLOOD: &str = "import os, sys, time
for _ in range(1500):
    os.stat('/')
    time.sleep(0.001)
for _ in range(150000):
    os.stat('/')
print('done')
sys.exit(7)
";

/// The disk fills in the middle: the program does not notice, the user is told,
/// and what was written can be read.
fn filling_disk(scratch: &Scratch, python: &Python) -> Result<()> {
    let disk = Disk::of_size(scratch.file("disk"), "192k")?;
    let trace = disk.0.join("trace.kb");
    let own = [python.path.clone().into(), "-c".into(), FLOOD.into()];
    let words = run_words(&trace, "full").into_iter().chain(own);
    let ended = Run::keelback(scratch, words)?.finish()?;
    ended.expect_code(7)?;
    ensure!(ended.stdout.contains("done"), "it was cut off\n{ended}");
    ensure!(
        ended.stderr.contains("No space left on device"),
        "nobody says why\n{ended}"
    );
    ensure!(
        ended.stderr.contains("cut off") && !ended.stderr.contains("nothing was lost"),
        "the verdict hides it\n{ended}"
    );
    let recording = Recording::open(scratch, &disk.0.join("trace.kb.partial"))?;
    busy_is_there(&recording)
}

/// A small file system in memory; gone with the trial.
struct Disk(PathBuf);

impl Disk {
    fn of_size(place: PathBuf, size: &str) -> Result<Disk> {
        fs::create_dir(&place)?;
        let size = format!("size={size}");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&place)
            .output()?;
        match mount.status.success() {
            true => Ok(Disk(place)),
            false => Err(Skip("no file system may be mounted here".into()).into()),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A mount that stays is seen by the folder that cannot be removed.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// A folder that is none: root may write everywhere else.
fn unwritable(scratch: &Scratch, python: &Python) -> Result<()> {
    unharmed(scratch, python, Path::new("/proc/no/such/folder/trace.kb"))
}

/// Either nothing is started, with keelback's own exit code, or the program
/// runs to its end; never half of it. The message names the file.
fn unharmed(scratch: &Scratch, python: &Python, trace: &Path) -> Result<()> {
    let words = busy_words(python, trace, "0.3");
    let ended = Run::keelback(scratch, words)?.finish()?;
    ended.expect_code(125)?;
    let (begun, done) = (
        ended.stdout.contains("begun"),
        ended.stdout.contains("done"),
    );
    ensure!(begun == done, "the program was cut off\n{ended}");
    let name = trace.to_str().context("a path that is text")?;
    ensure!(
        ended.stderr.contains(name),
        "the message lacks {name}\n{ended}"
    );
    ensure!(!ended.stderr.contains("panicked"), "it panicked\n{ended}");
    Ok(())
}

/// Nobody loses an old recording by running the same line again.
fn not_overwritten(scratch: &Scratch, python: &Python) -> Result<()> {
    let trace = scratch.file("trace.kb");
    fs::write(&trace, "precious")?;
    let ended = Run::keelback(scratch, busy_words(python, &trace, "0"))?.finish()?;
    ended.expect_code(125)?;
    ensure!(ended.stderr.contains("--force"), "no remedy\n{ended}");
    ensure!(
        fs::read_to_string(&trace)? == "precious",
        "it was overwritten"
    );
    let mut forced = busy_words(python, &trace, "0");
    forced.insert(1, "--force".into());
    Run::keelback(scratch, forced)?.finish()?.expect_code(0)?;
    Recording::open(scratch, &trace).map(drop)
}

/// Attaches to a running program, leaves it, and the program goes on.
fn attach(scratch: &Scratch, python: &Python) -> Result<()> {
    let mut victim = Victim::start(&python.path, ["-c", BUSY, "6"])?;
    sleep(Duration::from_millis(500));
    let ended = attach_for(scratch, &victim, "1500ms")?;
    ended.expect_code(0)?;
    let recording = Recording::open(scratch, &scratch.file("trace.kb"))?;
    busy_is_there(&recording)?;
    let calls = recording.events.iter().filter(|it| it.kind() == "call");
    let named = calls.filter(|it| it.stack().first().is_some_and(|it| it.starts_with(MODULE)));
    ensure!(
        named.count() >= 100,
        "calls of a program that runs already have no stack"
    );
    ensure!(victim.0.wait()?.success(), "the program was harmed");
    Ok(())
}

/// What is no Python has system calls all the same.
fn attach_to_no_python(scratch: &Scratch, _: &Python) -> Result<()> {
    let victim = Victim::start("/bin/sh", ["-c", "while :; do sleep 0.05; done"])?;
    attach_for(scratch, &victim, "1s")?.expect_code(0)?;
    let recording = Recording::open(scratch, &scratch.file("trace.kb"))?;
    ensure!(
        recording.interpreters()? == 0.0,
        "a shell was taken for a Python"
    );
    ensure!(
        recording.calls(&["wait4".into()])? > 0.0,
        "the shell's calls are missing"
    );
    Ok(())
}

/// A dataset that starts as every Parquet file does.
fn parquet(scratch: &Scratch, python: &Python) -> Result<()> {
    let (trace, dataset) = (scratch.file("trace.kb"), scratch.file("dataset"));
    Run::keelback(scratch, busy_words(python, &trace, "0.2"))?
        .finish()?
        .expect_code(0)?;
    let words: [OsString; 6] = [
        "export".into(),
        trace.into(),
        "-f".into(),
        "parquet".into(),
        "-o".into(),
        dataset.clone().into(),
    ];
    Run::keelback(scratch, words)?.finish()?.expect_code(0)?;
    let file = find(&dataset, &|name| name.ends_with(".parquet")).context("no .parquet file")?;
    ensure!(
        fs::read(&file)?.starts_with(b"PAR1"),
        "{} is no Parquet",
        file.display()
    );
    Ok(())
}

fn run_words(trace: &Path, mode: &str) -> Vec<OsString> {
    [
        "run".into(),
        "--mode".into(),
        mode.into(),
        "-o".into(),
        trace.into(),
        "--".into(),
    ]
    .into()
}

fn busy_words(python: &Python, trace: &Path, seconds: &str) -> Vec<OsString> {
    let own = ["-c".into(), BUSY.into(), seconds.into()];
    run_words(trace, "full")
        .into_iter()
        .chain([python.path.clone().into()])
        .chain(own)
        .collect()
}

/// Starts the busy program under the recorder and waits until it has begun.
fn start_busy(scratch: &Scratch, python: &Python, trace: &Path, seconds: f64) -> Result<Running> {
    let running =
        Run::keelback(scratch, busy_words(python, trace, &seconds.to_string()))?.start()?;
    ensure!(
        wait_for(&running, "begun", 30)?,
        "the program did not begin"
    );
    sleep(Duration::from_millis(300));
    Ok(running)
}

fn wait_for_done(running: &Running) -> Result<bool> {
    wait_for(running, "done", 30)
}

fn wait_for(running: &Running, word: &str, seconds: u64) -> Result<bool> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        if running.said()?.contains(word) {
            return Ok(true);
        }
        sleep(Duration::from_millis(20));
    }
    Ok(false)
}

fn busy_is_there(recording: &Recording) -> Result<()> {
    let calls = recording.calls(&["stat".into(), "newfstatat".into()])?;
    ensure!(calls >= 100.0, "only {calls} calls were recorded");
    Ok(())
}

fn attach_for(scratch: &Scratch, victim: &Victim, time: &str) -> Result<Ended> {
    let trace = scratch.file("trace.kb");
    let words: [OsString; 8] = [
        "attach".into(),
        victim.0.id().to_string().into(),
        "--for".into(),
        time.into(),
        "--mode".into(),
        "full".into(),
        "-o".into(),
        trace.into(),
    ];
    Run::keelback(scratch, words)?.finish()
}

/// What a killed recorder left: the file, or the folder it was packing.
fn partial(scratch: &Scratch) -> Result<PathBuf> {
    let names = ["trace.kb.partial", "trace.kb"];
    let left = names
        .iter()
        .map(|name| scratch.file(name))
        .find(|path| path.exists());
    left.context("the killed recorder left nothing")
}

fn find(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|it| it.path())
        .find_map(|path| match path.is_dir() {
            true => find(&path, wanted),
            false => path.to_str().is_some_and(wanted).then_some(path.clone()),
        })
}

/// A program that runs on its own; ended with the trial.
struct Victim(Child);

impl Victim {
    fn start<const N: usize>(
        program: impl AsRef<std::ffi::OsStr>,
        words: [&str; N],
    ) -> Result<Victim> {
        let mut command = Command::new(program);
        command
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        Ok(Victim(command.spawn()?))
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
