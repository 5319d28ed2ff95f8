//! Sums waits for locks by lock, waiter and owner.

use std::collections::HashMap;

use keelback_trace::{FrameId, Parked, ProcessId, TextId, ThreadId};

use super::types::{Lock, LockWait};
use crate::futex::{FutexClass, FutexOp, NR_FUTEX};
use crate::model::stacks::Role;
use crate::model::{Observer, Scene, Sleep, Span, Waker, What};
use crate::part::{Part, PartGroup};

/// Watches locks.
#[derive(Debug, Default)]
pub(crate) struct LockBook {
    locks: HashMap<LockKey, LockSum>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct LockKey {
    process: ProcessId,
    class: FutexClass,
    address: u64,
}

#[derive(Debug, Default)]
struct LockSum {
    waits: HashMap<WaitKey, WaitSum>,
    object: TextId,
    handover_ns: u64,
    /// Waits that were for something done, not for news.
    for_others: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct WaitKey {
    waiter: ThreadId,
    at: Option<FrameId>,
    owner: ThreadId,
    owner_at: Option<FrameId>,
}

#[derive(Clone, Copy, Debug, Default)]
struct WaitSum {
    count: u64,
    ns: u64,
    max_ns: u64,
}

impl Observer for LockBook {
    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        let What::Asleep(sleep) = &span.what else {
            return;
        };
        let Some(class) = lock_class(sleep) else {
            return;
        };
        let key = LockKey {
            process: scene.process_of(span.thread),
            class,
            address: address(sleep),
        };
        let (asleep, handover) = span.asleep_and_queued(sleep);
        let sum = self.locks.entry(key).or_default();
        sum.handover_ns += handover;
        sum.object = sleep.parked.type_name;
        sum.for_others += u64::from(scene.role(sleep.stack) != Role::News);
        let wait = sum
            .waits
            .entry(wait_key(span, sleep, class, scene))
            .or_default();
        wait.count += 1;
        wait.ns += asleep;
        wait.max_ns = wait.max_ns.max(asleep);
    }
}

/// Waits that are for a lock of the program's, the interpreter's or a library's.
fn lock_class(sleep: &Sleep) -> Option<FutexClass> {
    match sleep.part {
        Part::Futex(FutexClass::GilInternal | FutexClass::IdlePool) => None,
        Part::Futex(class) if class.group() == PartGroup::Locks => Some(class),
        _ => None,
    }
}

/// Parked threads sleep on a word of their own; the lock is what they are
/// parked for.
fn address(sleep: &Sleep) -> u64 {
    match sleep.parked.address {
        0 => sleep.call.args[0],
        parked => parked,
    }
}

fn wait_key(span: &Span, sleep: &Sleep, class: FutexClass, scene: &Scene<'_>) -> WaitKey {
    let waker = sleep.woken.filter(|it| ends(it, sleep, class));
    WaitKey {
        waiter: span.thread,
        at: scene.stacks().site(sleep.stack),
        owner: waker.map_or(ThreadId::NONE, |it| it.thread),
        owner_at: waker.and_then(|it| scene.stacks().site(it.stack)),
    }
}

/// A wake-up inside an interrupt shows whatever call was interrupted: what ends
/// a wait is `FUTEX_WAKE` on its word, or, for a join, the end of a thread,
/// which the kernel itself tells (clone(2), `CLONE_CHILD_CLEARTID`).
fn ends(waker: &Waker, sleep: &Sleep, class: FutexClass) -> bool {
    let woke = waker.call.nr == NR_FUTEX
        && FutexOp::of(waker.call) == FutexOp::Wake
        && waker.call.args[0] == sleep.call.args[0];
    waker.thread != ThreadId::NONE && (woke || class == FutexClass::Join)
}

impl LockBook {
    /// Locks, longest wait first.
    pub(crate) fn locks(&self, scene: &Scene<'_>) -> Vec<Lock> {
        let mut locks: Vec<_> = self.locks.iter().collect();
        locks.sort_by_key(|(key, _)| **key);
        let mut told: Vec<_> = locks
            .into_iter()
            .map(|(key, sum)| sum.told(key, scene))
            .collect();
        told.sort_by_key(|it| (it.for_news, std::cmp::Reverse(it.wait_ns)));
        told
    }
}

/// The type that a parked thread's lock is in; a pause of the world is in none.
fn object(parked: &str) -> String {
    match parked.strip_prefix(Parked::CRITICAL_SECTION) {
        Some(object) => object.to_owned(),
        None if parked.starts_with('<') => String::new(),
        None => parked.to_owned(),
    }
}

impl LockSum {
    fn told(&self, key: &LockKey, scene: &Scene<'_>) -> Lock {
        let mut waits: Vec<_> = self.waits.iter().collect();
        waits.sort_by_key(|(key, sum)| (std::cmp::Reverse(sum.ns), **key));
        let all = || self.waits.values();
        Lock {
            class: key.class,
            object: object(scene.known.text(self.object)),
            pid: scene.pid(key.process),
            address: key.address,
            for_news: self.for_others == 0 || key.class == FutexClass::Join,
            count: all().map(|it| it.count).sum(),
            wait_ns: all().map(|it| it.ns).sum(),
            max_ns: all().map(|it| it.max_ns).max().unwrap_or(0),
            handover_ns: self.handover_ns,
            waits: waits
                .into_iter()
                .map(|(key, sum)| sum.told(key, scene))
                .collect(),
        }
    }
}

impl WaitSum {
    fn told(&self, key: &WaitKey, scene: &Scene<'_>) -> LockWait {
        LockWait {
            waiter_tid: scene.tid(key.waiter),
            waiter: scene.thread_name(key.waiter).to_owned(),
            waiter_frame: scene.frame_label(key.at),
            owner_tid: scene.tid(key.owner),
            owner: scene.thread_name(key.owner).to_owned(),
            owner_frame: scene.frame_label(key.owner_at),
            count: self.count,
            total_ns: self.ns,
            max_ns: self.max_ns,
        }
    }
}
