//! The GIL's stretches of late, kept as long as a wait may ask about them.

use std::collections::VecDeque;

use keelback_trace::Nanos;

use super::ownership::Stretch;
use crate::model::GilId;

/// From this many stretches on it is worth looking which are no longer asked
/// for.
const CROWDED: usize = 4096;

/// Stretches by GIL, in the order of time.
#[derive(Debug, Default)]
pub(super) struct History {
    by_gil: Vec<VecDeque<Stretch>>,
    kept: usize,
    crowded: usize,
}

impl History {
    /// Takes a stretch that has ended.
    pub(super) fn push(&mut self, stretch: Stretch) {
        let index = stretch.gil.index();
        if index >= self.by_gil.len() {
            self.by_gil.resize(index + 1, VecDeque::new());
        }
        self.by_gil[index].push_back(stretch);
        self.kept += 1;
    }

    /// Is it time to [`History::forget`]?
    pub(super) fn is_crowded(&self) -> bool {
        self.kept > self.crowded.max(CROWDED)
    }

    /// Drops what ended before `oldest`.
    pub(super) fn forget(&mut self, oldest: Nanos) {
        for stretches in &mut self.by_gil {
            while stretches.front().is_some_and(|it| it.to <= oldest) {
                stretches.pop_front();
            }
        }
        self.kept = self.by_gil.iter().map(VecDeque::len).sum();
        self.crowded = self.kept * 2;
    }

    /// What is known of `[from, to)`, cut to it, in order; `open` is the
    /// stretch that has not ended yet.
    pub(super) fn between(
        &self,
        gil: GilId,
        from: Nanos,
        to: Nanos,
        open: Option<Stretch>,
    ) -> impl Iterator<Item = Stretch> + '_ {
        let kept = self.by_gil.get(gil.index());
        let kept = kept
            .into_iter()
            .flat_map(move |all| all.range(all.partition_point(|it| it.to <= from)..));
        kept.copied()
            .chain(open)
            .skip_while(move |it| it.to <= from)
            .take_while(move |it| it.from < to)
            .map(move |it| Stretch {
                from: it.from.max(from),
                to: it.to.min(to),
                ..it
            })
            .filter(|it| it.from < it.to)
    }
}

#[cfg(test)]
mod tests {
    use keelback_trace::{ProcessId, StackId, ThreadId};

    use super::super::ownership::Owner;
    use super::*;

    fn stretch(from: u64, to: u64) -> Stretch {
        Stretch {
            process: ProcessId(0),
            gil: GilId::numbered(0),
            owner: Owner::Thread(ThreadId(0)),
            from: Nanos(from),
            to: Nanos(to),
            on_cpu: true,
            stack: StackId::NONE,
        }
    }

    #[test]
    fn a_wait_sees_the_stretches_cut_to_it() {
        let mut history = History::default();
        for it in [stretch(0, 10), stretch(10, 20)] {
            history.push(it);
        }
        let seen = |history: &History| -> Vec<_> {
            let open = Some(stretch(20, 99));
            let found = history.between(GilId::numbered(0), Nanos(5), Nanos(25), open);
            found.map(|it| (it.from.0, it.to.0)).collect()
        };
        assert_eq!(seen(&history), [(5, 10), (10, 20), (20, 25)]);
        history.forget(Nanos(10));
        assert_eq!(seen(&history), [(10, 20), (20, 25)]);
    }
}
