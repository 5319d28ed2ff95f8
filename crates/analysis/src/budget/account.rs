//! One thread's account: what its spans, samples and totals say so far.

use keelback_trace::{EventKind, GilView, Nanos, Provenance, StackId, ThreadId};

use super::apportion;
use super::types::{Budget, Counted};
use crate::model::{Scene, Span, What};
use crate::part::Part;

/// Sums one thread up.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    /// Its first instant.
    pub(super) first: Option<Nanos>,
    /// Time in parts that switches tell exactly.
    exact: Budget,
    /// Time on a CPU before its end was reported.
    running_ns: u64,
    sampled: Sampled,
    usage: Usage,
    born_here: bool,
}

/// Samples by what the thread was doing.
#[derive(Clone, Copy, Debug, Default)]
struct Sampled {
    python: u64,
    native: u64,
    kernel: u64,
}

/// The kernel's running totals: the first seen and the last.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    first: Option<Counted>,
    last: Counted,
}

impl Account {
    pub(super) fn span(&mut self, span: &Span) {
        self.first.get_or_insert(span.from);
        self.exact.wall_ns += span.ns();
        match &span.what {
            What::Running { exiting: false } => self.running_ns += span.ns(),
            What::Running { exiting: true } => self.exact.put(Part::Kernel, span.ns()),
            What::Queued { .. } => self.exact.put(Part::RunQueue, span.ns()),
            What::Unseen(_) => self.exact.put(Part::Unseen, span.ns()),
            What::Asleep(sleep) => {
                let (asleep, queued) = span.asleep_and_queued(sleep);
                self.exact.put(sleep.part, asleep);
                self.exact.put(Part::RunQueue, queued);
            }
        }
    }

    pub(super) fn event(&mut self, at: Nanos, kind: &EventKind) {
        self.first.get_or_insert(at);
        match *kind {
            EventKind::Started { by } => self.born_here |= by != ThreadId::NONE,
            EventKind::Usage {
                minor_faults,
                major_faults,
                user_ns,
                system_ns,
            } => self.usage.see(Counted {
                minor_faults,
                major_faults,
                user_ns,
                system_ns,
            }),
            _ => {}
        }
    }

    pub(super) fn sample(&mut self, part: Part) {
        match part {
            Part::Python => self.sampled.python += 1,
            Part::Native => self.sampled.native += 1,
            _ => self.sampled.kernel += 1,
        }
    }

    pub(super) fn samples(&self) -> u64 {
        self.sampled.python + self.sampled.native + self.sampled.kernel
    }

    /// What the kernel counted during the recording. Totals run from a
    /// thread's birth, so what a thread brought along at an attach comes off.
    pub(super) fn counted(&self, attached: bool) -> Counted {
        match (attached && !self.born_here, self.usage.first) {
            (true, Some(first)) => self.usage.last.since(&first),
            _ => self.usage.last,
        }
    }

    /// The budget: the parts switches tell, and time on a CPU split by its
    /// samples; without any, by the kernel's accounting.
    pub(super) fn budget(&self, origin: &Provenance) -> Budget {
        let mut budget = self.exact.clone();
        let attached = origin.attached;
        if origin.unseen.run_queue {
            budget.rename(Part::RunQueue, Part::Withheld);
        }
        let running_ns = self.on_cpu(origin);
        budget.put(Part::Withheld, self.running_ns - running_ns);
        let Sampled {
            python,
            native,
            kernel,
        } = self.sampled;
        if self.samples() > 0 {
            let [python, native, kernel] = apportion(running_ns, [python, native, kernel]);
            budget.put(Part::Python, python);
            budget.put(Part::Native, native);
            budget.put(Part::Kernel, kernel);
        } else {
            let counted = self.counted(attached);
            let weights = [counted.system_ns, counted.user_ns];
            let [kernel, unsampled] = apportion(running_ns, weights);
            budget.put(Part::Kernel, kernel);
            budget.put(Part::Unsampled, unsampled);
        }
        budget
    }
}

impl Account {
    /// Time on a CPU. Where run queues are not seen, what lies between sleeps
    /// holds waits for a CPU, too: the kernel's own count of CPU time is less.
    fn on_cpu(&self, origin: &Provenance) -> u64 {
        let counted = self.counted(origin.attached);
        match (origin.unseen.run_queue, counted.user_ns + counted.system_ns) {
            (true, cpu @ 1..) => self.running_ns.min(cpu),
            _ => self.running_ns,
        }
    }
}

impl Usage {
    fn see(&mut self, counted: Counted) {
        self.first.get_or_insert(counted);
        self.last = counted;
    }
}

impl Counted {
    fn since(&self, earlier: &Counted) -> Counted {
        Counted {
            minor_faults: self.minor_faults.saturating_sub(earlier.minor_faults),
            major_faults: self.major_faults.saturating_sub(earlier.major_faults),
            user_ns: self.user_ns.saturating_sub(earlier.user_ns),
            system_ns: self.system_ns.saturating_sub(earlier.system_ns),
        }
    }
}

/// What a sample says the thread was doing.
///
/// In a build with a GIL "running Python" means holding it: an extension that
/// keeps the GIL counts, one that released it does not. Where the GIL's fields
/// do not tell whose it is, a Python stack must do.
pub(crate) fn sampled_part(
    thread: ThreadId,
    user: bool,
    gil: GilView,
    stack: StackId,
    scene: &Scene<'_>,
) -> Part {
    let has_stack = stack != StackId::NONE;
    let python = match gil {
        _ if scene.is_free_threaded(scene.process_of(thread)) => has_stack,
        GilView::Held(holder) if holder != ThreadId::NONE => holder == thread,
        GilView::Held(_) | GilView::Unknown => has_stack,
        GilView::Free => false,
    };
    match (user, python) {
        (false, _) => Part::Kernel,
        (true, true) => Part::Python,
        (true, false) => Part::Native,
    }
}
