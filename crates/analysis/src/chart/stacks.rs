//! Stacks seen at instants become functions that last.

use keelback_trace::{CodeId, Dictionary, Nanos, StackId};

use super::types::StackSlice;

/// One thread's functions: each stays open while the stacks seen have it at the
/// same depth.
#[derive(Clone, Debug, Default)]
pub(super) struct Stacks {
    last: Option<StackId>,
    open: Vec<(CodeId, Nanos)>,
    done: Vec<StackSlice>,
}

impl Stacks {
    /// The thread was seen with this stack.
    pub(super) fn seen(&mut self, stack: StackId, at: Nanos, known: &Dictionary) {
        if Some(stack) == self.last {
            return;
        }
        self.last = Some(stack);
        let mut codes: Vec<_> = known.frames_of(stack).map(|frame| frame.code).collect();
        codes.reverse();
        let pairs = self.open.iter().zip(&codes);
        let same = pairs.take_while(|((open, _), code)| open == *code).count();
        self.close_to(same, at);
        self.open
            .extend(codes[same..].iter().map(|code| (*code, at)));
    }

    /// All functions, outer before inner.
    pub(super) fn finish(mut self, end: Nanos) -> Vec<StackSlice> {
        self.close_to(0, end);
        self.done.sort_by_key(|it| (it.from, it.depth));
        self.done
    }

    fn close_to(&mut self, depth: usize, at: Nanos) {
        while self.open.len() > depth {
            let Some((code, from)) = self.open.pop() else {
                return;
            };
            let depth = self.open.len();
            if from < at {
                self.done.push(StackSlice {
                    from,
                    to: at,
                    code,
                    depth,
                });
            }
        }
    }
}
