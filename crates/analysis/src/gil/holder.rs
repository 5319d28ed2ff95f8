//! From whom a wait got the GIL.

use keelback_trace::{StackId, ThreadId};

use super::episode::Episode;
use super::ownership::{Owner, Stretch};
use crate::model::Scene;

/// The thread that had the GIL, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) thread: ThreadId,
    pub(super) stack: StackId,
    /// Was the releaser's wake-up seen?
    pub(super) by_wake: bool,
}

impl Holder {
    /// Who had it last of all others in these stretches.
    pub(super) fn of_last(
        waiter: ThreadId,
        stretches: impl Iterator<Item = Stretch>,
    ) -> Option<Holder> {
        let others = stretches.filter_map(|it| match it.owner {
            Owner::Thread(thread) if thread != waiter => Some(Holder {
                thread,
                stack: it.stack,
                by_wake: false,
            }),
            _ => None,
        });
        others.last()
    }
}

/// The releaser, if its wake-up was seen; else the holder that the GIL's
/// fields named when the wait (its last slice) began, at the place where that
/// thread was seen last.
pub(super) fn holder_of(
    episode: &Episode,
    last_stacks: &[StackId],
    scene: &Scene<'_>,
) -> Option<Holder> {
    if let Some(waker) = episode.woken.filter(|it| it.is_giver(scene)) {
        return Some(Holder {
            thread: waker.thread,
            stack: waker.stack,
            by_wake: true,
        });
    }
    let thread = episode.held_by?;
    let stack = last_stacks.get(thread.index()).copied();
    Some(Holder {
        thread,
        stack: stack.unwrap_or(StackId::NONE),
        by_wake: false,
    })
}
