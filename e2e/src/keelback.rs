//! The built `keelback`, as a user runs it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::Value;

use crate::scratch::Scratch;

/// No run of any program takes as long on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// How a run ended and what it said.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The command, for messages.
    pub command: String,
    /// Exit code or signal.
    pub status: ExitStatus,
    /// Everything on stdout.
    pub stdout: String,
    /// Everything on stderr.
    pub stderr: String,
}

impl Ended {
    /// Fails with what was said, unless the exit code is this.
    pub fn expect_code(&self, code: i32) -> Result<()> {
        let how = self.how();
        ensure!(
            self.status.code() == Some(code),
            "{how}, not with exit code {code}\n{self}"
        );
        Ok(())
    }

    /// Fails with what was said, unless this signal ended it.
    pub fn expect_signal(&self, name: &str) -> Result<()> {
        let wanted: Signal = name.parse()?;
        let how = self.how();
        ensure!(
            self.status.signal() == Some(wanted as i32),
            "{how}, not by {name}\n{self}"
        );
        Ok(())
    }

    /// stdout as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.stdout).with_context(|| format!("stdout is no JSON\n{self}"))
    }

    fn how(&self) -> String {
        match (self.status.code(), self.status.signal()) {
            (Some(code), _) => format!("ended with exit code {code}"),
            (None, Some(signal)) => format!("ended by signal {signal}"),
            (None, None) => "did not end".into(),
        }
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tail = |text: &str| -> String {
            let skip = text.lines().count().saturating_sub(30);
            text.lines()
                .skip(skip)
                .map(|line| format!("    {line}\n"))
                .collect()
        };
        writeln!(out, "  $ {}", self.command)?;
        write!(
            out,
            "  stdout:\n{}  stderr:\n{}",
            tail(&self.stdout),
            tail(&self.stderr)
        )
    }
}

/// A command line of `keelback`, or of something to compare it with.
pub struct Run<'a> {
    scratch: &'a Scratch,
    command: Command,
}

impl<'a> Run<'a> {
    /// `keelback` with these words.
    pub fn keelback<I>(scratch: &'a Scratch, words: I) -> Result<Run<'a>>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        Ok(Run::new(scratch, binary()?, words))
    }

    /// `keelback run -o TRACE -- COMMAND`.
    pub fn recording<I>(scratch: &'a Scratch, trace: &Path, command: I) -> Result<Run<'a>>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        Run::recording_as(scratch, &[], trace, command)
    }

    /// The same with more options.
    pub fn recording_as<I>(
        scratch: &'a Scratch,
        options: &[&str],
        trace: &Path,
        command: I,
    ) -> Result<Run<'a>>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let mut run = Run::keelback(scratch, ["run"])?;
        run.command.args(options).arg("-o").arg(trace);
        run.command.arg("--").args(command);
        Ok(run)
    }

    /// Any other program. Its environment is the same in every run, down to
    /// the length of each variable, so that two runs make the same calls.
    pub fn new<I>(scratch: &'a Scratch, program: impl AsRef<OsStr>, words: I) -> Run<'a>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let mut command = Command::new(program);
        command
            .args(words)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            .env("HOME", scratch.folder())
            .env("LANG", "C.UTF-8")
            .env("PYTHONHASHSEED", "0")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(scratch.folder())
            .stdin(Stdio::null())
            .process_group(0);
        Run { scratch, command }
    }

    /// The same, started by another program, such as `perf record --`.
    pub fn under(self, words: &[String]) -> Run<'a> {
        let own = self.command;
        let words = words.iter().map(OsStr::new);
        let mut all = words.chain([own.get_program()]).chain(own.get_args());
        let first = all.next().unwrap_or_default();
        Run::new(self.scratch, first, all)
    }

    /// With one more environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Run<'a> {
        self.command.env(name, value);
        self
    }

    /// In another folder.
    pub fn current_dir(mut self, folder: &Path) -> Run<'a> {
        self.command.current_dir(folder);
        self
    }

    /// Starts it; its output goes to files, so that no pipe can fill up.
    pub fn start(mut self) -> Result<Running> {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let stdout = self.scratch.file(&format!("{number}.stdout"));
        let stderr = self.scratch.file(&format!("{number}.stderr"));
        self.command
            .stdout(File::create(&stdout)?)
            .stderr(File::create(&stderr)?);
        let text = format!("{:?}", self.command);
        let child = self
            .command
            .spawn()
            .with_context(|| format!("cannot start {text}"))?;
        Ok(Running {
            child,
            text,
            stdout,
            stderr,
        })
    }

    /// Runs it to its end.
    pub fn finish(self) -> Result<Ended> {
        self.start()?.wait()
    }
}

/// A run that goes on.
pub struct Running {
    child: Child,
    text: String,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Running {
    /// Its pid.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }

    /// What it has said on stdout so far.
    pub fn said(&self) -> Result<String> {
        Ok(fs::read_to_string(&self.stdout)?)
    }

    /// Waits for its end; one that does not end is killed with its children.
    pub fn wait(mut self) -> Result<Ended> {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if start.elapsed() > PATIENCE {
                killpg(self.pid(), Signal::SIGKILL)?;
                self.child.wait()?;
                bail!("did not end within {PATIENCE:?}: {}", self.text);
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        Ok(Ended {
            command: self.text,
            status,
            stdout: String::from_utf8_lossy(&fs::read(&self.stdout)?).into_owned(),
            stderr: String::from_utf8_lossy(&fs::read(&self.stderr)?).into_owned(),
        })
    }
}

/// The binary: `KEELBACK_BIN`, or the one beside this test, built when needed.
pub fn binary() -> Result<&'static Path> {
    static BINARY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = BINARY.get_or_init(|| locate().map_err(|error| format!("{error:#}")));
    match found {
        Ok(path) => Ok(path),
        Err(why) => bail!("{why}"),
    }
}

fn locate() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("KEELBACK_BIN") {
        return Ok(fs::canonicalize(given)?);
    }
    build()?;
    let own = std::env::current_exe()?;
    let profile = own
        .parent()
        .and_then(Path::parent)
        .context("the test lies in no target folder")?;
    Ok(profile.join("keelback"))
}

/// `cargo test -p keelback-e2e` does not build another package's binary.
fn build() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--package", "keelback"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let status = command.current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
    ensure!(status.success(), "keelback does not build");
    Ok(())
}
