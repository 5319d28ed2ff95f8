//! An independent witness of the GIL: uprobes on the interpreter's own
//! functions, or, where it is stripped or they are inlined, on those of the C
//! library that it takes the GIL with.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::pythons::Python;
use crate::symbols::{Symbols, libc_of, library_of};
use crate::uprobes::{Hit, Point, Probes, hits};

/// Uprobes, and what they mean.
pub struct Witness {
    probes: Probes,
    kind: Kind,
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
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Asking for the GIL, where it slept meanwhile: what else a take costs is
    /// the probes' own time, and the CPU's that is given away as they return.
    pub wait_ns: f64,
    /// How much of `wait_ns` it lost its CPU without going to sleep: nobody
    /// need have had the GIL then.
    pub trapped_ns: f64,
    /// From having got it to beginning to let go.
    pub hold_ns: f64,
    /// How often it got it.
    pub takes: u32,
    /// How often it slept meanwhile.
    pub fights: u32,
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
    pub fn of(python: &Python) -> Result<Witness> {
        match Witness::points_in_interpreter(python) {
            Ok(points) => Witness::set(&points, Kind::Interpreter),
            Err(_) => Witness::set(&Witness::points_in_libc(python)?, Kind::Library),
        }
    }

    fn set(points: &[Point], kind: Kind) -> Result<Witness> {
        let probes = Probes::set(points)?;
        Ok(Witness { probes, kind })
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
                offset: symbols.after_landing_pad(symbols.offset(function)?),
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

    /// What was seen, by tid.
    pub fn seen(&self) -> Result<BTreeMap<u64, Seen>> {
        let trace = self.probes.told()?;
        Ok(match self.kind {
            Kind::Interpreter => read(hits(&trace)),
            Kind::Library => read(as_gil(&trace).into_iter()),
        })
    }
}

/// The C library's events as those of the GIL: it is the pair of condition
/// variables of which one is slept on, and the other, at its distance, is
/// signalled by whoever has got it; its mutex lies between them, and who locks
/// that without having the GIL asks for it (CPython Python/ceval_gil.c:
/// take_gil, drop_gil).
fn as_gil(trace: &str) -> Vec<Hit<'_>> {
    let slept = hits(trace).filter(|hit| hit.name == "sleeps");
    let slept: BTreeSet<u64> = slept.filter_map(|hit| address(&hit)).collect();
    let is_gil = |cond: u64| slept.contains(&cond);
    let (mut asking, mut having) = (BTreeSet::new(), BTreeSet::new());
    let mut gil = Vec::new();
    for hit in hits(trace) {
        let name = match (hit.name, address(&hit)) {
            ("sched_switch", _) => "sched_switch",
            ("locks", Some(mutex)) if is_gil(mutex.wrapping_sub(TO_MUTEX)) => "asks",
            ("signals", Some(cond)) if is_gil(cond.wrapping_sub(TO_SWITCH_COND)) => "has",
            ("signals", Some(cond)) if is_gil(cond) => "drops",
            _ => continue,
        };
        let news = match name {
            "asks" => !having.contains(&hit.tid) && asking.insert(hit.tid),
            "has" => asking.remove(&hit.tid) | having.insert(hit.tid),
            "drops" => having.remove(&hit.tid),
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

/// A thread that asks.
#[derive(Clone, Copy, Debug)]
struct Asking {
    since: f64,
    slept: bool,
    /// Since when it has had no CPU.
    off: Option<f64>,
    trapped_ns: f64,
}

fn read<'a>(hits: impl Iterator<Item = Hit<'a>>) -> BTreeMap<u64, Seen> {
    let mut seen: BTreeMap<u64, Seen> = BTreeMap::new();
    let mut asking: BTreeMap<u64, Asking> = BTreeMap::new();
    let mut got: BTreeMap<u64, f64> = BTreeMap::new();
    for hit in hits {
        match hit.name {
            "sched_switch" => switched(&hit, &mut asking),
            "asks" => {
                let begin = Asking {
                    since: hit.at,
                    slept: false,
                    off: None,
                    trapped_ns: 0.0,
                };
                asking.insert(hit.tid, begin);
            }
            "has" => {
                if let Some(it) = asking.remove(&hit.tid) {
                    seen.entry(hit.tid).or_default().took(&it, hit.at);
                }
                got.insert(hit.tid, hit.at);
            }
            "drops" => {
                let held = got.remove(&hit.tid).map_or(0.0, |since| hit.at - since);
                seen.entry(hit.tid).or_default().hold_ns += held;
            }
            _ => {}
        }
    }
    seen
}

/// Reads `prev_pid=71 prev_prio=120 prev_state=R ==> next_comm=a next_pid=72`.
fn switched(hit: &Hit<'_>, asking: &mut BTreeMap<u64, Asking>) {
    let pid = |name| hit.note(name)?.parse().ok();
    let left = hit.note("prev_state").and_then(|it| it.chars().next());
    if let Some(it) = pid("prev_pid").and_then(|tid: u64| asking.get_mut(&tid)) {
        it.slept |= left == Some('S');
        it.off = (left != Some('S')).then_some(hit.at);
    }
    if let Some(it) = pid("next_pid").and_then(|tid: u64| asking.get_mut(&tid)) {
        it.trapped_ns += it.off.take().map_or(0.0, |since| hit.at - since);
    }
}

impl Seen {
    fn took(&mut self, asking: &Asking, at: f64) {
        self.takes += 1;
        if asking.slept {
            self.fights += 1;
            self.wait_ns += at - asking.since;
            self.trapped_ns += asking.trapped_ns;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ns: f64) -> f64 {
        (ns / 1e5).round() / 10.0
    }

    #[test]
    fn waits_and_holds_are_read() {
        let trace = "# tracer: nop\n\
                     python3-71      [001] .....    10.000000: asks: (0x1)\n\
            a-b-72 [000] ..... 10.000500: asks: (0x1)\n\
            python3-71 [001] ..... 10.000600: sched_switch: prev_pid=71 prev_state=S ==> next_pid=0\n\
            python3-71 [001] ..... 10.001000: has: (0x2 <- 0x1)\n\
            python3-71 [001] ..... 10.006000: drops: (0x3)\n";
        let seen = read(hits(trace));
        assert_eq!((ms(seen[&71].wait_ns), ms(seen[&71].hold_ns)), (1.0, 5.0));
        assert_eq!((seen[&71].fights, seen.contains_key(&72)), (1, false));
    }

    #[test]
    fn a_cpu_lost_at_the_probe_is_told_apart() {
        let trace = "\
            p-71 [001] ..... 1.000000: asks: (0x1)\n\
            p-71 [001] d.... 1.000100: sched_switch: prev_comm=p prev_pid=71 prev_prio=120 prev_state=R ==> next_comm=q next_pid=9 next_prio=120\n\
            q-9 [001] d.... 1.004100: sched_switch: prev_comm=q prev_pid=9 prev_prio=120 prev_state=S ==> next_comm=p next_pid=71 next_prio=120\n\
            p-71 [001] d.... 1.004200: sched_switch: prev_comm=p prev_pid=71 prev_prio=120 prev_state=S ==> next_comm=q next_pid=9 next_prio=120\n\
            q-9 [001] d.... 1.006200: sched_switch: prev_comm=q prev_pid=9 prev_prio=120 prev_state=S ==> next_comm=p next_pid=71 next_prio=120\n\
            p-71 [001] ..... 1.006300: has: (0x1)\n";
        let seen = read(hits(trace))[&71];
        assert_eq!((ms(seen.wait_ns), ms(seen.trapped_ns)), (6.3, 4.0));
    }

    #[test]
    fn the_c_librarys_calls_tell_the_gil_from_other_condition_variables() {
        let trace = "\
            p-71 [001] ..... 1.000000: signals: (0x1) at=0x1058\n\
            p-72 [001] ..... 1.001000: locks: (0x1) at=0x1030\n\
            p-72 [001] ..... 1.001500: sleeps: (0x1) at=0x1000\n\
            p-72 [001] ..... 1.001600: sched_switch: prev_pid=72 prev_state=S ==> next_pid=0\n\
            p-71 [001] ..... 1.002000: signals: (0x1) at=0x9000\n\
            p-72 [001] ..... 1.006000: sleeps: (0x1) at=0x1000\n\
            p-71 [001] ..... 1.006900: locks: (0x1) at=0x1030\n\
            p-71 [001] ..... 1.007000: signals: (0x1) at=0x1000\n\
            p-72 [001] ..... 1.008000: signals: (0x1) at=0x1058\n";
        let seen = read(as_gil(trace).into_iter());
        assert_eq!((ms(seen[&71].hold_ns), ms(seen[&72].wait_ns)), (7.0, 7.0));
        assert_eq!((seen[&71].takes, seen[&72].takes), (0, 1));
    }
}
