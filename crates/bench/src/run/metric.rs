//! Which figure of an observation is compared.

use serde::{Deserialize, Serialize};

use super::observation::{Observation, Value};

/// A figure that two sides can be compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// User and system time. Other programs hardly change it.
    Cpu,
    /// Elapsed time. On a busy machine mostly a measure of the others.
    Wall,
    /// Largest resident set.
    MaxRss,
    /// Page faults of both kinds.
    Faults,
    /// Context switches of both kinds.
    Switches,
}

impl Metric {
    /// All of them, in the order they are shown.
    pub const ALL: [Metric; 5] = [
        Metric::Cpu,
        Metric::Wall,
        Metric::MaxRss,
        Metric::Faults,
        Metric::Switches,
    ];

    /// The figure of one observation: nanoseconds, bytes or a count.
    ///
    /// A kernel's process counts as its best value: what disturbs a value only
    /// ever adds to it.
    pub fn of(self, observation: &Observation) -> f64 {
        let best = |of: fn(&Value) -> u64| observation.values.iter().map(of).min();
        let figure = match self {
            Metric::Cpu => best(|v| v.cpu_ns).unwrap_or(observation.cpu_ns()),
            Metric::Wall => best(|v| v.wall_ns).unwrap_or(observation.wall_ns),
            Metric::MaxRss => observation.max_rss_bytes,
            Metric::Faults => observation.minor_faults + observation.major_faults,
            Metric::Switches => observation.voluntary_switches + observation.involuntary_switches,
        };
        figure as f64
    }

    /// ln(B / A). A zero counts as one, so that "no faults against none" is no
    /// difference instead of no number.
    pub fn log_ratio(self, a: &Observation, b: &Observation) -> f64 {
        (self.of(b).max(1.0) / self.of(a).max(1.0)).ln()
    }
}

/// The metric a verdict rests on, and what the machine looked like when it was
/// chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The metric.
    pub metric: Metric,
    /// Did the user ask for it?
    pub asked: bool,
    /// Share of the time that some task of the machine waited for a CPU.
    pub busy: f64,
    /// Share of the time that the program itself slept.
    pub asleep: f64,
}

/// A machine on which someone waits for a CPU more often than this is busy.
const BUSY: f64 = 0.05;

/// A program that sleeps more than this is about waiting, and CPU time would
/// compare the little that is left.
const SLEEPER: f64 = 0.5;

impl Choice {
    /// CPU time when the machine is busy and the program is too; elapsed time
    /// otherwise.
    ///
    /// The observations of all sides go in together: a choice that does not
    /// know which side is which cannot favour one.
    pub fn from<'a>(
        observations: impl Iterator<Item = &'a Observation>,
        asked: Option<Metric>,
    ) -> Choice {
        let mut sum = Observation::default();
        let mut stalled = 0;
        let mut asleep = 0;
        for one in observations {
            sum.wall_ns += one.wall_ns;
            stalled += one.stalled_ns.unwrap_or(0).max(one.run_delay_ns);
            asleep += one.asleep_ns();
        }
        let share = |part: u64| (part as f64 / sum.wall_ns.max(1) as f64).min(1.0);
        let automatic = if share(stalled) > BUSY && share(asleep) <= SLEEPER {
            Metric::Cpu
        } else {
            Metric::Wall
        };
        Choice {
            metric: asked.unwrap_or(automatic),
            asked: asked.is_some(),
            busy: share(stalled),
            asleep: share(asleep),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(wall_ns: u64, user_ns: u64, run_delay_ns: u64) -> Observation {
        Observation {
            wall_ns,
            user_ns,
            run_delay_ns,
            ..Observation::default()
        }
    }

    #[test]
    fn a_queue_for_the_cpu_makes_cpu_time_the_metric() {
        let queued = Choice::from([run(200, 100, 90)].iter(), None);
        assert_eq!(queued.metric, Metric::Cpu);
        let quiet = Choice::from([run(105, 100, 1)].iter(), None);
        assert_eq!(quiet.metric, Metric::Wall);
    }

    #[test]
    fn sleep_is_told_from_queueing() {
        let sleeper = Choice::from([run(1000, 100, 100)].iter(), None);
        assert_eq!(sleeper.metric, Metric::Wall);
        assert!((sleeper.asleep - 0.8).abs() < 1e-9);
    }

    #[test]
    fn a_kernel_counts_as_its_best_value() {
        let observation = Observation {
            user_ns: 1_000_000,
            values: vec![
                Value {
                    wall_ns: 30,
                    cpu_ns: 20,
                },
                Value {
                    wall_ns: 25,
                    cpu_ns: 22,
                },
            ],
            ..Observation::default()
        };
        assert_eq!(Metric::Cpu.of(&observation), 20.0);
        assert_eq!(Metric::Wall.of(&observation), 25.0);
    }
}
