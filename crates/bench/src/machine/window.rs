//! What the kernel counts between two instants.

use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use super::files::Files;

/// Counters of the machine, or what they grew by.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Window {
    /// Some task waited for a CPU: share of the time, 0 to 1.
    pub cpu_pressure: Option<f64>,
    /// ... for memory.
    pub memory_pressure: Option<f64>,
    /// ... for a disk.
    pub io_pressure: Option<f64>,
    /// Time of all CPUs that the hypervisor gave to others, 0 to 1.
    pub steal: Option<f64>,
    /// How often our group's CPU limit stopped us; `None` without a limit.
    pub throttled: Option<u64>,
}

/// The counters at one instant.
#[derive(Clone, Debug)]
pub(super) struct Counters {
    at: Instant,
    /// Microseconds, of CPU, memory and I/O.
    stalled: [Option<u64>; 3],
    /// Ticks: stolen, all.
    ticks: Option<(u64, u64)>,
    throttled: Option<u64>,
}

impl Window {
    /// The counters now.
    pub(super) fn now() -> Counters {
        Counters::of(&Files(PathBuf::from("/")))
    }
}

impl Counters {
    pub(super) fn of(files: &Files) -> Counters {
        let stalled = ["cpu", "memory", "io"].map(|what| stalled(files, what));
        Counters {
            at: Instant::now(),
            stalled,
            ticks: files.ticks(),
            throttled: files.cpu_limit().map(|limit| limit.throttled),
        }
    }

    /// What happened since.
    pub(super) fn since(&self, before: &Counters) -> Window {
        let elapsed = self.at.duration_since(before.at).as_micros().max(1) as f64;
        let share = |number: usize| {
            let grown = self.stalled[number]?.saturating_sub(before.stalled[number]?);
            Some((grown as f64 / elapsed).min(1.0))
        };
        let steal = self.ticks.zip(before.ticks).map(|(now, then)| {
            (now.0.saturating_sub(then.0)) as f64 / now.1.saturating_sub(then.1).max(1) as f64
        });
        Window {
            cpu_pressure: share(0),
            memory_pressure: share(1),
            io_pressure: share(2),
            steal,
            throttled: Option::zip(self.throttled, before.throttled)
                .map(|(now, then)| now.saturating_sub(then)),
        }
    }
}

/// `total` of the `some` line, microseconds (Documentation/accounting/psi.rst).
fn stalled(files: &Files, what: &str) -> Option<u64> {
    let text = files.text(&format!("proc/pressure/{what}"))?;
    let some = text.lines().find(|line| line.starts_with("some "))?;
    some.rsplit_once("total=")?.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn counters_become_shares_of_the_time_between() {
        let start = Instant::now();
        let counters = |ms, stalled_us, stolen, all| Counters {
            at: start + Duration::from_millis(ms),
            stalled: [Some(stalled_us), None, None],
            ticks: Some((stolen, all)),
            throttled: Some(stolen),
        };
        let window = counters(1_100, 350_000, 30, 400).since(&counters(100, 100_000, 20, 200));
        assert_eq!(window.cpu_pressure, Some(0.25));
        assert_eq!(window.io_pressure, None);
        assert_eq!(window.steal, Some(0.05));
        assert_eq!(window.throttled, Some(10));
    }
}
