//! Sums GIL waits by thread, and by waiter and holder.

use std::collections::HashMap;

use keelback_trace::{Event, EventKind, FrameId, GilView, StackId, ThreadId};

use super::episode::{Episode, Episodes};
use super::holder::{Holder, holder_of};
use super::types::{GilThread, GilWait, Handovers};
use crate::budget::apportion;
use crate::futex::FutexClass;
use crate::model::{Observer, Scene, Span, What};
use crate::part::Part;

/// Watches the GIL.
#[derive(Debug, Default)]
pub(crate) struct GilBook {
    threads: Vec<ThreadSum>,
    waits: HashMap<WaitKey, WaitSum>,
    /// The Python stack each thread was seen with last.
    last_stacks: Vec<StackId>,
    handovers: Handovers,
}

#[derive(Clone, Debug, Default)]
struct ThreadSum {
    episodes: Episodes,
    figures: GilThread,
    /// Samples that found it holding the GIL.
    held: u64,
    /// Samples that found it not holding it.
    not_held: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct WaitKey {
    waiter: ThreadId,
    at: Option<FrameId>,
    holder: ThreadId,
    holder_at: Option<FrameId>,
}

#[derive(Clone, Copy, Debug, Default)]
struct WaitSum {
    count: u64,
    total_ns: u64,
    max_ns: u64,
    runqueue_ns: u64,
}

impl Observer for GilBook {
    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        let sum = self.sum(span.thread);
        sum.figures.take(span);
        if let Some(episode) = sum.episodes.span(span) {
            self.close(span.thread, &episode, scene);
        }
    }

    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        if event.thread.index() >= scene.known.threads.len() {
            return;
        }
        if let EventKind::Sample { gil, .. } = event.kind {
            let sum = self.sum(event.thread);
            match gil == GilView::Held(event.thread) {
                true => sum.held += 1,
                false => sum.not_held += 1,
            }
        }
        self.remember_stack(event);
    }
}

impl GilBook {
    /// Closes the waits that are open at the recording's end.
    pub(crate) fn finish(&mut self, scene: &Scene<'_>) {
        for index in 0..self.threads.len() {
            if let Some(episode) = self.threads[index].episodes.finish() {
                self.close(ThreadId(index as u32), &episode, scene);
            }
        }
    }

    /// Threads that ran Python or waited for a GIL, longest wait first.
    pub(crate) fn threads(&self, scene: &Scene<'_>) -> Vec<GilThread> {
        let threads = self.threads.iter().enumerate();
        let mut threads: Vec<_> = threads
            .map(|(index, sum)| (ThreadId(index as u32), sum))
            .filter(|&(thread, sum)| scene.is_python(thread) || sum.figures.gil_waits > 0)
            .map(|(thread, sum)| sum.told(thread, scene))
            .collect();
        threads.sort_by_key(|it| (std::cmp::Reverse(it.gil_wait_ns), it.tid));
        threads
    }

    /// Waits by waiter and holder, longest total first.
    pub(crate) fn waits(&self, scene: &Scene<'_>) -> Vec<GilWait> {
        let mut waits: Vec<_> = self.waits.iter().collect();
        waits.sort_by_key(|(key, sum)| (std::cmp::Reverse(sum.total_ns), **key));
        waits
            .into_iter()
            .map(|(key, sum)| told(key, sum, scene))
            .collect()
    }

    /// How many waits ended with the GIL, and from whom.
    pub(crate) fn handovers(&self) -> Handovers {
        self.handovers
    }

    fn sum(&mut self, thread: ThreadId) -> &mut ThreadSum {
        let index = thread.index();
        if index >= self.threads.len() {
            self.threads.resize(index + 1, ThreadSum::default());
        }
        &mut self.threads[index]
    }

    /// A wake-up carries the waker's stack, every other event the thread's own.
    fn remember_stack(&mut self, event: &Event) {
        if event.stack == StackId::NONE || matches!(event.kind, EventKind::Woken { .. }) {
            return;
        }
        let index = event.thread.index();
        if index >= self.last_stacks.len() {
            self.last_stacks.resize(index + 1, StackId::NONE);
        }
        self.last_stacks[index] = event.stack;
    }

    fn close(&mut self, thread: ThreadId, episode: &Episode, scene: &Scene<'_>) {
        let process = scene.process_of(thread);
        let holder = holder_of(episode, process, &self.last_stacks, scene);
        if episode.returned {
            self.handovers.count(holder);
        }
        self.sum(thread).figures.waited(episode);
        let key = WaitKey {
            waiter: thread,
            at: scene.stacks().site(episode.stack),
            holder: holder.map_or(ThreadId::NONE, |it| it.thread),
            holder_at: holder.and_then(|it| scene.stacks().site(it.stack)),
        };
        let sum = self.waits.entry(key).or_default();
        sum.count += 1;
        sum.total_ns += episode.ns();
        sum.max_ns = sum.max_ns.max(episode.ns());
        sum.runqueue_ns += episode.runqueue_ns;
    }
}

impl Handovers {
    fn count(&mut self, holder: Option<Holder>) {
        self.total += 1;
        self.known += u64::from(holder.is_some());
        self.by_wake += u64::from(holder.is_some_and(|it| it.by_wake));
    }
}

impl GilThread {
    fn take(&mut self, span: &Span) {
        self.wall_ns += span.ns();
        match &span.what {
            What::Running { .. } => self.cpu_ns += span.ns(),
            What::Queued { gil, .. } => {
                self.runqueue_ns += span.ns();
                self.held_off_cpu(*gil, span);
            }
            What::Asleep(sleep) => {
                let (asleep, queued) = span.asleep_and_queued(sleep);
                self.runqueue_ns += queued;
                match sleep.part {
                    Part::Futex(FutexClass::Gil) => {}
                    Part::Futex(FutexClass::ForcedSwitch) => self.forced_switch_ns += asleep,
                    _ => self.blocked_ns += asleep,
                }
                self.held_off_cpu(sleep.gil, span);
            }
            What::Unseen => {}
        }
    }

    /// Did it leave its CPU with the GIL in its hands?
    fn held_off_cpu(&mut self, gil: GilView, span: &Span) {
        if gil == GilView::Held(span.thread) {
            self.gil_hold_off_cpu_ns += span.ns();
        }
    }

    fn waited(&mut self, episode: &Episode) {
        self.gil_waits += 1;
        self.gil_wait_ns += episode.ns();
        self.gil_wait_max_ns = self.gil_wait_max_ns.max(episode.ns());
        self.gil_wait_runqueue_ns += episode.runqueue_ns;
    }
}

impl ThreadSum {
    fn told(&self, thread: ThreadId, scene: &Scene<'_>) -> GilThread {
        let [held, _] = match self.held + self.not_held {
            0 => [0, 0],
            _ => apportion(self.figures.cpu_ns, [self.held, self.not_held]),
        };
        GilThread {
            tid: scene.tid(thread),
            pid: scene.pid(scene.process_of(thread)),
            name: scene.thread_name(thread).to_owned(),
            gil_hold_ns: held + self.figures.gil_hold_off_cpu_ns,
            samples: self.held + self.not_held,
            ..self.figures.clone()
        }
    }
}

fn told(key: &WaitKey, sum: &WaitSum, scene: &Scene<'_>) -> GilWait {
    let label = |frame: Option<FrameId>| {
        let frame = frame.and_then(|id| scene.known.frames.get(id.index()));
        frame.map_or(String::new(), |&frame| scene.known.frame_label(frame))
    };
    GilWait {
        waiter_tid: scene.tid(key.waiter),
        waiter: scene.thread_name(key.waiter).to_owned(),
        waiter_frame: label(key.at),
        holder_tid: scene.tid(key.holder),
        holder: scene.thread_name(key.holder).to_owned(),
        holder_frame: label(key.holder_at),
        count: sum.count,
        total_ns: sum.total_ns,
        max_ns: sum.max_ns,
        runqueue_ns: sum.runqueue_ns,
    }
}
