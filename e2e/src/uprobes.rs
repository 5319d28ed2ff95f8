//! An independent witness of the GIL: uprobes on `take_gil` and `drop_gil`,
//! through tracefs (kernel Documentation/trace/uprobetracer.rst).

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

use crate::trial::Skip;

const TRACEFS: &str = "/sys/kernel/tracing";

/// Uprobes in a trace instance of their own; gone when dropped.
pub struct Witness {
    group: String,
    instance: PathBuf,
    events: Vec<String>,
}

/// What was seen of one thread, nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// In `take_gil`.
    pub wait_ns: f64,
    /// From the return of `take_gil` to the entry of `drop_gil`.
    pub hold_ns: f64,
    /// Entries of `take_gil`.
    pub takes: u32,
    /// Runs of `take_gil` that took longer than any without a fight does.
    pub long_takes: u32,
}

/// Longer than an uncontended take with two probes, nanoseconds.
const LONG_NS: f64 = 100_000.0;

impl Witness {
    /// Sets them up in the library that a Python runs.
    ///
    /// # Errors
    /// [`Skip`] where that is not possible: no tracefs, no symbols.
    pub fn of(library: &Path) -> Result<Witness> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let group = format!("keelback_e2e_{}_{number}", std::process::id());
        let points = points(library)?;
        let instance = Path::new(TRACEFS).join("instances").join(&group);
        fs::create_dir(&instance).map_err(|error| skip("no trace instance", &error))?;
        let mut witness = Witness {
            group,
            instance,
            events: Vec::new(),
        };
        for (name, offset) in points {
            witness.probe(library, 'p', &format!("{name}_entry"), offset)?;
            witness.probe(library, 'r', &format!("{name}_return"), offset)?;
        }
        fs::write(witness.instance.join("trace_clock"), "mono")?;
        fs::write(witness.instance.join("buffer_size_kb"), "16384")?;
        witness.switch("1")?;
        Ok(witness)
    }

    fn probe(&mut self, library: &Path, kind: char, name: &str, offset: u64) -> Result<()> {
        let library = library.display();
        let line = format!("{kind}:{}/{name} {library}:{offset:#x}\n", self.group);
        append(&line).map_err(|error| skip("no uprobe", &error))?;
        self.events.push(name.to_owned());
        Ok(())
    }

    fn switch(&self, on: &str) -> std::io::Result<()> {
        fs::write(
            self.instance
                .join("events")
                .join(&self.group)
                .join("enable"),
            on,
        )
    }

    /// What was seen, by tid.
    pub fn seen(&self) -> Result<BTreeMap<u64, Seen>> {
        self.switch("0")?;
        let trace = fs::read_to_string(self.instance.join("trace"))?;
        Ok(read(&trace))
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        // Nothing can be done about a probe that does not go.
        let _ = self.switch("0");
        let _ = fs::remove_dir(&self.instance);
        for name in &self.events {
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

/// File offsets of the functions. A library whose compiler cloned or inlined
/// one of them is no witness.
fn points(library: &Path) -> Result<Vec<(&'static str, u64)>> {
    let symbols = said(Command::new("nm").arg(library))?;
    let segments = segments(&said(Command::new("readelf").arg("-lW").arg(library))?);
    let named = |name: &str| -> Vec<u64> {
        let lines = symbols.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let (address, _, symbol) = (words.next()?, words.next()?, words.next()?);
            (symbol.split('.').next() == Some(name))
                .then(|| u64::from_str_radix(address, 16).ok())?
        });
        lines.collect()
    };
    let point = |name: &'static str| -> Result<(&'static str, u64)> {
        match named(name).as_slice() {
            [address] => Ok((name, address - offset_of(*address, &segments))),
            _ => Err(Skip(format!(
                "{name} is no function of its own in {}",
                library.display()
            ))
            .into()),
        }
    };
    Ok(vec![point("take_gil")?, point("drop_gil")?])
}

/// `(address, size, address - file offset)` of each `PT_LOAD`.
fn segments(headers: &str) -> Vec<(u64, u64, u64)> {
    let loads = headers
        .lines()
        .filter_map(|line| line.trim().strip_prefix("LOAD"));
    let rows = loads.filter_map(|line| {
        let hex = |word: &str| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok();
        let mut words = line.split_whitespace();
        let (offset, address) = (hex(words.next()?)?, hex(words.next()?)?);
        let size = hex(words.nth(1)?)?;
        Some((address, size, address - offset))
    });
    rows.collect()
}

fn offset_of(address: u64, segments: &[(u64, u64, u64)]) -> u64 {
    let within = |it: &&(u64, u64, u64)| (it.0..it.0 + it.1).contains(&address);
    segments.iter().find(within).map_or(0, |it| it.2)
}

fn said(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|error| skip("no binutils", &error))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Reads lines such as
/// `python-4711 [001] ..... 12.345678: take_gil_entry: (0x7f...)`.
fn read(trace: &str) -> BTreeMap<u64, Seen> {
    let mut seen: BTreeMap<u64, Seen> = BTreeMap::new();
    let mut asked: BTreeMap<u64, f64> = BTreeMap::new();
    let mut got: BTreeMap<u64, f64> = BTreeMap::new();
    for (tid, at, event) in trace.lines().filter_map(line) {
        let thread = seen.entry(tid).or_default();
        match event {
            "take_gil_entry" => {
                asked.insert(tid, at);
            }
            "take_gil_return" => {
                if let Some(since) = asked.remove(&tid) {
                    thread.takes += 1;
                    thread.wait_ns += at - since;
                    thread.long_takes += u32::from(at - since > LONG_NS);
                }
                got.insert(tid, at);
            }
            "drop_gil_entry" => {
                thread.hold_ns += got.remove(&tid).map_or(0.0, |since| at - since);
            }
            _ => {}
        }
    }
    seen
}

fn line(line: &str) -> Option<(u64, f64, &str)> {
    let (head, rest) = line.split_once(" [")?;
    let tid = head.trim_end().rsplit('-').next()?.parse().ok()?;
    let mut words = rest.split_whitespace().skip(2);
    let at: f64 = words.next()?.trim_end_matches(':').parse().ok()?;
    let event = words.next()?.trim_end_matches(':');
    Some((tid, at * 1e9, event))
}

/// The file that holds the functions: libpython beside a Python, if there is one.
pub fn library_of(python: &Path) -> Result<PathBuf> {
    let real = fs::canonicalize(python)?;
    let folder = real.parent().and_then(Path::parent).context("no prefix")?;
    let libraries = fs::read_dir(folder.join("lib"))
        .into_iter()
        .flatten()
        .flatten();
    let named = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|it| it.to_str())
            .unwrap_or_default();
        name.starts_with("libpython3.") && name.ends_with(".so.1.0")
    };
    Ok(libraries.map(|it| it.path()).find(named).unwrap_or(real))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_and_holds_are_read() {
        let trace = "# tracer: nop\n\
                     python3-71      [001] .....    10.000000: take_gil_entry: (0x1)\n\
            a-b-72 [000] ..... 10.000500: take_gil_entry: (0x1)\n\
            python3-71 [001] ..... 10.001000: take_gil_return: (0x2 <- 0x1)\n\
            python3-71 [001] ..... 10.006000: drop_gil_entry: (0x3)\n\
            python3-71 [001] ..... 10.009000: drop_gil_return: (0x3)\n";
        let seen = read(trace);
        let ms = |ns: f64| (ns / 1e5).round() / 10.0;
        assert_eq!((ms(seen[&71].wait_ns), ms(seen[&71].hold_ns)), (1.0, 5.0));
        assert_eq!((seen[&71].long_takes, seen[&72].takes), (1, 0));
    }

    #[test]
    fn addresses_become_file_offsets() {
        let headers = "  LOAD  0x001000 0x0000000000002000 0x2000 0x000500 0x000500 R E 0x1000\n";
        let segments = segments(headers);
        assert_eq!(0x2100 - offset_of(0x2100, &segments), 0x1100);
    }
}
