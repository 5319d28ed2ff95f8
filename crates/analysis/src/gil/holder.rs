//! From whom a wait got the GIL.

use keelback_trace::{ProcessId, StackId, ThreadId};

use super::episode::Episode;
use crate::futex::{FutexClass, FutexOp, NR_FUTEX, gil_word};
use crate::model::{Scene, Waker};

/// The thread that had the GIL, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) thread: ThreadId,
    pub(super) stack: StackId,
    /// Was the releaser's wake-up seen?
    pub(super) by_wake: bool,
}

/// The releaser, if its wake-up was seen; else the holder that the GIL's
/// fields named when the wait (its last slice) began, at the place where that
/// thread was seen last.
pub(super) fn holder_of(
    episode: &Episode,
    process: ProcessId,
    last_stacks: &[StackId],
    scene: &Scene<'_>,
) -> Option<Holder> {
    if let Some(waker) = episode.woken.filter(|it| releases(it, process, scene)) {
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

/// A wake-up inside an interrupt shows whatever call was interrupted: only one
/// in `FUTEX_WAKE` on the GIL's condition variable is a release.
fn releases(waker: &Waker, process: ProcessId, scene: &Scene<'_>) -> bool {
    let on_gil = |word| {
        let mut pythons = scene.interpreters(process);
        pythons.any(|python| gil_word(python, word) == Some(FutexClass::Gil))
    };
    waker.thread != ThreadId::NONE
        && waker.call.nr == NR_FUTEX
        && FutexOp::of(waker.call) == FutexOp::Wake
        && on_gil(waker.call.args[0])
}
