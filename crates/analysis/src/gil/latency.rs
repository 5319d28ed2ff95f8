//! Percentiles in bounded memory.

/// Durations by size: 16 steps for each doubling, so that a percentile is off
/// by less than 1/16 of itself, whatever the count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies {
    counts: Vec<u64>,
    total: u64,
    max: u64,
}

/// Steps for each doubling, as a power of two.
const FINE: u32 = 4;

impl Latencies {
    /// Takes a duration, nanoseconds.
    pub(crate) fn add(&mut self, ns: u64) {
        let step = step(ns);
        if step >= self.counts.len() {
            self.counts.resize(step + 1, 0);
        }
        self.counts[step] += 1;
        self.total += 1;
        self.max = self.max.max(ns);
    }

    /// How many.
    pub(crate) fn count(&self) -> u64 {
        self.total
    }

    /// The duration that a share (0 to 1) of all do not exceed; 0 for none.
    pub(crate) fn percentile(&self, share: f64) -> u64 {
        let wanted = (self.total as f64 * share).ceil() as u64;
        let mut below = 0;
        for (step, count) in self.counts.iter().enumerate() {
            below += count;
            if below >= wanted.max(1) {
                return upper(step).min(self.max);
            }
        }
        self.max
    }
}

fn step(ns: u64) -> usize {
    match ns.checked_ilog2() {
        Some(power) if power > FINE => {
            let shift = power - FINE;
            ((shift as usize) << FINE) + (ns >> shift) as usize
        }
        _ => ns as usize,
    }
}

/// The largest duration of a step.
fn upper(step: usize) -> u64 {
    let fine = 1 << FINE;
    match step / fine {
        0 | 1 => step as u64,
        shift => ((((step % fine + fine) as u128 + 1) << (shift - 1)) - 1) as u64,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentiles_of_a_thousand() {
        let mut latencies = Latencies::default();
        (1..=1000).for_each(|it| latencies.add(it * 1000));
        let near = |share: f64, value: f64| {
            let found = latencies.percentile(share) as f64;
            assert!((found / value - 1.0).abs() < 0.07, "{share}: {found}");
        };
        near(0.5, 500_000.0);
        near(0.99, 990_000.0);
        assert_eq!(latencies.percentile(1.0), 1_000_000);
        assert_eq!(Latencies::default().percentile(0.5), 0);
    }

    proptest! {
        #[test]
        fn a_step_holds_its_duration(ns: u64) {
            let above = upper(step(ns));
            prop_assert!(above >= ns);
            prop_assert!(above - ns <= ns / 16);
        }
    }
}
