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
    /// Probes on `take_gil`, `drop_gil` and `pthread_cond_timedwait`.
    Interpreter,
    /// Probes on `pthread_cond_timedwait`, `pthread_cond_signal` and
    /// `pthread_mutex_lock`.
    Library,
}

/// What was seen of one thread, nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// From asking for the GIL to having it, where it slept meanwhile: who loses
    /// its CPU on the way to a free GIL does not wait for the GIL.
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

/// What both kinds look at, and what is looked at instead of the interpreter's
/// own functions.
const SLEEPS: [(&str, &str); 1] = [("sleeps", "pthread_cond_timedwait@@")];
const INSTEAD: [(&str, &str); 2] = [
    ("signals", "pthread_cond_signal@@"),
    ("locks", "pthread_mutex_lock@@"),
];

impl Witness {
    /// Sets up the kind that fits the Python.
    ///
    /// # Errors
    /// [`crate::trial::Skip`] where that is not possible.
    pub fn of(python: &Python, scratch: &Scratch) -> Result<Witness> {
        let (points, kind) = match points_in_interpreter(python) {
            Ok(points) => (points, Kind::Interpreter),
            Err(_) => {
                let all = [SLEEPS.as_slice(), &INSTEAD].concat();
                (points_in_libc(python, &all)?, Kind::Library)
            }
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
    let mut points = vec![
        point("asks", take, false),
        point("has", take, true),
        point("drops", drop, false),
    ];
    points.extend(points_in_libc(python, &SLEEPS)?);
    Ok(points)
}

fn points_in_libc(python: &Python, wanted: &[(&'static str, &str)]) -> Result<Vec<Point>> {
    let file = libc_of(python)?;
    let symbols = Symbols::of(&file)?;
    let point = |(name, function): &(&'static str, &str)| -> Result<Point> {
        Ok(Point {
            name,
            file: file.clone(),
            offset: symbols.emulated(function)?,
            at_return: false,
            notes: "at=%di",
        })
    };
    wanted.iter().map(point).collect()
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
            ("sleeps", _) => "sleeps",
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

/// One thread's way to the GIL and with it.
#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    asks: Option<u64>,
    slept: bool,
    has: Option<u64>,
}

fn read<'a>(hits: impl Iterator<Item = Hit<'a>>) -> BTreeMap<u64, Seen> {
    let mut threads: BTreeMap<u64, (Turn, Seen)> = BTreeMap::new();
    for hit in hits {
        let (turn, seen) = threads.entry(hit.tid).or_default();
        turn.step(&hit, seen);
    }
    let seen = threads.into_iter();
    seen.map(|(tid, (_, seen))| (tid, seen)).collect()
}

impl Turn {
    fn step(&mut self, hit: &Hit<'_>, seen: &mut Seen) {
        match hit.name {
            "asks" => (self.asks, self.slept) = (Some(hit.at), false),
            "sleeps" => self.slept = true,
            "has" => {
                self.has = Some(hit.at);
                let asked = self.asks.take();
                seen.takes += u32::from(asked.is_some());
                let slept = asked.filter(|_| self.slept);
                seen.wait_ns += slept.map_or(0, |since| hit.at - since);
            }
            "drops" => seen.hold_ns += self.has.take().map_or(0, |since| hit.at - since),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_and_holds_are_read() {
        let trace = "\
            70 9.000000000: g:asks: (0x1)\n\
            70 9.000900000: g:has: (0x2 <- 0x1)\n\
            70 9.000901000: g:drops: (0x3)\n\
            71 10.000000000: g:asks: (0x1)\n\
            71 10.000001000: g:sleeps: (0x4) at=0x1000\n\
            72 10.000500000: g:asks: (0x1)\n\
            71 10.001000000: g:has: (0x2 <- 0x1)\n\
            71 10.006000000: g:drops: (0x3)\n";
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
            71 1.001000000: g:signals: (0x1) at=0x1058\n\
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
        let expected = [
            (71, "has"),
            (72, "asks"),
            (72, "sleeps"),
            (72, "sleeps"),
            (71, "drops"),
            (72, "has"),
        ];
        assert_eq!(told, expected);
        let seen = read(as_gil(trace).into_iter());
        let told = (seen[&71].hold_ns, seen[&72].wait_ns);
        assert_eq!(told, (6_000_000, 7_000_000));
    }
}
