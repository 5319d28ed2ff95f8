//! An independent witness of the GIL: uprobes on the interpreter's own
//! functions, or, where it is stripped or they are inlined, on those of the C
//! library that it takes the GIL with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;

use crate::keelback::Run;
use crate::pythons::Python;
use crate::scratch::Scratch;
use crate::symbols::{Symbols, libc_of, library_of};
use crate::uprobes::{Hit, Point, Probes, hits};

/// Uprobes, and what they mean.
pub struct Witness {
    probes: Probes,
    kind: Kind,
    /// Where their hits go.
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Probes on `take_gil` and `drop_gil`.
    Interpreter,
    /// Probes on `pthread_cond_timedwait`, `pthread_cond_signal` and
    /// `pthread_mutex_lock`.
    Library,
}

/// What was seen of one thread, nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// From asking for the GIL to having it, less what that takes where nobody
    /// else has it, the probes' own time included: the median of all takes in
    /// the same run, most of which find it free. A thread that loses its CPU on
    /// the way to a free GIL is taken to wait for it, too.
    pub wait_ns: u64,
    /// From having got it to beginning to let go.
    pub hold_ns: u64,
    /// How often it got it.
    pub takes: u32,
}

/// From the condition variable that is slept on to the GIL's mutex, and to the
/// one for forced switches: glibc on x86-64 (CPython
/// Include/internal/pycore_gil.h: `cond`, `mutex`, `switch_cond`).
const TO_MUTEX: u64 = 48;
const TO_SWITCH_COND: u64 = 88;

impl Witness {
    /// Sets up the kind that fits the Python.
    ///
    /// # Errors
    /// [`crate::trial::Skip`] where that is not possible.
    pub fn of(python: &Python, scratch: &Scratch) -> Result<Witness> {
        let (points, kind) = match points_in_interpreter(python) {
            Ok(points) => (points, Kind::Interpreter),
            Err(_) => (points_in_libc(python)?, Kind::Library),
        };
        Ok(Witness {
            probes: Probes::set(&points)?,
            kind,
            file: scratch.file("witness.perf"),
        })
    }

    /// The same run, watched.
    pub fn watch<'a>(&self, run: Run<'a>) -> Run<'a> {
        run.under(&self.probes.watched(&self.file))
    }

    /// What was seen, by tid.
    pub fn seen(&self) -> Result<BTreeMap<u64, Seen>> {
        let trace = Probes::told(&self.file)?;
        Ok(match self.kind {
            Kind::Interpreter => read(hits(&trace)),
            Kind::Library => read(as_gil(&trace).into_iter()),
        })
    }
}

fn points_in_interpreter(python: &Python) -> Result<Vec<Point>> {
    let file = library_of(&python.path)?;
    let symbols = Symbols::of(&file)?;
    let (take, drop) = (symbols.offset("take_gil")?, symbols.offset("drop_gil")?);
    let point = |name, offset, at_return| Point {
        name,
        file: file.clone(),
        offset,
        at_return,
        notes: "",
    };
    Ok(vec![
        point("asks", take, false),
        point("has", take, true),
        point("drops", drop, false),
    ])
}

fn points_in_libc(python: &Python) -> Result<Vec<Point>> {
    let file = libc_of(python)?;
    let symbols = Symbols::of(&file)?;
    let point = |name, function| -> Result<Point> {
        Ok(Point {
            name,
            file: file.clone(),
            offset: symbols.emulated(function)?,
            at_return: false,
            notes: "at=%di",
        })
    };
    Ok(vec![
        point("sleeps", "pthread_cond_timedwait@@")?,
        point("signals", "pthread_cond_signal@@")?,
        point("locks", "pthread_mutex_lock@@")?,
    ])
}

/// The C library's events as those of the GIL: it is the pair of condition
/// variables of which one is slept on, and the other, at its distance, is
/// signalled by whoever has got it; its mutex lies between them. Who locks that
/// without having the GIL asks for it, who locks it having the GIL lets go
/// (CPython Python/ceval_gil.c: take_gil, drop_gil).
fn as_gil(trace: &str) -> Vec<Hit<'_>> {
    let slept = hits(trace).filter(|hit| hit.name == "sleeps");
    let slept: BTreeSet<u64> = slept.filter_map(|hit| address(&hit)).collect();
    let is_gil = |cond: u64| slept.contains(&cond);
    let (mut asking, mut having) = (BTreeSet::new(), BTreeSet::new());
    let mut gil = Vec::new();
    for hit in hits(trace) {
        let name = match (hit.name, address(&hit)) {
            ("locks", Some(mutex)) if is_gil(mutex.wrapping_sub(TO_MUTEX)) => {
                match having.remove(&hit.tid) {
                    true => "drops",
                    false => "asks",
                }
            }
            ("signals", Some(cond)) if is_gil(cond.wrapping_sub(TO_SWITCH_COND)) => "has",
            _ => continue,
        };
        let news = match name {
            "asks" => asking.insert(hit.tid),
            "has" => asking.remove(&hit.tid) | having.insert(hit.tid),
            _ => true,
        };
        gil.extend(news.then_some(Hit { name, ..hit }));
    }
    gil
}

/// The address that a call of the C library got.
fn address(hit: &Hit<'_>) -> Option<u64> {
    u64::from_str_radix(hit.note("at")?.strip_prefix("0x")?, 16).ok()
}

/// One thread's takes and holds.
#[derive(Clone, Debug, Default)]
struct Turns {
    asks: Option<u64>,
    has: Option<u64>,
    takes_ns: Vec<u64>,
    hold_ns: u64,
}

fn read<'a>(hits: impl Iterator<Item = Hit<'a>>) -> BTreeMap<u64, Seen> {
    let mut turns: BTreeMap<u64, Turns> = BTreeMap::new();
    for hit in hits {
        turns.entry(hit.tid).or_default().step(&hit);
    }
    let free_ns = median(turns.values().flat_map(|it| &it.takes_ns));
    let seen = turns.into_iter();
    seen.map(|(tid, it)| (tid, it.seen(free_ns))).collect()
}

impl Turns {
    fn step(&mut self, hit: &Hit<'_>) {
        match hit.name {
            "asks" => self.asks = Some(hit.at),
            "has" => {
                let since = self.asks.take();
                self.takes_ns.extend(since.map(|since| hit.at - since));
                self.has = Some(hit.at);
            }
            "drops" => self.hold_ns += self.has.take().map_or(0, |since| hit.at - since),
            _ => {}
        }
    }

    fn seen(&self, free_ns: u64) -> Seen {
        let waits = self.takes_ns.iter().map(|ns| ns.saturating_sub(free_ns));
        Seen {
            wait_ns: waits.sum(),
            hold_ns: self.hold_ns,
            takes: self.takes_ns.len() as u32,
        }
    }
}

fn median<'a>(all: impl Iterator<Item = &'a u64>) -> u64 {
    let mut all: Vec<u64> = all.copied().collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_and_holds_are_read() {
        let trace = "\
            70 9.000000000: g:asks: (0x1)\n\
            70 9.000001000: g:has: (0x2 <- 0x1)\n\
            70 9.000002000: g:drops: (0x3)\n\
            70 9.000003000: g:asks: (0x1)\n\
            70 9.000004000: g:has: (0x2 <- 0x1)\n\
            71 10.000000000: g:asks: (0x1)\n\
            72 10.000500000: g:asks: (0x1)\n\
            71 10.001001000: g:has: (0x2 <- 0x1)\n\
            71 10.006001000: g:drops: (0x3)\n";
        let seen = read(hits(trace));
        let expected = Seen {
            wait_ns: 1_000_000,
            hold_ns: 5_000_000,
            takes: 1,
        };
        assert_eq!(seen[&71], expected);
        assert_eq!((seen[&70].wait_ns, seen[&70].hold_ns), (0, 1_000));
        assert_eq!(seen[&72].takes, 0);
    }

    #[test]
    fn the_c_librarys_calls_tell_the_gil_from_other_condition_variables() {
        let trace = "\
            71 1.000000000: g:signals: (0x1) at=0x1058\n\
            72 1.001000000: g:locks: (0x1) at=0x1030\n\
            72 1.001500000: g:sleeps: (0x1) at=0x1000\n\
            71 1.002000000: g:signals: (0x1) at=0x9000\n\
            72 1.006000000: g:sleeps: (0x1) at=0x1000\n\
            71 1.007000000: g:locks: (0x1) at=0x1030\n\
            71 1.007100000: g:signals: (0x1) at=0x1000\n\
            72 1.008000000: g:signals: (0x1) at=0x1058\n";
        let told: Vec<_> = as_gil(trace)
            .iter()
            .map(|hit| (hit.tid, hit.name))
            .collect();
        let expected = [(71, "has"), (72, "asks"), (71, "drops"), (72, "has")];
        assert_eq!(told, expected);
        assert_eq!(read(as_gil(trace).into_iter())[&71].hold_ns, 7_000_000);
    }
}
