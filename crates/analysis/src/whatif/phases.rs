//! When each thread lived, and what it did then, in two readings.

use keelback_trace::{Nanos, ProcessId, ThreadId};

use crate::futex::FutexClass;
use crate::model::{Observer, Scene, Span, What};
use crate::part::{Part, PartGroup};

/// First and last instants, by thread.
#[derive(Debug, Default)]
pub(super) struct Lives {
    by_thread: Vec<Option<(Nanos, Nanos)>>,
}

impl Observer for Lives {
    fn span(&mut self, span: &Span, _: &Scene<'_>) {
        let index = span.thread.index();
        if index >= self.by_thread.len() {
            self.by_thread.resize(index + 1, None);
        }
        let (from, to) = self.by_thread[index].unwrap_or((span.from, span.to));
        self.by_thread[index] = Some((from.min(span.from), to.max(span.to)));
    }
}

impl Lives {
    pub(super) fn of(&self, thread: ThreadId) -> Option<(Nanos, Nanos)> {
        *self.by_thread.get(thread.index())?
    }

    /// From the first of a process's other threads to the end of the last;
    /// before and after, it has its main thread alone.
    pub(super) fn together(&self, process: ProcessId, scene: &Scene<'_>) -> Option<(Nanos, Nanos)> {
        let all = (0..self.by_thread.len()).map(|index| ThreadId(index as u32));
        let others = all.filter(|it| scene.process_of(*it) == process && !scene.is_main(*it));
        let lives = others.filter_map(|it| self.of(it));
        lives.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// What one thread must do, without its waits for the GIL. Nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Work {
    /// On a CPU.
    pub(super) cpu: u64,
    /// Asleep in calls: I/O, sleep, child processes.
    pub(super) blocked: u64,
    /// Asleep on locks, joins not among them.
    pub(super) locks: u64,
}

/// Each thread's work, while it was alone and while others lived.
#[derive(Debug)]
pub(super) struct Works {
    process: ProcessId,
    together: Option<(Nanos, Nanos)>,
    pub(super) alone: Work,
    pub(super) threads: Vec<Work>,
}

impl Works {
    pub(super) fn of(process: ProcessId, together: Option<(Nanos, Nanos)>) -> Works {
        Works {
            process,
            together,
            alone: Work::default(),
            threads: Vec::new(),
        }
    }

    fn thread(&mut self, thread: ThreadId) -> &mut Work {
        if thread.index() >= self.threads.len() {
            self.threads.resize(thread.index() + 1, Work::default());
        }
        &mut self.threads[thread.index()]
    }

    /// How much of a span lies in the time of more threads.
    fn shared(&self, span: &Span) -> u64 {
        self.together
            .map_or(0, |(from, to)| span.to.min(to).since(span.from.max(from)).0)
    }
}

impl Observer for Works {
    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        if scene.process_of(span.thread) != self.process {
            return;
        }
        let shared = self.shared(span);
        self.thread(span.thread).take(span, shared);
        self.alone.take(span, span.ns() - shared);
    }
}

impl Work {
    fn take(&mut self, span: &Span, ns: u64) {
        match &span.what {
            What::Running { .. } => self.cpu += ns,
            What::Asleep(sleep) => {
                let (asleep, _) = span.asleep_and_queued(sleep);
                let ns = ns.min(asleep);
                match sleep.part {
                    Part::Futex(FutexClass::Join) => {}
                    part if part.group() == PartGroup::Locks => self.locks += ns,
                    part if part.group() == PartGroup::Blocked => self.blocked += ns,
                    _ => {}
                }
            }
            What::Queued { .. } | What::Unseen(_) => {}
        }
    }

    /// The least time it takes, with CPU time slowed down.
    pub(super) fn least(&self, slowdown: f64, with_locks: bool) -> u64 {
        let locks = if with_locks { self.locks } else { 0 };
        (self.cpu as f64 * slowdown) as u64 + self.blocked + locks
    }
}
