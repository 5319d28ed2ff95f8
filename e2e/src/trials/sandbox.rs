//! The ptrace engine where something is in its way: a namespace, a filter, a
//! program that does what few programs do. It works, or says exactly why not.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill};

use crate::keelback::{Ended, Run, binary};
use crate::pythons::{FIRST_WITH_FRAMES, Python, Pythons};
use crate::recording::Recording;
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};
use crate::user;

/// Installs a filter that answers one call with `action` and lets the rest
/// pass, and then does what follows. Words: number of the call, action.
const FILTERED: &str = "import ctypes, os, struct, sys
libc = ctypes.CDLL(None)
nr, action = int(sys.argv[1]), int(sys.argv[2])
# load nr; if it is the one: action; allow
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, nr), (0x06, 0, 0, action), (0x06, 0, 0, 0x7fff0000)]
code = b''.join(struct.pack('HBBI', *step) for step in steps)
buffer = ctypes.create_string_buffer(code, len(code))
program = struct.pack('HxxxxxxQ', len(steps), ctypes.addressof(buffer))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, program, 0, 0) == 0
";
/// SECCOMP_RET_TRACE with data 1; SECCOMP_RET_ERRNO with EPERM and ENOSYS.
const TRACE: u32 = 0x7ff0_0001;
pub(super) const EPERM: u32 = 0x0005_0001;
const ENOSYS: u32 = 0x0005_0026;
const GETPPID: u32 = 110;
const PTRACE: u32 = 101;
const SECCOMP: u32 = 317;

/// Stops, signals, births and deaths of every kind, each with what must come
/// of it; prints what came.
const STORM: &str = "import os, signal, subprocess, threading, time
def child(work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(9)
    return pid
def ended(pid):
    status = os.waitpid(pid, 0)[1]
    return os.WIFSIGNALED(status) and -os.WTERMSIG(status) or os.WEXITSTATUS(status)
# Stopped, continued, ended.
pid = child(lambda: time.sleep(60))
os.kill(pid, signal.SIGSTOP)
print('stopped', os.WSTOPSIG(os.waitpid(pid, os.WUNTRACED)[1]))
os.kill(pid, signal.SIGCONT)
print('continued', os.WIFCONTINUED(os.waitpid(pid, os.WCONTINUED)[1]))
os.kill(pid, signal.SIGTERM)
print('ended', ended(pid))
# Killed while it stands still.
pid = child(lambda: time.sleep(60))
os.kill(pid, signal.SIGSTOP)
os.waitpid(pid, os.WUNTRACED)
os.kill(pid, signal.SIGKILL)
print('killed', ended(pid))
# Another program from a thread that is not the first.
def by_thread():
    sleeper = threading.Thread(target=time.sleep, args=(60,), daemon=True)
    sleeper.start()
    thread = threading.Thread(target=os.execv, args=('/bin/sh', ['sh', '-c', 'exit 3']))
    thread.start()
    thread.join()
print('exec', ended(child(by_thread)))
# vfork, and a child that ends at once.
print('vfork', [subprocess.call(['sh', '-c', 'exit %d' % code]) for code in (0, 4)])
# Signals into blocking calls, a queue of real-time ones among them.
seen = []
signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
reader, writer = os.pipe()
timer = threading.Timer(0.1, os.write, (writer, b'x'))
timer.start()
print('read', os.read(reader, 1))
signal.setitimer(signal.ITIMER_REAL, 0)
timer.join()
# For the kernel a thread that was joined lives on for a moment, and would take the
# signals that this one blocks.
while len(os.listdir('/proc/self/task')) > 1:
    time.sleep(0.001)
queued = [signal.SIGRTMIN + 3]
signal.pthread_sigmask(signal.SIG_BLOCK, queued)
for _ in range(3):
    os.kill(os.getpid(), queued[0])
count = sum(signal.sigtimedwait(queued, 1) is not None for _ in range(3))
print('signals', signal.SIGALRM in seen, count, signal.sigtimedwait(queued, 0))
# Threads that are born and end at once, while the process ends.
for _ in range(20):
    threading.Thread(target=os.getpid).start()
def leave():
    for _ in range(4):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    os._exit(6)
print('left', ended(child(leave)))
print('done')
";

type Tried = fn(&Scratch, &Python) -> Result<()>;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let trials: [(&str, Tried); 7] = [
        ("sandbox: a PID namespace", pid_namespace),
        ("sandbox: a program with a filter of its own", own_filter),
        ("sandbox: ptrace is forbidden", no_ptrace),
        ("sandbox: filters are forbidden", no_filter),
        ("sandbox: a setuid program", setuid),
        ("sandbox: stops, signals, births and deaths", storm),
        ("sandbox: Yama with ptrace_scope 1", yama),
    ];
    let fit = |it: &&Python| {
        it.version >= FIRST_WITH_FRAMES && !it.launcher && user::may_execute(&it.path)
    };
    let Some(python) = pythons.found.iter().rfind(fit) else {
        return vec![Trial::skipped(
            "sandbox",
            "needs a Python that others may run",
        )];
    };
    let made = trials.into_iter().map(|(name, tried)| {
        let python = python.clone();
        Trial::new(name, move |scratch| tried(scratch, &python)).without_recording()
    });
    made.collect()
}

/// The words of a recording by ptrace; the command follows.
fn recorded(trace: &Path, engine: &str, mode: &str) -> Vec<OsString> {
    let words = ["run", "--force", "--engine", engine, "--mode", mode, "-o"];
    let words = words.map(OsString::from).into_iter();
    words.chain([trace.into(), "--".into()]).collect()
}

fn script(python: &Python, text: &str, words: &[u32]) -> Vec<OsString> {
    let own = [python.path.clone().into(), "-c".into(), text.into()];
    let words = words.iter().map(|it| it.to_string().into());
    own.into_iter().chain(words).collect()
}

/// Pids of BPF and of /proc do not meet there; those of ptrace(2) do.
fn pid_namespace(scratch: &Scratch, python: &Python) -> Result<()> {
    let trace = scratch.file("trace.kb");
    let program = "import os, time; print('pid', os.getpid()); time.sleep(0.05)";
    let inside = |engine| -> Result<Ended> {
        let words = ["--pid", "--fork", "--mount-proc"]
            .map(OsString::from)
            .into_iter();
        let words = words
            .chain([binary()?.into()])
            .chain(recorded(&trace, engine, "wait"));
        Run::new(
            scratch,
            "unshare",
            words.chain(script(python, program, &[])),
        )
        .finish()
    };
    let ended = inside("auto")?;
    if ended.stderr.contains("unshare failed") || ended.stderr.contains("Operation not permitted") {
        return Err(Skip("no PID namespace can be made here".into()).into());
    }
    ended.expect_code(0)?;
    let told = ended
        .stderr
        .lines()
        .find(|it| it.contains("ptrace engine records"));
    let told = told.with_context(|| format!("the choice is not told\n{ended}"))?;
    ensure!(
        told.contains("namespace") && told.contains("host"),
        "no reason or remedy: {told}"
    );
    let recording = Recording::open(scratch, &trace)?;
    let pid = ended
        .stdout
        .split_whitespace()
        .last()
        .context("it says its pid")?;
    let seen = recording.report["processes"][0]["pid"].to_string();
    ensure!(
        seen == pid,
        "the program is {pid}, the recording says {seen}"
    );
    ensure!(
        recording.events.iter().any(|it| !it.stack().is_empty()),
        "no Python stacks"
    );
    let refused = inside("ebpf")?;
    refused.expect_code(125)?;
    ensure!(
        refused.stderr.contains("PID namespace"),
        "it does not say why\n{refused}"
    );
    ensure!(
        !refused.stdout.contains("pid"),
        "it ran what it could not record\n{refused}"
    );
    Ok(())
}

/// A call that the program's own filter hands to a tracer it does not have
/// fails with ENOSYS, recorded or not.
fn own_filter(scratch: &Scratch, python: &Python) -> Result<()> {
    let text = format!("{FILTERED}print(os.getppid())\n");
    let command = script(python, &text, &[GETPPID, TRACE]);
    let alone = Run::new(scratch, &command[0], &command[1..]).finish()?;
    ensure!(
        alone.stdout.starts_with('-'),
        "the filter has no effect\n{alone}"
    );
    for mode in ["wait", "full"] {
        let words = recorded(&scratch.file("trace.kb"), "ptrace", mode);
        let words = words.into_iter().chain(command.clone());
        let ended = Run::keelback(scratch, words)?.finish()?;
        ended.expect_code(0)?;
        let same = ended.stdout.lines().next() == alone.stdout.lines().next();
        ensure!(same, "{mode}: the call was made\n{ended}");
    }
    Ok(())
}

/// What runs the words that follow behind a filter, as a container has it.
pub(super) fn behind_filter(python: &Python, nr: u32, action: u32) -> Vec<OsString> {
    let text = format!("{FILTERED}os.execv(sys.argv[3], sys.argv[3:])\n");
    script(python, &text, &[nr, action])
}

/// keelback behind such a filter.
fn filtered(scratch: &Scratch, python: &Python, nr: u32, action: u32) -> Result<Ended> {
    let words = recorded(&scratch.file("trace.kb"), "ptrace", "wait");
    let program = "import time; print('begun'); time.sleep(0.05)";
    let all = behind_filter(python, nr, action).into_iter();
    let all = all.chain([binary()?.into()]).chain(words);
    let all: Vec<OsString> = all.chain(script(python, program, &[])).collect();
    Run::new(scratch, &all[0], &all[1..]).finish()
}

fn no_ptrace(scratch: &Scratch, python: &Python) -> Result<()> {
    for action in [EPERM, ENOSYS] {
        let ended = filtered(scratch, python, PTRACE, action)?;
        ended.expect_code(125)?;
        ensure!(
            ended.stderr.contains("may not be traced"),
            "it does not say what\n{ended}"
        );
        ensure!(ended.stderr.contains("hint: "), "no remedy\n{ended}");
        ensure!(
            !ended.stdout.contains("begun"),
            "it ran what it could not record\n{ended}"
        );
    }
    Ok(())
}

/// Without a filter it stops every call, and says so.
fn no_filter(scratch: &Scratch, python: &Python) -> Result<()> {
    let ended = filtered(scratch, python, SECCOMP, EPERM)?;
    ended.expect_code(0)?;
    ensure!(
        ended.stdout.starts_with("begun"),
        "the program did not run\n{ended}"
    );
    ensure!(
        ended.stderr.contains("no seccomp filter"),
        "it does not say so\n{ended}"
    );
    let recording = Recording::open(scratch, &scratch.file("trace.kb"))?;
    let asleep = recording.budgets(None)?[0].percent(&["blocked.sleep".to_owned()]);
    ensure!(asleep > 2.0, "its sleep is missing: {asleep} %");
    Ok(())
}

/// A traced program does not get another user's privileges; the reader is told.
fn setuid(scratch: &Scratch, python: &Python) -> Result<()> {
    let own = scratch.file("id");
    fs::copy("/usr/bin/id", &own)?;
    fs::set_permissions(&own, PermissionsExt::from_mode(0o4755))?;
    let words = recorded(&scratch.file("trace.kb"), "ptrace", "wait").into_iter();
    let id = [own.clone().into_os_string(), "-u".into()];
    let ended = user::keelback(scratch, words.chain(id).collect())?.finish()?;
    ended.expect_code(0)?;
    let uid: u32 = ended.stdout.lines().next().unwrap_or_default().parse()?;
    ensure!(uid != 0, "the traced program became root\n{ended}");
    ensure!(
        ended.stderr.contains("set-user-ID"),
        "nobody says why\n{ended}"
    );
    // Privileges of one's own are no reason to say anything.
    let words = recorded(&scratch.file("trace.kb"), "ptrace", "wait").into_iter();
    let plain = script(python, "print('plain')", &[]);
    let ended = user::keelback(scratch, words.chain(plain).collect())?.finish()?;
    ensure!(
        !ended.stderr.contains("set-user-ID"),
        "said of a plain program\n{ended}"
    );
    Ok(())
}

/// `ptrace_scope` (Documentation/admin-guide/LSM/Yama.rst).
const SCOPE: &str = "/proc/sys/kernel/yama/ptrace_scope";

/// Who is no descendant may not be traced; who is started may.
fn yama(scratch: &Scratch, python: &Python) -> Result<()> {
    match fs::read_to_string(SCOPE).as_deref().map(str::trim) {
        Ok("1") => {}
        Ok(other) => return Err(Skip(format!("ptrace_scope is {other} here")).into()),
        Err(_) => return Err(Skip("this kernel has no Yama".into()).into()),
    }
    let sleeper = script(
        python,
        "import time; print('begun', flush=True); time.sleep(60)",
        &[],
    );
    let sleeper = user::run(scratch, sleeper)?.start()?;
    while !sleeper.said()?.contains("begun") {
        std::thread::sleep(Duration::from_millis(5));
    }
    let words = ["attach", "--engine", "ptrace", "--for", "200ms"].map(OsString::from);
    let id = OsString::from(sleeper.pid().to_string());
    let ended = user::keelback(scratch, words.into_iter().chain([id]).collect())?.finish();
    kill(sleeper.pid(), Signal::SIGKILL)?;
    sleeper.wait()?;
    let ended = ended?;
    ended.expect_code(125)?;
    for word in [
        "may not be traced",
        "ptrace_scope is 1",
        "keelback run -- COMMAND",
    ] {
        ensure!(
            ended.stderr.contains(word),
            "it does not say {word}\n{ended}"
        );
    }
    let words = recorded(&scratch.file("trace.kb"), "ptrace", "wait").into_iter();
    let plain = script(python, "print('plain')", &[]);
    let ended = user::keelback(scratch, words.chain(plain).collect())?.finish()?;
    ended.expect_code(0)
}

/// The same comes of it as without a tracer.
fn storm(scratch: &Scratch, python: &Python) -> Result<()> {
    let command = script(python, STORM, &[]);
    let alone = Run::new(scratch, &command[0], &command[1..]).finish()?;
    ensure!(
        alone.stdout.ends_with("done\n"),
        "it fails by itself\n{alone}"
    );
    for mode in ["wait", "full"] {
        let trace = scratch.file("trace.kb");
        let mut words = recorded(&trace, "ptrace", mode);
        words.insert(1, "-q".into());
        words.extend(command.clone());
        let ended = Run::keelback(scratch, words)?.finish()?;
        ended.expect_code(0)?;
        ensure!(
            ended.stdout == alone.stdout,
            "{mode}: alone it says\n{}\n{ended}",
            alone.stdout
        );
        Recording::open(scratch, &trace)?;
    }
    Ok(())
}
