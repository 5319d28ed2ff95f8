//! A thread's sleeps, of the kernel's notes on its switches.

use std::collections::VecDeque;

use crate::sys::switch_ring::{Noted, SwitchRing};

/// A sleep that no stop explains. Instants of `CLOCK_MONOTONIC`, ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sleep {
    pub(super) from: u64,
    /// When the thread had a CPU again; `None` while it sleeps.
    pub(super) to: Option<u64>,
    /// For how long it had run before, since it slept or stood still last, ns.
    pub(super) ran: u64,
}

/// What is noted of a thread, and what was made of it.
#[derive(Debug)]
pub(super) struct Switches {
    ring: SwitchRing,
    log: Log,
}

impl Switches {
    /// Begins with this thread, if notes may be taken.
    pub(super) fn of(tid: u32) -> Option<Switches> {
        let ring = SwitchRing::of(tid).ok()?;
        let log = Log::default();
        Some(Switches { ring, log })
    }

    /// The thread stopped at this instant, or a little before.
    pub(super) fn stopped(&mut self, at: u64) {
        self.log.stops.push_back(at);
    }

    /// Sleeps that have ended since this was asked last.
    pub(super) fn ended(&mut self) -> Vec<Sleep> {
        let (ring, log) = (&mut self.ring, &mut self.log);
        let mut sleeps = Vec::new();
        ring.drain(|noted| sleeps.extend(log.note(noted)));
        sleeps
    }

    /// The sleep that goes on, as far as is noted.
    pub(super) fn going_on(&self) -> Option<Sleep> {
        self.log.going_on()
    }

    /// What the kernel noted last.
    pub(super) fn last(&self) -> Option<Noted> {
        self.ring.last()
    }

    /// Has it a CPU, as far as is noted?
    pub(super) fn is_on(&self) -> bool {
        matches!(self.log.off, Off::No)
    }

    /// For how long it had one by now, since notes are taken, ns.
    pub(super) fn ran(&self, now: u64) -> u64 {
        let on = self.log.on.map_or(0, |on| now.saturating_sub(on));
        self.log.ran_in_all + on
    }

    /// How many notes were lost since this was asked last.
    pub(super) fn lost(&mut self) -> u64 {
        std::mem::take(&mut self.log.lost)
    }
}

/// Notes that belong together.
#[derive(Debug, Default)]
struct Log {
    /// Stops whose end is not noted yet.
    stops: VecDeque<u64>,
    off: Off,
    /// When it got its CPU.
    on: Option<u64>,
    ran: u64,
    ran_in_all: u64,
    lost: u64,
}

/// Is the thread off a CPU, and why?
#[derive(Clone, Copy, Debug, Default)]
enum Off {
    #[default]
    No,
    Preempted,
    Asleep(u64),
}

impl Log {
    fn note(&mut self, noted: Noted) -> Option<Sleep> {
        match noted {
            Noted::Off { at, preempted } => {
                let ran = self.on.take().map_or(0, |on| at.saturating_sub(on));
                self.ran += ran;
                self.ran_in_all += ran;
                self.off = if preempted {
                    Off::Preempted
                } else {
                    Off::Asleep(at)
                };
                None
            }
            Noted::On(at) => {
                self.on = Some(at);
                match std::mem::take(&mut self.off) {
                    Off::Preempted => None,
                    Off::Asleep(from) => self.slept(from, at),
                    Off::No => {
                        self.slept(at, at);
                        None
                    }
                }
            }
            Noted::Lost(count) => {
                *self = Log {
                    stops: std::mem::take(&mut self.stops),
                    lost: self.lost + count,
                    ran_in_all: self.ran_in_all,
                    ..Log::default()
                };
                None
            }
        }
    }

    /// A thread that stands still sleeps, for the kernel: the first sleep that
    /// ends after a stop was seen is that stop.
    fn slept(&mut self, from: u64, to: u64) -> Option<Sleep> {
        let ran = std::mem::take(&mut self.ran);
        let stood = self.stops.iter().take_while(|it| **it < to).count();
        self.stops.drain(..stood);
        let to = Some(to);
        (stood == 0).then_some(Sleep { from, to, ran })
    }

    fn going_on(&self) -> Option<Sleep> {
        match self.off {
            Off::Asleep(from) if self.stops.is_empty() => Some(Sleep {
                from,
                to: None,
                ran: self.ran,
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(at: u64) -> Noted {
        Noted::Off {
            at,
            preempted: false,
        }
    }

    fn preempted(at: u64) -> Noted {
        Noted::Off {
            at,
            preempted: true,
        }
    }

    fn sleeps(log: &mut Log, notes: &[Noted]) -> Vec<(u64, u64, u64)> {
        let ended = notes.iter().filter_map(|it| log.note(*it));
        ended
            .map(|it| (it.from, it.to.expect("it ended"), it.ran))
            .collect()
    }

    #[test]
    fn a_stop_is_no_sleep() {
        let mut log = Log::default();
        // Seen late: the thread had left its CPU before.
        log.stops.push_back(25);
        let notes = [
            Noted::On(10),
            off(20),
            Noted::On(30),
            off(37),
            Noted::On(90),
        ];
        assert_eq!(sleeps(&mut log, &notes), [(37, 90, 7)]);
        // Seen early: it leaves its CPU after that.
        log.stops.push_back(95);
        assert_eq!(sleeps(&mut log, &[off(96), Noted::On(98)]), []);
        assert!(log.stops.is_empty());
    }

    #[test]
    fn who_loses_its_cpu_does_not_sleep_and_goes_on_running() {
        let mut log = Log::default();
        let notes = [
            Noted::On(10),
            preempted(15),
            Noted::On(50),
            off(52),
            Noted::On(60),
        ];
        assert_eq!(sleeps(&mut log, &notes), [(52, 60, 7)]);
    }

    #[test]
    fn a_sleep_goes_on_unless_it_is_a_stop() {
        let mut log = Log::default();
        assert_eq!(sleeps(&mut log, &[Noted::On(10), off(20)]), []);
        let (from, to, ran) = (20, None, 10);
        assert_eq!(log.going_on(), Some(Sleep { from, to, ran }));
        log.stops.push_back(21);
        assert_eq!(log.going_on(), None);
    }

    #[test]
    fn what_is_lost_joins_nothing() {
        let mut log = Log::default();
        log.stops.push_back(12);
        let notes = [Noted::On(10), off(11), Noted::Lost(4), Noted::On(70)];
        assert_eq!(sleeps(&mut log, &notes), []);
        assert_eq!((log.lost, log.stops.len()), (4, 0));
        assert_eq!(sleeps(&mut log, &[off(72), Noted::On(80)]), [(72, 80, 2)]);
    }
}
