//! A thread's spans as slices; running is split by who has the GIL.

use keelback_trace::{Call, Nanos, ThreadId};

use super::types::{OwnerSlice, StateSlice, What};
use crate::futex::NR_FUTEX;
use crate::model::{self, Sleep, Span};
use crate::part::Part;

/// A span as one slice, or two: asleep, and then waiting for a CPU.
pub(super) fn slices(span: &Span) -> impl Iterator<Item = StateSlice> {
    let one = |from, to, what| StateSlice { from, to, what };
    let (first, second) = match &span.what {
        model::What::Running { .. } => (one(span.from, span.to, What::Running), None),
        model::What::Queued { .. } => (one(span.from, span.to, queued()), None),
        model::What::Unseen(_) => (one(span.from, span.to, What::Part(Part::Unseen)), None),
        model::What::Asleep(sleep) => {
            let (asleep, _) = span.asleep_and_queued(sleep);
            let woken = Nanos(span.from.0 + asleep);
            (
                one(span.from, woken, asleep_in(sleep)),
                Some(one(woken, span.to, queued())),
            )
        }
    };
    [Some(first), second]
        .into_iter()
        .flatten()
        .filter(|it| it.from < it.to)
}

fn queued() -> What {
    What::Part(Part::RunQueue)
}

/// Futexes are told by what they guard, other calls by their names.
fn asleep_in(sleep: &Sleep) -> What {
    match sleep.call.nr {
        Call::NO_NUMBER | NR_FUTEX => What::Part(sleep.part),
        nr => What::Call(nr, sleep.part),
    }
}

/// Cuts a thread's running by the GIL's owners, both in order.
pub(super) fn split(
    states: Vec<StateSlice>,
    thread: ThreadId,
    owners: &[OwnerSlice],
) -> Vec<StateSlice> {
    let mut cut = Vec::with_capacity(states.len());
    let mut own = owners.iter().filter(|it| it.thread == thread).peekable();
    for state in states {
        if state.what != What::Running {
            cut.push(state);
            continue;
        }
        let mut at = state.from;
        while own.next_if(|it| it.to <= at).is_some() {}
        while let Some(owner) = own.peek().filter(|it| it.from < state.to) {
            put(&mut cut, at, owner.from, What::Running);
            let end = owner.to.min(state.to);
            put(&mut cut, at.max(owner.from), end, What::WithGil);
            at = end;
            if owner.to > state.to {
                break;
            }
            own.next();
        }
        put(&mut cut, at, state.to, What::Running);
    }
    cut
}

fn put(into: &mut Vec<StateSlice>, from: Nanos, to: Nanos, what: What) {
    match into.last_mut() {
        _ if from >= to => {}
        Some(last) if last.to == from && last.what == what => last.to = to,
        _ => into.push(StateSlice { from, to, what }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_is_cut_where_the_gil_comes_and_goes() {
        let state = |from, to, what| StateSlice {
            from: Nanos(from),
            to: Nanos(to),
            what,
        };
        let owner = |from, to, thread| OwnerSlice {
            from: Nanos(from),
            to: Nanos(to),
            thread: ThreadId(thread),
            on_cpu: true,
        };
        let states = vec![
            state(0, 10, What::Running),
            state(10, 20, queued()),
            state(20, 30, What::Running),
        ];
        let owners = [owner(2, 5, 1), owner(5, 6, 2), owner(7, 25, 1)];
        let found = split(states, ThreadId(1), &owners);
        let expected = [
            state(0, 2, What::Running),
            state(2, 5, What::WithGil),
            state(5, 7, What::Running),
            state(7, 10, What::WithGil),
            state(10, 20, queued()),
            state(20, 25, What::WithGil),
            state(25, 30, What::Running),
        ];
        assert_eq!(found, expected);
    }
}
