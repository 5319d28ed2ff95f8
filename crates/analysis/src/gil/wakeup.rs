//! How long the woken take to get a CPU, and whether it is the releaser's.

use keelback_trace::{Nanos, ThreadId};

use super::types::Wakeups;

/// Sums wake-ups out of GIL waits.
#[derive(Debug, Default)]
pub(super) struct WakeupSum {
    threads: Vec<ThreadNow>,
    sum: Wakeups,
}

#[derive(Clone, Copy, Debug, Default)]
struct ThreadNow {
    cpu: u16,
    /// When it was woken, and from which CPU.
    woken: Option<(Nanos, u16)>,
}

impl WakeupSum {
    /// `by` let go of the GIL and woke `thread`.
    pub(super) fn woken(&mut self, thread: ThreadId, by: ThreadId, at: Nanos) {
        let cpu = self.thread(by).cpu;
        self.thread(thread).woken = Some((at, cpu));
    }

    pub(super) fn switched_in(&mut self, thread: ThreadId, cpu: u16, at: Nanos) {
        let thread = self.thread(thread);
        thread.cpu = cpu;
        let Some((woken, from)) = thread.woken.take() else {
            return;
        };
        let (count, ns) = match from == cpu {
            true => (&mut self.sum.same_cpu, &mut self.sum.same_cpu_ns),
            false => (&mut self.sum.other_cpu, &mut self.sum.other_cpu_ns),
        };
        *count += 1;
        *ns += at.since(woken).0;
    }

    pub(super) fn sum(&self) -> Wakeups {
        self.sum
    }

    fn thread(&mut self, thread: ThreadId) -> &mut ThreadNow {
        if thread.index() >= self.threads.len() {
            self.threads
                .resize(thread.index() + 1, ThreadNow::default());
        }
        &mut self.threads[thread.index()]
    }
}
