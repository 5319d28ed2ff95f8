//! Uprobes and scheduler events through tracefs
//! (kernel Documentation/trace/uprobetracer.rst).

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;

use crate::trial::Skip;

const TRACEFS: &str = "/sys/kernel/tracing";

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
    /// What to note besides, such as `cond=%di`.
    pub notes: &'static str,
}

/// Uprobes in a trace instance of their own, with every switch of every CPU;
/// gone when dropped.
pub struct Probes {
    group: String,
    instance: PathBuf,
    names: Vec<&'static str>,
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit<'a> {
    /// Whose.
    pub tid: u64,
    /// When, nanoseconds.
    pub at: f64,
    /// The point's name, or `sched_switch`.
    pub name: &'a str,
    /// What was noted.
    pub notes: &'a str,
}

impl Probes {
    /// Sets them up, and begins.
    ///
    /// # Errors
    /// [`Skip`] where that is not possible: no tracefs, no rights.
    pub fn set(points: &[Point]) -> Result<Probes> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let group = format!("keelback_e2e_{}_{number}", std::process::id());
        let instance = Path::new(TRACEFS).join("instances").join(&group);
        fs::create_dir(&instance).map_err(|error| skip("no trace instance", &error))?;
        let mut probes = Probes {
            group,
            instance,
            names: Vec::new(),
        };
        for point in points {
            probes.add(point)?;
        }
        fs::write(probes.instance.join("trace_clock"), "mono")?;
        fs::write(probes.instance.join("buffer_size_kb"), "32768")?;
        probes.switch("1")?;
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
        append(&line).map_err(|error| skip("no uprobe", &error))?;
        self.names.push(point.name);
        Ok(())
    }

    fn switch(&self, on: &str) -> std::io::Result<()> {
        let events = self.instance.join("events");
        fs::write(events.join("sched/sched_switch/enable"), on)?;
        fs::write(events.join(&self.group).join("enable"), on)
    }

    /// Ends it and gives back what was seen: [`hits`] reads it.
    pub fn told(&self) -> Result<String> {
        self.switch("0")?;
        Ok(fs::read_to_string(self.instance.join("trace"))?)
    }
}

impl Drop for Probes {
    fn drop(&mut self) {
        // Nothing can be done about a probe that does not go.
        let _ = self.switch("0");
        let _ = fs::remove_dir(&self.instance);
        for name in &self.names {
            let _ = append(&format!("-:{}/{name}\n", self.group));
        }
    }
}

/// The file takes one command a write.
fn append(line: &str) -> std::io::Result<()> {
    let path = Path::new(TRACEFS).join("uprobe_events");
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(line.as_bytes())
}

fn skip(what: &str, error: &std::io::Error) -> anyhow::Error {
    Skip(format!("{what}: {error}")).into()
}

/// Reads lines such as
/// `python-4711 [001] ..... 12.345678: take_gil_entry: (0x7f...) cond=0x1`.
pub fn hits(trace: &str) -> impl Iterator<Item = Hit<'_>> {
    trace.lines().filter_map(hit)
}

fn hit(line: &str) -> Option<Hit<'_>> {
    let (head, rest) = line.split_once(" [")?;
    let tid = head.trim_end().rsplit('-').next()?.parse().ok()?;
    let (before, rest) = rest.split_once(": ")?;
    let at: f64 = before.split_whitespace().next_back()?.parse().ok()?;
    let (name, notes) = rest.split_once(':')?;
    Some(Hit {
        tid,
        at: at * 1e9,
        name,
        notes: notes.trim(),
    })
}

impl Hit<'_> {
    /// A note's value, such as `cond=`'s.
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
        let line = "           a-b-72      [000] d..2. 10.000500: signal: (0x7f) cond=0x10";
        let hit = hit(line).expect("a hit");
        assert_eq!(
            (hit.tid, hit.at.round(), hit.name),
            (72, 10.0005e9, "signal")
        );
        assert_eq!((hit.note("cond"), hit.note("con")), (Some("0x10"), None));
        assert_eq!(hits("# tracer: nop\n#\n").next(), None);
    }
}
