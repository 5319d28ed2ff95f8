//! Uprobes set through tracefs and read by `perf record`
//! (kernel Documentation/trace/uprobetracer.rst, perf-record(1)).
//!
//! perf's rings take some tenths of a microsecond a hit, on the CPU of the hit
//! and without a lock, and nobody is woken while they have room: the text of
//! tracefs, with every switch in it, costs a program several times as much.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, ensure};

use crate::trial::Skip;

const EVENTS: &str = "/sys/kernel/tracing/uprobe_events";
/// Pages of perf's ring on each CPU: no trial fills half of them.
const RING_PAGES: &str = "2048";

/// Where to look.
#[derive(Clone, Debug)]
pub struct Point {
    /// What its events are called.
    pub name: &'static str,
    /// The file.
    pub file: PathBuf,
    /// Where in the file.
    pub offset: u64,
    /// At the function's return?
    pub at_return: bool,
    /// What to note besides, such as `at=%di`.
    pub notes: &'static str,
}

/// Uprobes; gone when dropped.
pub struct Probes {
    group: String,
    names: Vec<&'static str>,
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// Whose.
    pub tid: u64,
    /// When, nanoseconds of `CLOCK_MONOTONIC`.
    pub at: u64,
    /// The point's name.
    pub name: &'a str,
    /// What was noted.
    pub notes: &'a str,
}

impl Probes {
    /// Sets them up. They cost nothing until a command of
    /// [`Probes::watched`] runs.
    ///
    /// # Errors
    /// [`Skip`] where that is not possible: no tracefs, no rights, no perf.
    pub fn set(points: &[Point]) -> Result<Probes> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        has_perf()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut probes = Probes {
            group: format!("keelback_e2e_{}_{number}", std::process::id()),
            names: Vec::new(),
        };
        points.iter().try_for_each(|point| probes.add(point))?;
        Ok(probes)
    }

    fn add(&mut self, point: &Point) -> Result<()> {
        let kind = if point.at_return { 'r' } else { 'p' };
        let line = format!(
            "{kind}:{}/{} {}:{:#x} {}\n",
            self.group,
            point.name,
            point.file.display(),
            point.offset,
            point.notes
        );
        append(&line).map_err(|error| Skip(format!("no uprobe: {error}")))?;
        self.names.push(point.name);
        Ok(())
    }

    /// What to put before a command to have its hits, and everybody's
    /// meanwhile, written to `file`. perf ends as the command ends.
    pub fn watched(&self, file: &Path) -> Vec<String> {
        let events = format!("{}:*", self.group);
        let file = file.display().to_string();
        let how = ["perf", "record", "--quiet", "--all-cpus", "--no-buildid"];
        let clock = ["--clockid", "CLOCK_MONOTONIC", "--mmap-pages", RING_PAGES];
        let what = ["--event", &events, "--output", &file, "--"];
        let words = how.iter().chain(&clock).chain(&what);
        words.map(ToString::to_string).collect()
    }

    /// What was written to `file`, in the order of time: [`hits`] reads it.
    pub fn told(file: &Path) -> Result<String> {
        let output = Command::new("perf")
            .args(["script", "--ns", "--fields", "tid,time,event,trace"])
            .arg("--input")
            .arg(file)
            .output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "perf script: {errors}");
        String::from_utf8(output.stdout).context("perf script")
    }
}

impl Drop for Probes {
    fn drop(&mut self) {
        for name in &self.names {
            // Nothing can be done about a probe that does not go.
            let _ = append(&format!("-:{}/{name}\n", self.group));
        }
    }
}

/// Some systems have a `perf` that only says which package to install.
fn has_perf() -> Result<()> {
    let mut command = Command::new("perf");
    let quiet = command.arg("--version").stdout(Stdio::null());
    match quiet.stderr(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Skip(format!("no perf: `perf --version` ended with {status}")).into()),
        Err(error) => Err(Skip(format!("no perf: {error}")).into()),
    }
}

/// The file takes one command a write.
fn append(line: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(EVENTS)?;
    file.write_all(line.as_bytes())
}

/// Reads lines such as `4711 12.345678901: group:name: (7f0123) at=0x1`.
pub fn hits(trace: &str) -> impl Iterator<Item = Hit<'_>> {
    trace.lines().filter_map(hit)
}

fn hit(line: &str) -> Option<Hit<'_>> {
    let (tid, rest) = line.trim_start().split_once(char::is_whitespace)?;
    let (time, rest) = rest.trim_start().split_once(": ")?;
    let (seconds, nanoseconds) = time.split_once('.')?;
    let (_, event) = rest.split_once(':')?;
    let (name, notes) = event.split_once(':')?;
    Some(Hit {
        tid: tid.parse().ok()?,
        at: seconds.parse::<u64>().ok()? * 1_000_000_000 + nanoseconds.parse::<u64>().ok()?,
        name,
        notes: notes.trim(),
    })
}

impl Hit<'_> {
    /// A note's value, such as `at=`'s.
    pub fn note(&self, name: &str) -> Option<&str> {
        let mut words = self.notes.split_whitespace();
        words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        let line = "  72    10.000500001:  keelback_e2e_1_0:signal: (7f75ece4f7b0) at=0x10";
        let hit = hit(line).expect("a hit");
        let expected = (72, 10_000_500_001, "signal");
        assert_eq!((hit.tid, hit.at, hit.name), expected);
        assert_eq!((hit.note("at"), hit.note("a")), (Some("0x10"), None));
        assert_eq!(hits("# captured on\n\n").next(), None);
    }
}
