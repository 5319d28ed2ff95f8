//! How long a thread held the GIL on a CPU.
//!
//! Where a thread gets the GIL by waiting and loses it by waking a waiter, both
//! ends are seen. In between, and where nobody waits, only samples tell. A
//! thread's running time is therefore cut into pieces by what is known of
//! their two ends, and the samples of each kind of piece say what share of it
//! was held: exact where the ends decide, and no more noise than the rest has.
//! Pieces too short for more than asking or letting go are kinds of their own:
//! few samples fall into them, and these say nothing about the long ones.
//! Threads of a pool do alike: see [`super::alike`].
//!
//! Where the switch to a thread is missing, it has run since its wake-up, since
//! it lost its CPU with the GIL, or since it was seen to run, whichever of them
//! is known.

use keelback_trace::{GilView, Nanos, ThreadId};

use super::alike::Alike;
use super::episode::MERGE_NS;

/// What is known of a thread as it gets its CPU or loses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// It has not got the GIL, and the kernel chose the moment.
    #[default]
    Preempted,
    /// It sleeps without the GIL, in something else.
    Blocks,
    /// It sleeps until it has the GIL.
    Waits,
    /// It has the GIL.
    With,
}

/// One thread's pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    open: Option<Piece>,
    /// How the last piece ended.
    last: End,
    /// Since when it may have a CPU, though no switch to it was seen.
    may_run_since: Option<Nanos>,
    /// By length, how they begin and how they end.
    kinds: [[[Kind; 4]; 4]; 2],
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    from: Nanos,
    begins: End,
    held: u64,
    samples: u64,
}

/// Pieces with the same ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kind {
    ns: u64,
    pub(super) held: u64,
    pub(super) samples: u64,
}

/// How many kinds of pieces there are: by length, beginning and end.
pub(super) const KINDS: usize = 2 * 4 * 4;

impl Held {
    /// It got a CPU.
    pub(super) fn switched_in(&mut self, at: Nanos) {
        self.open = Some(Piece {
            from: at,
            begins: self.last,
            held: 0,
            samples: 0,
        });
    }

    /// It was woken.
    pub(super) fn woken(&mut self, at: Nanos) {
        self.may_run_since = Some(at);
    }

    /// It lost its CPU.
    pub(super) fn switched_out(&mut self, at: Nanos, end: End) {
        // Who asks before and after is seen to let go, if it has it in between.
        if (self.last, end) != (End::Waits, End::Waits) {
            self.runs(at);
        }
        self.close(at, end);
        self.last = end;
        self.may_run_since = (end == End::With).then_some(at);
    }

    /// Something proves that it is on a CPU.
    pub(super) fn runs(&mut self, at: Nanos) {
        if self.open.is_none() {
            self.switched_in(self.may_run_since.unwrap_or(at));
        }
    }

    /// It woke a waiter, letting go.
    pub(super) fn released(&mut self, at: Nanos) {
        self.runs(at);
        self.close(at, End::With);
        self.last = End::Preempted;
        self.switched_in(at);
    }

    /// It has let go by this instant, if it had the GIL from a wait on: its
    /// wake-up of the next owner was not seen.
    pub(super) fn has_let_go(&mut self, at: Nanos) {
        let had = |it: &Piece| it.begins.begins_with() && it.from < at;
        if self.open.as_ref().is_some_and(had) {
            self.released(at);
        }
    }

    /// Since when it has run after a wait for the GIL.
    pub(super) fn has_since_a_wait(&self) -> Option<Nanos> {
        let piece = self.open.filter(|it| it.begins == End::Waits);
        piece.map(|it| it.from)
    }

    /// It was sampled.
    pub(super) fn sampled(&mut self, at: Nanos, thread: ThreadId, gil: GilView) {
        self.runs(at);
        if let Some(piece) = &mut self.open {
            piece.held += u64::from(gil == GilView::Held(thread));
            piece.samples += u64::from(gil != GilView::Unknown);
        }
    }

    /// The recording ends.
    pub(super) fn finish(&mut self, at: Nanos) {
        let with = self.open.is_some_and(|piece| piece.begins.begins_with());
        let end = if with { End::With } else { End::Preempted };
        self.close(at, end);
    }

    fn close(&mut self, at: Nanos, end: End) {
        let Some(piece) = self.open.take() else {
            return;
        };
        let ns = at.since(piece.from).0;
        let long = usize::from(ns >= MERGE_NS);
        let kind = &mut self.kinds[long][piece.begins as usize][end as usize];
        kind.ns += ns;
        kind.held += piece.held;
        kind.samples += piece.samples;
    }

    /// All [`KINDS`], always in the same order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().flatten().flatten()
    }

    /// The time held, nanoseconds, where these threads are alike.
    pub(super) fn ns(&self, alike: &Alike) -> u64 {
        const ENDS: [End; 4] = [End::Preempted, End::Blocks, End::Waits, End::With];
        let pairs = || ENDS.iter().flat_map(|a| ENDS.iter().map(move |b| (*a, *b)));
        let ends = pairs().chain(pairs());
        let kinds = self.kinds().zip(ends).enumerate();
        let held = kinds.map(|(index, (kind, (begins, ends)))| {
            let share = alike.share(index, kind);
            kind.ns as f64 * share.unwrap_or_else(|| unsampled(begins, ends))
        });
        held.sum::<f64>() as u64
    }

    /// Was it ever seen with the GIL?
    pub(super) fn is_seen(&self) -> bool {
        self.ns(&Alike::default()) > 0
    }

    /// The samples behind it.
    pub(super) fn samples(&self) -> u64 {
        self.kinds().map(|kind| kind.samples).sum()
    }
}

impl End {
    /// Does what follows begin with the GIL? A wait for it ends with it.
    fn begins_with(self) -> bool {
        matches!(self, End::With | End::Waits)
    }
}

/// The share held of pieces that no sample fell into.
fn unsampled(begins: End, ends: End) -> f64 {
    let known = [begins.begins_with(), ends == End::With];
    known.iter().filter(|with| **with).count() as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: ThreadId = ThreadId(1);

    #[test]
    fn between_a_wait_and_a_wake_up_no_sample_is_needed() {
        let mut held = Held::default();
        held.switched_out(Nanos(0), End::Waits);
        held.switched_in(Nanos(1_000));
        held.released(Nanos(6_000));
        held.switched_out(Nanos(6_010), End::Waits);
        assert_eq!(held.ns(&Alike::default()), 5_000);
    }

    #[test]
    fn samples_decide_where_the_ends_do_not() {
        let mut held = Held::default();
        held.switched_in(Nanos(0));
        held.sampled(Nanos(1_000), ME, GilView::Held(ME));
        held.sampled(Nanos(2_000), ME, GilView::Free);
        held.sampled(Nanos(3_000), ME, GilView::Unknown);
        held.switched_out(Nanos(4_000), End::Blocks);
        let ns = held.ns(&Alike::default());
        assert_eq!((ns, held.samples()), (2_000, 2));
    }

    #[test]
    fn a_sample_of_a_moment_says_nothing_about_a_long_run() {
        let mut held = Held::default();
        held.switched_out(Nanos(0), End::Blocks);
        held.switched_in(Nanos(0));
        held.sampled(Nanos(500_000), ME, GilView::Held(ME));
        held.switched_out(Nanos(1_000_000), End::Blocks);
        held.switched_in(Nanos(2_000_000));
        held.sampled(Nanos(2_005_000), ME, GilView::Free);
        held.switched_out(Nanos(2_010_000), End::Blocks);
        assert_eq!(held.ns(&Alike::default()), 1_000_000);
    }

    #[test]
    fn a_missing_switch_is_put_where_the_rest_proves_it() {
        let mut woken = Held::default();
        woken.switched_out(Nanos(0), End::Waits);
        woken.woken(Nanos(3_000));
        woken.sampled(Nanos(4_000), ME, GilView::Held(ME));
        woken.released(Nanos(5_000));
        let mut preempted = Held::default();
        preempted.switched_out(Nanos(0), End::With);
        preempted.switched_out(Nanos(1_000), End::With);
        let mut unwoken = Held::default();
        unwoken.switched_out(Nanos(0), End::Waits);
        unwoken.sampled(Nanos(4_000), ME, GilView::Held(ME));
        unwoken.released(Nanos(5_000));
        let mut waiting = Held::default();
        waiting.switched_out(Nanos(0), End::Waits);
        waiting.woken(Nanos(1_000));
        waiting.switched_out(Nanos(9_000), End::Waits);
        let ns = [woken, preempted, unwoken, waiting].map(|it| it.ns(&Alike::default()));
        assert_eq!(ns, [2_000, 1_000, 1_000, 0]);
    }
}
