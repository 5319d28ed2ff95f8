//! User time between two calls, by what was done in it.
//!
//! How long a gap lasted on the clock says little about the program: the
//! recorder works in it (the first sight of a stack costs tens of
//! microseconds), and so do hypervisors. Samples of the CPU clock say how much
//! of it was the program's. A long gap has samples of its own. Short gaps with
//! like ends share theirs: the split of their sum is right, the split of one
//! of them is an expectation.

use std::collections::HashMap;

use super::place::Step;
use super::tree::Seat;

/// A gap of so many sampling periods is split by its own samples. The bound is
/// on its length, never on the samples it happens to have: that would bias.
const LONG: u64 = 4;
/// With fewer samples among like gaps, all gaps' samples say more.
const FEW: u64 = 8;

/// Gaps with like ends.
type Kind = (Step, Step, bool);

/// What the samples of like gaps say: by step of the module at the gap's
/// beginning, and of the one at its end.
#[derive(Clone, Copy, Debug, Default)]
struct Shares {
    at_first: [u64; 7],
    at_last: [u64; 7],
    /// The gaps' time on the clock, nanoseconds.
    ns: u64,
}

impl Shares {
    fn count(&self) -> u64 {
        self.at_first.iter().chain(&self.at_last).sum()
    }
}

/// Short gaps with unlike ends, until their shares are known.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    period_ns: u64,
    seen: Vec<Seat>,
    pools: HashMap<Kind, Shares>,
    waiting: HashMap<(Seat, Seat), u64>,
}

impl Gaps {
    /// For a recording with this much CPU time between samples; 0 for none.
    pub(super) fn new(period_ns: u64) -> Gaps {
        Gaps {
            period_ns,
            ..Gaps::default()
        }
    }

    /// A sample inside the gap that is going on.
    pub(super) fn sample(&mut self, seat: Seat) {
        self.seen.push(seat);
    }

    /// A gap ended: `add` gets what is certain or told by its own samples.
    pub(super) fn end(
        &mut self,
        first: Seat,
        last: Seat,
        ns: u64,
        add: &mut impl FnMut(Seat, u64),
    ) {
        let long = self.period_ns > 0 && ns >= LONG * self.period_ns;
        match long && !self.seen.is_empty() {
            true => self.seen.iter().for_each(|seat| add(*seat, self.period_ns)),
            false => self.wait(first, last, ns, add),
        }
        self.seen.clear();
    }

    fn wait(&mut self, first: Seat, last: Seat, ns: u64, add: &mut impl FnMut(Seat, u64)) {
        *self.waiting.entry((first, last)).or_default() += ns;
        let shares = self.pools.entry(kind(first, last)).or_default();
        shares.ns += ns;
        for seat in &self.seen {
            match seat.node {
                node if node == first.node => shares.at_first[seat.step as usize] += 1,
                node if node == last.node => shares.at_last[seat.step as usize] += 1,
                // A module that came and went without a call.
                _ => add(*seat, self.period_ns),
            }
        }
    }

    /// Splits what waited.
    pub(super) fn finish(&mut self, mut add: impl FnMut(Seat, u64)) {
        let all = self
            .pools
            .values()
            .fold((0, 0), |(count, ns), it| (count + it.count(), ns + it.ns));
        for ((first, last), ns) in std::mem::take(&mut self.waiting) {
            let Some(shares) = self.pools.get(&kind(first, last)) else {
                continue;
            };
            let ns = match shares.count() {
                few if few < FEW => self.sampled(ns, all.0, all.1),
                count => self.sampled(ns, count, shares.ns),
            };
            split(first, last, ns, shares, &mut add);
        }
    }

    /// How much of `ns` is the program's, if `count` samples fell on `of`.
    fn sampled(&self, ns: u64, count: u64, of: u64) -> u64 {
        match (self.period_ns, count) {
            (0, _) | (_, 0) => ns,
            (period, count) => portion(ns, count * period, of),
        }
    }
}

fn kind(first: Seat, last: Seat) -> Kind {
    (first.step, last.step, first.node == last.node)
}

fn portion(ns: u64, part: u64, whole: u64) -> u64 {
    (u128::from(ns) * u128::from(part) / u128::from(whole.max(1))) as u64
}

fn split(first: Seat, last: Seat, ns: u64, shares: &Shares, add: &mut impl FnMut(Seat, u64)) {
    let all = shares.count();
    if all < FEW {
        add(first, ns / 2);
        return add(last, ns - ns / 2);
    }
    let mut rest = ns;
    for (seat, counts) in [(first, shares.at_first), (last, shares.at_last)] {
        for (step, count) in STEPS.into_iter().zip(counts) {
            let part = portion(ns, count, all);
            rest -= part;
            add(Seat { step, ..seat }, part);
        }
    }
    add(last, rest);
}

/// Every step, in the order of their numbers.
pub(super) const STEPS: [Step; 7] = [
    Step::Own,
    Step::Find,
    Step::Read,
    Step::Unmarshal,
    Step::Compile,
    Step::Load,
    Step::Run,
];

#[cfg(test)]
mod tests {
    use super::super::tree::NodeId;
    use super::*;

    fn seat(node: NodeId, step: Step) -> Seat {
        Seat {
            node,
            step,
            pth: false,
        }
    }

    fn told(gaps: &mut Gaps, ends: &[(Seat, Seat, u64, &[Seat])]) -> HashMap<Seat, u64> {
        let mut sums = HashMap::new();
        let mut add = |seat, ns| *sums.entry(seat).or_default() += ns;
        for (first, last, ns, samples) in ends {
            samples.iter().for_each(|seat| gaps.sample(*seat));
            gaps.end(*first, *last, *ns, &mut add);
        }
        gaps.finish(add);
        sums
    }

    #[test]
    fn short_gaps_with_like_ends_share_their_samples() {
        let (read, next) = (seat(1, Step::Read), seat(2, Step::Find));
        let unmarshal = seat(1, Step::Unmarshal);
        let seen: Vec<_> = [unmarshal; 6].into_iter().chain([next; 2]).collect();
        let sums = told(
            &mut Gaps::new(1_000),
            &[
                (read, next, 3_000, &seen),
                (seat(3, Step::Read), seat(4, Step::Find), 1_000, &[]),
            ],
        );
        // Eight samples of 1000 ns in all, three quarters of them in the first.
        assert_eq!(sums[&unmarshal], 4_500);
        assert_eq!(sums[&next], 1_500);
        assert_eq!(sums[&seat(3, Step::Unmarshal)], 1_500);
        assert_eq!(sums.values().sum::<u64>(), 8_000);
    }

    #[test]
    fn a_long_gap_is_its_own_samples() {
        let (read, run) = (seat(1, Step::Read), seat(1, Step::Run));
        let samples = [run, run, read, run];
        let sums = told(&mut Gaps::new(100), &[(read, run, 1_001, &samples)]);
        assert_eq!((sums[&read], sums[&run]), (100, 300));
    }

    #[test]
    fn without_samples_each_end_gets_half() {
        let (a, b) = (seat(1, Step::Find), seat(1, Step::Read));
        let sums = told(&mut Gaps::new(0), &[(a, b, 101, &[]), (a, a, 7, &[])]);
        assert_eq!((sums[&a], sums[&b]), (57, 51));
    }
}
