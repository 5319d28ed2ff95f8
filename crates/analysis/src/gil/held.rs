//! How long a thread held the GIL on a CPU.
//!
//! Where a thread gets the GIL by waiting and loses it by waking a waiter, both
//! ends are seen. In between, and where nobody waits, only samples tell. A
//! thread's running time is therefore cut into pieces by what is known of
//! their two ends, and the samples of each kind of piece say what share of it
//! was held: exact where the ends decide, and no more noise than the rest has.

use keelback_trace::{GilView, Nanos, ThreadId};

/// One thread's pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    open: Option<Piece>,
    /// Did the last piece end with the GIL in its hands, or is it a wait for it
    /// that has just ended?
    comes_with: bool,
    kinds: [[Kind; 2]; 2],
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    from: Nanos,
    with: bool,
    held: u64,
    samples: u64,
}

/// Pieces with the same ends.
#[derive(Clone, Copy, Debug, Default)]
struct Kind {
    ns: u64,
    held: u64,
    samples: u64,
}

impl Held {
    /// It got a CPU.
    pub(super) fn switched_in(&mut self, at: Nanos) {
        self.open = Some(Piece {
            from: at,
            with: self.comes_with,
            held: 0,
            samples: 0,
        });
    }

    /// It lost its CPU; `waits` if it sleeps until it has the GIL.
    pub(super) fn switched_out(&mut self, at: Nanos, held: bool, waits: bool) {
        self.close(at, held);
        self.comes_with = held || waits;
    }

    /// It woke a waiter, letting go.
    pub(super) fn released(&mut self, at: Nanos) {
        if self.open.is_some() {
            self.close(at, true);
            self.comes_with = false;
            self.switched_in(at);
        }
    }

    /// It was sampled.
    pub(super) fn sampled(&mut self, thread: ThreadId, gil: GilView) {
        if let Some(piece) = &mut self.open {
            piece.held += u64::from(gil == GilView::Held(thread));
            piece.samples += u64::from(gil != GilView::Unknown);
        }
    }

    /// The recording ends.
    pub(super) fn finish(&mut self, at: Nanos) {
        let with = self.open.is_some_and(|piece| piece.with);
        self.close(at, with);
    }

    fn close(&mut self, at: Nanos, with: bool) {
        let Some(piece) = self.open.take() else {
            return;
        };
        let kind = &mut self.kinds[usize::from(piece.with)][usize::from(with)];
        kind.ns += at.since(piece.from).0;
        kind.held += piece.held;
        kind.samples += piece.samples;
    }

    /// The time held, nanoseconds.
    pub(super) fn ns(&self) -> u64 {
        let ends = [[0.0, 0.5], [0.5, 1.0]];
        let mut sum = 0.0;
        for (kinds, ends) in self.kinds.iter().zip(ends) {
            for (kind, end) in kinds.iter().zip(ends) {
                let share = match kind.samples {
                    0 => end,
                    samples => kind.held as f64 / samples as f64,
                };
                sum += kind.ns as f64 * share;
            }
        }
        sum as u64
    }

    /// The samples behind it.
    pub(super) fn samples(&self) -> u64 {
        self.kinds.iter().flatten().map(|kind| kind.samples).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: ThreadId = ThreadId(1);

    #[test]
    fn between_a_wait_and_a_wake_up_no_sample_is_needed() {
        let mut held = Held::default();
        held.switched_out(Nanos(0), false, true);
        held.switched_in(Nanos(1_000));
        held.released(Nanos(6_000));
        held.switched_out(Nanos(6_010), false, true);
        assert_eq!(held.ns(), 5_000);
    }

    #[test]
    fn samples_decide_where_the_ends_do_not() {
        let mut held = Held::default();
        held.switched_in(Nanos(0));
        held.sampled(ME, GilView::Held(ME));
        held.sampled(ME, GilView::Free);
        held.sampled(ME, GilView::Unknown);
        held.switched_out(Nanos(4_000), false, false);
        assert_eq!((held.ns(), held.samples()), (2_000, 2));
    }
}
