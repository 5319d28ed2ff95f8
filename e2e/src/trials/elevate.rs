//! `--elevate`: a recorder with more rights, a command with none but its own.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use nix::unistd::{Uid, chown};
use serde_json::Value;

use crate::keelback::Ended;
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::recording::{Recording, exported};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};
use crate::user;

/// Everything that a process is given by who starts it.
const IDENTITY: &str = "import os, sys, time
def status():
    wanted = ('Cap', 'NoNewPrivs', 'Seccomp', 'SigPnd', 'SigBlk', 'SigIgn', 'SigCgt', 'Shd', 'Groups',
              'Cpus_allowed_list')
    with open('/proc/self/status') as file:
        return [line.strip() for line in file if line.startswith(wanted)]
print('ids', os.getresuid(), os.getresgid(), os.getgroups())
print('folder', os.getcwd())
print('mask', oct(os.umask(0)))
print('environment', sorted(os.environ.items()))
print('terminals', [os.isatty(fd) for fd in range(3)])
print('open', sorted(os.listdir('/proc/self/fd')))
print('session', os.getsid(0) == os.getsid(os.getppid()))
print('limits', open('/proc/self/limits').read())
print('niceness', os.getpriority(os.PRIO_PROCESS, 0))
print('status', status())
time.sleep(0.05)
sys.exit(7)
";

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let fit = |it: &&Python| {
        it.version >= FIRST_WITH_FRAMES && !it.launcher && user::may_execute(&it.path)
    };
    let name = "elevate: the recorder alone is raised";
    let Some(python) = pythons.found.iter().find(fit).cloned() else {
        return vec![Trial::skipped(name, "needs a Python that others may run")];
    };
    vec![Trial::new(name, move |scratch| raised(scratch, &python))]
}

fn raised(scratch: &Scratch, python: &Python) -> Result<()> {
    let with = stand_in(scratch)?;
    let program = [
        python.path.clone().into(),
        "-c".into(),
        OsString::from(IDENTITY),
    ];
    let alone = user::run(scratch, program.to_vec())?.finish()?;
    alone.expect_code(7)?;
    let trace = scratch.file("trace.kb");
    let ended = elevated(scratch, &with, &trace, &program)?;
    ended.expect_code(7)?;
    ensure!(
        ended.stdout == alone.stdout,
        "alone it is\n{}\n{ended}",
        alone.stdout
    );
    let owner = fs::metadata(&trace)?.uid();
    ensure!(
        owner == fs::metadata(scratch.folder())?.uid(),
        "the recording is user {owner}'s"
    );
    let recording = Recording::open(scratch, &trace)?;
    let report = &recording.report;
    ensure!(report["engine"] == "ebpf", "{report}");
    ensure!(
        report["engine_reason"].to_string().contains("raised"),
        "the recording does not say how: {report}"
    );
    ensure!(
        recording.events.iter().any(|it| !it.stack().is_empty()),
        "no Python stacks"
    );
    knows_mounts(scratch, &trace)?;
    not_raised(scratch, &program)?;
    not_ones_own(scratch, &with)
}

/// The first line of the export is the recording's description.
fn knows_mounts(scratch: &Scratch, trace: &Path) -> Result<()> {
    let exported = exported(scratch, trace)?;
    let first = exported.lines().next().context("nothing is told")?;
    let first: Value = serde_json::from_str(first)?;
    let mounts = first["mounts"].as_array().context("no mounts")?;
    ensure!(mounts.iter().any(|it| it["point"] == "/"), "{mounts:?}");
    Ok(())
}

/// What cannot be raised does not run the command.
fn not_raised(scratch: &Scratch, program: &[OsString]) -> Result<()> {
    let trace = scratch.file("none.kb");
    let ended = elevated(scratch, Path::new("/bin/false"), &trace, program)?;
    ended.expect_code(125)?;
    ensure!(
        ended.stderr.contains("could not be raised") && ended.stdout.is_empty(),
        "{ended}"
    );
    ensure!(!trace.exists(), "it left a recording\n{ended}");
    Ok(())
}

/// The right to raise a recorder is none to watch root.
fn not_ones_own(scratch: &Scratch, with: &Path) -> Result<()> {
    let id = std::process::id().to_string();
    let elevate = option(with);
    let words = [
        "attach".into(),
        "-q".into(),
        elevate,
        "--for".into(),
        "1s".into(),
        id.into(),
    ];
    let ended = user::bounded(scratch, words.to_vec())?.finish()?;
    ended.expect_code(125)?;
    ensure!(ended.stderr.contains("belongs to user 0"), "{ended}");
    Ok(())
}

fn elevated(scratch: &Scratch, with: &Path, trace: &Path, program: &[OsString]) -> Result<Ended> {
    let words = ["run".into(), "-q".into(), option(with), "-o".into()];
    let words = words.into_iter().chain([trace.into(), "--".into()]);
    user::bounded(scratch, words.chain(program.iter().cloned()).collect())?.finish()
}

fn option(with: &Path) -> OsString {
    let mut option = OsString::from("--elevate=");
    option.push(with);
    option
}

/// A program of root's that does for anyone what sudo does for some: env(1),
/// set-user-ID.
fn stand_in(scratch: &Scratch) -> Result<PathBuf> {
    if let Some(why) = user::obstacle() {
        return Err(Skip(why.into()).into());
    }
    let own = scratch.file("raise");
    fs::copy("/usr/bin/env", &own)?;
    chown(&own, Some(Uid::from_raw(0)), None)?;
    fs::set_permissions(&own, PermissionsExt::from_mode(0o4755))?;
    let words = vec![own.clone().into_os_string(), "id".into(), "-u".into()];
    match user::run(scratch, words)?.finish()?.stdout.trim() {
        "0" => Ok(own),
        _ => Err(Skip("set-user-ID programs have no effect here".into()).into()),
    }
}
