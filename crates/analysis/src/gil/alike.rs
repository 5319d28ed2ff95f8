//! What samples of several threads say together.
//!
//! Sixty samples of one thread tell the share of its time with the GIL within
//! some percent, and a pool has many threads that do the same. So each thread's
//! own share is drawn towards that of all, the more the fewer its samples are
//! and the less the threads differ: as far as chance alone explains how they
//! differ, they are taken to be alike (an empirical Bayes estimate: Efron and
//! Morris, 1973; the spread by the method of moments: DerSimonian and Laird,
//! 1986). Threads that do different things keep their own.

use super::held::{Held, KINDS, Kind};

/// To draw towards the mean pays from four on (James and Stein, 1961: three,
/// and one for the mean itself).
const ENOUGH: usize = 4;

/// The shares of threads of one process; by default of none.
#[derive(Clone, Debug, Default)]
pub(super) struct Alike {
    /// By kind of piece; empty for too few threads.
    kinds: Vec<Option<Common>>,
}

/// What the threads have in common in one kind of piece.
#[derive(Clone, Copy, Debug)]
struct Common {
    /// The share held of all pieces.
    share: f64,
    /// How many samples that is worth to one thread; none if the threads differ
    /// by no more than chance.
    worth: Option<f64>,
}

impl Alike {
    /// Of threads that may do alike.
    pub(super) fn of(threads: &[&Held]) -> Alike {
        let mut by_kind = vec![Vec::new(); KINDS];
        for held in threads {
            let sampled = held.kinds().enumerate().filter(|(_, it)| it.samples > 0);
            sampled.for_each(|(kind, it)| by_kind[kind].push(*it));
        }
        Alike {
            kinds: by_kind.iter().map(|all| common(all)).collect(),
        }
    }

    /// The share of these pieces that was held; `None` when no sample tells.
    pub(super) fn share(&self, index: usize, kind: &Kind) -> Option<f64> {
        let common = self.kinds.get(index).copied().flatten();
        let (held, samples) = (kind.held as f64, kind.samples as f64);
        match common {
            None => (kind.samples > 0).then(|| held / samples),
            Some(Common { share, worth: None }) => Some(share),
            Some(Common {
                share,
                worth: Some(worth),
            }) => Some((held + worth * share) / (samples + worth)),
        }
    }
}

fn common(threads: &[Kind]) -> Option<Common> {
    if threads.len() < ENOUGH {
        return None;
    }
    let sum = |of: fn(&Kind) -> u64| threads.iter().map(of).sum::<u64>() as f64;
    let (held, samples) = (sum(|it| it.held), sum(|it| it.samples));
    let share = held / samples;
    // What one sample scatters.
    let chance = share * (1.0 - share);
    if chance == 0.0 {
        return Some(Common { share, worth: None });
    }
    let scatter: f64 = threads.iter().map(|it| off(it, share) / chance).sum();
    let squares = sum(|it| it.samples * it.samples);
    let excess = scatter - (threads.len() - 1) as f64;
    // Of the threads' shares, beyond chance.
    let variance = excess * chance / (samples - squares / samples);
    Some(Common {
        share,
        worth: (variance > 0.0).then(|| chance / variance),
    })
}

/// How far a thread is from a share, by its samples.
fn off(kind: &Kind, share: f64) -> f64 {
    let samples = kind.samples as f64;
    samples * (kind.held as f64 / samples - share).powi(2)
}

#[cfg(test)]
mod tests {
    use keelback_trace::{GilView, Nanos, ThreadId};

    use super::super::held::End;
    use super::*;

    /// A thread that ran 1 ms, of whose samples so many had the GIL.
    fn thread(held: u64, samples: u64) -> Held {
        let mut thread = Held::default();
        thread.switched_in(Nanos(0));
        let me = ThreadId(1);
        for number in 0..samples {
            let has = number < held;
            thread.sampled(
                Nanos(0),
                me,
                if has {
                    GilView::Held(me)
                } else {
                    GilView::Free
                },
            );
        }
        thread.switched_out(Nanos(1_000_000), End::Blocks);
        thread
    }

    fn micros(threads: &[Held]) -> Vec<u64> {
        let alike = Alike::of(&threads.iter().collect::<Vec<_>>());
        threads.iter().map(|it| it.ns(&alike) / 1_000).collect()
    }

    #[test]
    fn threads_that_differ_by_chance_are_taken_as_one() {
        let pool = [thread(9, 10), thread(8, 10), thread(10, 10), thread(9, 10)];
        assert_eq!(micros(&pool), [900; 4]);
    }

    #[test]
    fn threads_that_do_different_things_keep_their_own() {
        let mixed = [
            thread(100, 100),
            thread(99, 100),
            thread(2, 100),
            thread(0, 100),
        ];
        let told = micros(&mixed);
        for (told, own) in told.into_iter().zip([1000, 990, 20, 0]) {
            assert!(u64::abs_diff(told, own) <= 5, "{told} for {own}");
        }
    }

    #[test]
    fn of_three_each_counts_for_itself() {
        let few = [thread(9, 10), thread(8, 10), thread(10, 10)];
        assert_eq!(micros(&few), [900, 800, 1000]);
    }
}
