//! One wait, split by who had the GIL meanwhile and at which line.

use std::collections::HashMap;

use keelback_trace::{FrameId, StackId, ThreadId};

use super::episode::Episode;
use super::holder::Holder;
use super::ownership::{Owner, Stretch};
use super::types::{GilThread, GilWait};
use crate::model::Scene;

/// A waiter at a line, and a holder at a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct BlameKey {
    waiter: ThreadId,
    at: Option<FrameId>,
    holder: ThreadId,
    holder_at: Option<FrameId>,
}

/// Waits by who is to blame.
#[derive(Debug, Default)]
pub(super) struct Blame {
    waits: HashMap<BlameKey, BlameSum>,
}

#[derive(Clone, Copy, Debug, Default)]
struct BlameSum {
    count: u64,
    parts: Parts,
    max_ns: u64,
    max_running_ns: u64,
    runqueue_ns: u64,
}

/// Nanoseconds of waiting.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    running_ns: u64,
    off_cpu_ns: u64,
    handover_ns: u64,
    unknown_ns: u64,
    /// How much of the first two the holder collected garbage.
    gc_ns: u64,
}

/// So many pairs of a waiter and a holder are told of: a thousand threads make
/// half a million.
const TOLD: usize = 2_000;

/// One wait: its parts by holder and line.
struct Split {
    waiter: ThreadId,
    at: Option<FrameId>,
    parts: HashMap<BlameKey, Parts>,
    last: BlameKey,
    /// From whom the wait got the GIL, and where that was.
    giver: Option<Holder>,
}

impl Blame {
    /// Books a wait; `meanwhile` are the GIL's stretches in it. Gives back its
    /// parts summed.
    pub(super) fn book(
        &mut self,
        waiter: ThreadId,
        episode: &Episode,
        holder: Option<Holder>,
        meanwhile: impl Iterator<Item = Stretch>,
        scene: &Scene<'_>,
    ) -> Parts {
        let mut split = Split::of(waiter, episode, holder, scene);
        let mut known_ns = 0;
        for stretch in meanwhile {
            known_ns += stretch.to.since(stretch.from).0;
            split.take(&stretch, scene);
        }
        split.of_last().unknown_ns += episode.ns().saturating_sub(known_ns);
        self.merge(&split, episode.runqueue_ns)
    }

    fn merge(&mut self, split: &Split, runqueue_ns: u64) -> Parts {
        let mut whole = Parts::default();
        for (key, parts) in split.parts.iter().filter(|(_, it)| it.sum() > 0) {
            let sum = self.waits.entry(*key).or_default();
            sum.count += 1;
            sum.parts.add(parts);
            sum.max_ns = sum.max_ns.max(parts.sum());
            sum.max_running_ns = sum.max_running_ns.max(parts.running_ns);
            whole.add(parts);
        }
        if let Some(sum) = self.waits.get_mut(&split.last) {
            sum.runqueue_ns += runqueue_ns;
        }
        whole
    }

    /// Longest total first, the longest [`TOLD`].
    pub(super) fn told(&self, scene: &Scene<'_>) -> Vec<GilWait> {
        let mut waits: Vec<_> = self.waits.iter().collect();
        waits.sort_by_key(|(key, sum)| (std::cmp::Reverse(sum.parts.sum()), **key));
        let told = waits
            .into_iter()
            .take(TOLD)
            .map(|(key, sum)| key.told(sum, scene));
        told.collect()
    }
}

impl Split {
    /// Time before anything is known of a holder is the one's that the wait
    /// ended with.
    fn of(waiter: ThreadId, episode: &Episode, holder: Option<Holder>, scene: &Scene<'_>) -> Split {
        let at = scene.stacks().site(episode.stack);
        let last = BlameKey {
            waiter,
            at,
            holder: holder.map_or(ThreadId::NONE, |it| it.thread),
            holder_at: holder.and_then(|it| scene.stacks().site(it.stack)),
        };
        Split {
            waiter,
            at,
            parts: HashMap::new(),
            last,
            giver: holder,
        }
    }

    /// Where the holder was; until its own stack is seen, where it let go.
    fn line_of(&self, holder: ThreadId, stretch: &Stretch, scene: &Scene<'_>) -> Option<FrameId> {
        let giver = self.giver.filter(|it| it.thread == holder);
        let stack = match (stretch.stack, giver) {
            (StackId::NONE, Some(giver)) => giver.stack,
            (stack, _) => stack,
        };
        scene.stacks().site(stack)
    }

    fn take(&mut self, stretch: &Stretch, scene: &Scene<'_>) {
        let ns = stretch.to.since(stretch.from).0;
        match stretch.owner {
            Owner::Thread(holder) if holder != self.waiter => {
                self.last = BlameKey {
                    waiter: self.waiter,
                    at: self.at,
                    holder,
                    holder_at: self.line_of(holder, stretch, scene),
                };
                if scene.stacks().collects(stretch.stack) {
                    self.of_last().gc_ns += ns;
                }
                match stretch.on_cpu {
                    true => self.of_last().running_ns += ns,
                    false => self.of_last().off_cpu_ns += ns,
                }
            }
            Owner::Thread(_) | Owner::Free => self.of_last().handover_ns += ns,
            Owner::Unknown => self.of_last().unknown_ns += ns,
        }
    }

    fn of_last(&mut self) -> &mut Parts {
        self.parts.entry(self.last).or_default()
    }
}

impl Parts {
    fn sum(&self) -> u64 {
        self.running_ns + self.off_cpu_ns + self.handover_ns + self.unknown_ns
    }

    fn add(&mut self, other: &Parts) {
        self.running_ns += other.running_ns;
        self.off_cpu_ns += other.off_cpu_ns;
        self.handover_ns += other.handover_ns;
        self.unknown_ns += other.unknown_ns;
        self.gc_ns += other.gc_ns;
    }

    /// Others had the GIL.
    pub(super) fn had_ns(&self) -> u64 {
        self.running_ns + self.off_cpu_ns
    }

    /// Nobody had it.
    pub(super) fn handover_ns(&self) -> u64 {
        self.handover_ns
    }

    /// Adds them to a thread's figures.
    pub(super) fn put(&self, thread: &mut GilThread) {
        thread.gil_wait_running_ns += self.running_ns;
        thread.gil_wait_off_cpu_ns += self.off_cpu_ns;
        thread.gil_wait_handover_ns += self.handover_ns;
        thread.gil_wait_unknown_ns += self.unknown_ns;
    }
}

impl BlameKey {
    fn told(&self, sum: &BlameSum, scene: &Scene<'_>) -> GilWait {
        GilWait {
            waiter_tid: scene.tid(self.waiter),
            waiter: scene.thread_name(self.waiter).to_owned(),
            waiter_frame: scene.frame_label(self.at),
            holder_tid: scene.tid(self.holder),
            holder: scene.thread_name(self.holder).to_owned(),
            holder_frame: scene.frame_label(self.holder_at),
            count: sum.count,
            total_ns: sum.parts.sum(),
            running_ns: sum.parts.running_ns,
            off_cpu_ns: sum.parts.off_cpu_ns,
            handover_ns: sum.parts.handover_ns,
            unknown_ns: sum.parts.unknown_ns,
            gc_ns: sum.parts.gc_ns,
            max_ns: sum.max_ns,
            max_running_ns: sum.max_running_ns,
            runqueue_ns: sum.runqueue_ns,
        }
    }
}
