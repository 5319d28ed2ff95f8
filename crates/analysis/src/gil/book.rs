//! Sums GIL waits and holds by thread, and waits by waiter and holder.

use std::collections::HashMap;

use keelback_trace::{
    Call, Event, EventKind, GilView, Nanos, OffState, ProcessId, StackId, ThreadId,
};

use super::alike::Alike;
use super::blame::Blame;
use super::episode::{Episode, Episodes};
use super::held::{End, Held};
use super::history::History;
use super::holder::{Holder, holder_of};
use super::interval::{SwitchInterval, USUAL_NS};
use super::latency::Latencies;
use super::ownership::{Ownership, Stretch, releases, word_of};
use super::turns::Turns;
use super::types::{GilThread, GilWait, Handovers, Wakeups};
use super::usage::{Usage, UsageColumn};
use super::wakeup::WakeupSum;
use crate::futex::{FutexClass, NR_FUTEX};
use crate::model::{Observer, Scene, Span, What};
use crate::part::Part;

/// Watches the GIL.
#[derive(Debug)]
pub(crate) struct GilBook {
    threads: Vec<ThreadSum>,
    blame: Blame,
    ownership: Ownership,
    history: History,
    usage: Usage,
    wakeups: WakeupSum,
    interval: SwitchInterval,
    /// The switch interval to ask about, nanoseconds.
    wished_ns: u64,
    /// The Python stack each thread was seen with last.
    last_stacks: Vec<StackId>,
    handovers: Handovers,
}

#[derive(Clone, Debug, Default)]
struct ThreadSum {
    episodes: Episodes,
    /// When the sleep for the GIL began that no span has told of yet.
    sleeps_since: Option<Nanos>,
    figures: GilThread,
    held: Held,
    latencies: Latencies,
    turns: Turns,
}

impl Observer for GilBook {
    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        let sum = self.sum(span.thread);
        sum.figures.take(span);
        let ended = sum.episodes.span(span);
        if matches!(span.what, What::Asleep(_) | What::Unseen(Some(_))) {
            sum.sleeps_since = None;
        }
        if let What::Asleep(sleep) = &span.what {
            self.interval.take(span, sleep, scene);
        }
        if let Some(episode) = ended {
            self.close(span.thread, &episode, scene);
        }
    }

    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        if event.thread.index() >= scene.known.threads.len() {
            return;
        }
        self.follow_owner(event, scene);
        self.follow_thread(event, scene);
        self.remember_stack(event);
    }
}

impl GilBook {
    /// A book for a recording of this length; 0 if that is not known.
    pub(crate) fn new(duration_ns: u64) -> GilBook {
        GilBook {
            threads: Vec::new(),
            blame: Blame::default(),
            ownership: Ownership::default(),
            history: History::default(),
            usage: Usage::of(duration_ns),
            wakeups: WakeupSum::default(),
            interval: SwitchInterval::default(),
            wished_ns: USUAL_NS,
            last_stacks: Vec::new(),
            handovers: Handovers::default(),
        }
    }

    /// The same, asking what another switch interval would do.
    pub(crate) fn wishing(self, wished_ns: u64) -> GilBook {
        GilBook { wished_ns, ..self }
    }

    /// The switch interval that the waits show, nanoseconds; 0 for unknown.
    pub(crate) fn interval_ns(&self) -> u64 {
        self.interval.ns()
    }

    /// A thread's waits by how they began.
    pub(crate) fn turns(&self, thread: ThreadId) -> Turns {
        self.threads
            .get(thread.index())
            .map_or_else(Turns::default, |it| it.turns)
    }

    /// Closes what is open at the recording's end.
    pub(crate) fn finish(&mut self, end: Nanos, scene: &Scene<'_>) {
        for index in 0..self.threads.len() {
            self.threads[index].held.finish(end);
            if let Some(episode) = self.threads[index].episodes.finish() {
                self.close(ThreadId(index as u32), &episode, scene);
            }
        }
        let GilBook {
            ownership, usage, ..
        } = self;
        ownership.finish(end, &mut |stretch| usage.stretch(&stretch));
    }

    /// Threads that ran Python, waited for a GIL or had one, longest wait first.
    pub(crate) fn threads(&self, scene: &Scene<'_>) -> Vec<GilThread> {
        let alike = self.alike(scene);
        let threads = self.threads.iter().enumerate();
        let mut threads: Vec<_> = threads
            .map(|(index, sum)| (ThreadId(index as u32), sum))
            .filter(|&(thread, sum)| scene.is_python(thread) || sum.uses_gil())
            .map(|(thread, sum)| {
                let alike = alike.get(&scene.process_of(thread));
                sum.told(thread, alike.unwrap_or(&Alike::default()), scene)
            })
            .collect();
        threads.sort_by_key(|it| (std::cmp::Reverse(it.gil_wait_ns), it.tid));
        threads
    }

    /// What the Python threads of each process have in common.
    fn alike(&self, scene: &Scene<'_>) -> HashMap<ProcessId, Alike> {
        let mut pools: HashMap<ProcessId, Vec<&Held>> = HashMap::new();
        for (index, sum) in self.threads.iter().enumerate() {
            let thread = ThreadId(index as u32);
            if scene.is_python(thread) {
                let pool = pools.entry(scene.process_of(thread)).or_default();
                pool.push(&sum.held);
            }
        }
        let alike = pools.into_iter();
        alike.map(|(it, pool)| (it, Alike::of(&pool))).collect()
    }

    /// Waits by waiter and holder, longest total first.
    pub(crate) fn waits(&self, scene: &Scene<'_>) -> Vec<GilWait> {
        self.blame.told(scene)
    }

    /// How many waits ended with the GIL, and from whom.
    pub(crate) fn handovers(&self) -> Handovers {
        self.handovers
    }

    /// How long the woken took to get a CPU.
    pub(crate) fn wakeups(&self) -> Wakeups {
        self.wakeups.sum()
    }

    /// The width of a column of time, and the columns.
    pub(crate) fn usage(&self, end: Nanos) -> (u64, Vec<UsageColumn>) {
        self.usage.columns(end)
    }

    fn sum(&mut self, thread: ThreadId) -> &mut ThreadSum {
        let index = thread.index();
        if index >= self.threads.len() {
            self.threads.resize(index + 1, ThreadSum::default());
        }
        &mut self.threads[index]
    }

    fn follow_owner(&mut self, event: &Event, scene: &Scene<'_>) {
        let GilBook {
            ownership,
            history,
            usage,
            ..
        } = self;
        ownership.event(event, scene, &mut |stretch: Stretch| {
            usage.stretch(&stretch);
            history.push(stretch);
        });
        if self.history.is_crowded() {
            let waits = self.threads.iter().filter_map(ThreadSum::waits_since);
            let oldest = waits.min().unwrap_or(event.at);
            self.history.forget(oldest);
        }
    }

    fn follow_thread(&mut self, event: &Event, scene: &Scene<'_>) {
        let (thread, at) = (event.thread, event.at);
        match event.kind {
            EventKind::SwitchIn { cpu } => {
                self.sum(thread).held.switched_in(at);
                self.wakeups.switched_in(thread, cpu, at);
            }
            EventKind::SwitchOut {
                state, call, gil, ..
            } => {
                let class = gil_class(thread, call, scene);
                let taken = self.taken_by_another(thread, gil);
                let sum = self.sum(thread);
                taken.into_iter().for_each(|at| sum.held.has_let_go(at));
                let end = sum.leaves(at, state, gil == GilView::Held(thread), class);
                sum.held.switched_out(at, end);
                sum.sleeps_since = (class == Some(FutexClass::Gil)).then_some(at);
            }
            EventKind::Exited { .. } => self.sum(thread).held.switched_out(at, End::Blocks),
            EventKind::Sample { gil, .. } => self.sum(thread).held.sampled(at, thread, gil),
            EventKind::Woken { by, call } => self.woken(event, by, call, scene),
            _ => {}
        }
    }

    /// When did a thread that waited get the GIL that it has now?
    fn taken_by_another(&self, thread: ThreadId, gil: GilView) -> Option<Nanos> {
        let GilView::Held(other) = gil else {
            return None;
        };
        let other = (other != thread).then(|| self.threads.get(other.index()))?;
        other?.held.has_since_a_wait()
    }

    fn woken(&mut self, event: &Event, by: ThreadId, call: Call, scene: &Scene<'_>) {
        let (thread, at) = (event.thread, event.at);
        self.sum(thread).held.woken(at);
        if by != ThreadId::NONE {
            self.sum(by).held.runs(at);
        }
        if releases(by, call, scene) {
            self.wakeups.woken(thread, by, at);
            let by = self.sum(by);
            by.held.released(at);
            by.episodes.lets_go();
            by.turns.lets_go(at);
        }
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
        let waited_for = word_of(process, episode.word, scene);
        let gil = waited_for.map_or_else(|| scene.gil_of(thread), |(_, gil)| gil);
        let open = self.ownership.now(gil, Nanos(u64::MAX));
        let meanwhile = || self.history.between(gil, episode.from, episode.to, open);
        let holder = holder_of(episode, &self.last_stacks, scene)
            .or_else(|| Holder::of_last(thread, meanwhile()));
        if episode.returned {
            self.handovers.count(holder);
        }
        let meanwhile = meanwhile();
        let parts = self.blame.book(thread, episode, holder, meanwhile, scene);
        self.usage.wait(episode.from, episode.to);
        let wished_ns = self.wished_ns;
        let sum = self.sum(thread);
        sum.turns.waited(episode, &parts, wished_ns);
        sum.latencies.add(episode.ns());
        sum.figures.waited(episode);
        parts.put(&mut sum.figures);
    }
}

/// Which of the GIL's words does a call sleep on?
fn gil_class(thread: ThreadId, call: Call, scene: &Scene<'_>) -> Option<FutexClass> {
    if call.nr != NR_FUTEX {
        return None;
    }
    word_of(scene.process_of(thread), call.args[0], scene).map(|(class, _)| class)
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
                if sleep.part != Part::Futex(FutexClass::GilInternal) {
                    self.held_off_cpu(sleep.gil, span);
                }
            }
            What::Unseen(_) => {}
        }
    }

    /// Did it leave its CPU with the GIL in its hands? Who sleeps on the GIL's
    /// mutex and has the GIL lets go of it: its hold is over.
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
    /// How it leaves its CPU. Who has the GIL takes its mutex to let go of it
    /// (CPython Python/ceval_gil.c: drop_gil).
    fn leaves(&mut self, at: Nanos, state: OffState, has: bool, class: Option<FutexClass>) -> End {
        match (has, class) {
            (true, Some(FutexClass::GilInternal)) => {
                self.held.released(at);
                End::Blocks
            }
            (true, _) => End::With,
            (false, Some(FutexClass::ForcedSwitch)) => {
                self.held.has_let_go(at);
                End::Blocks
            }
            (false, Some(FutexClass::Gil | FutexClass::GilInternal)) => End::Waits,
            (false, _) if state == OffState::Preempted => End::Preempted,
            (false, _) => End::Blocks,
        }
    }

    /// When its present wait began.
    fn waits_since(&self) -> Option<Nanos> {
        self.episodes.since().or(self.sleeps_since)
    }

    fn uses_gil(&self) -> bool {
        self.figures.gil_waits > 0 || self.held.is_seen()
    }

    fn told(&self, thread: ThreadId, alike: &Alike, scene: &Scene<'_>) -> GilThread {
        GilThread {
            tid: scene.tid(thread),
            pid: scene.pid(scene.process_of(thread)),
            name: scene.thread_name(thread).to_owned(),
            gil_hold_ns: self.held.ns(alike) + self.figures.gil_hold_off_cpu_ns,
            gil_wait_p50_ns: self.latencies.percentile(0.50),
            gil_wait_p90_ns: self.latencies.percentile(0.90),
            gil_wait_p99_ns: self.latencies.percentile(0.99),
            samples: self.held.samples(),
            ..self.figures.clone()
        }
    }
}
