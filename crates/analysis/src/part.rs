//! The parts a thread's wall time is split into.

use crate::blocked::Blocked;
use crate::futex::FutexClass;

/// What a thread was doing, or what it was waiting for. Every nanosecond of a
/// thread belongs to exactly one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// On a CPU in user space, holding the GIL (free-threaded builds: with a
    /// Python stack). By samples.
    Python,
    /// On a CPU in user space without the GIL: extensions that released it,
    /// other programs, threads of libraries. By samples.
    Native,
    /// On a CPU in the kernel: system calls, page faults, interrupts. By
    /// samples, else by the kernel's own accounting.
    Kernel,
    /// On a CPU, but no sample says where.
    Unsampled,
    /// Asleep on a futex.
    Futex(FutexClass),
    /// Asleep in something else.
    Blocked(Blocked),
    /// Runnable without a CPU: preempted, or woken and not yet running.
    RunQueue,
    /// Between two stops of a tracer, but on no CPU: it waited for one, or for
    /// the tracer. Of an engine that does not see run queues.
    Withheld,
    /// Stopped by a signal or a tracer.
    Stopped,
    /// Events of this time are missing from the recording.
    Unseen,
}

impl Part {
    /// Every part, in the order in which reports list them.
    pub fn all() -> impl Iterator<Item = Part> {
        let running = [Part::Python, Part::Native, Part::Kernel, Part::Unsampled];
        let rest = [Part::RunQueue, Part::Withheld, Part::Stopped, Part::Unseen];
        running
            .into_iter()
            .chain(FutexClass::ALL.into_iter().map(Part::Futex))
            .chain(Blocked::ALL.into_iter().map(Part::Blocked))
            .chain(rest)
    }

    /// What reports call it.
    pub fn label(self) -> &'static str {
        match self {
            Part::Python => "running Python",
            Part::Native => "running other user code",
            Part::Kernel => "in the kernel",
            Part::Unsampled => "running, not sampled",
            Part::Futex(class) => class.label(),
            Part::Blocked(kind) => kind.label(),
            Part::RunQueue => "waiting for a CPU",
            Part::Withheld => "no CPU, or held by the tracer",
            Part::Stopped => "stopped",
            Part::Unseen => "not recorded",
        }
    }

    /// Its key in `--json`; stable.
    pub fn key(self) -> &'static str {
        match self {
            Part::Python => "python",
            Part::Native => "native",
            Part::Kernel => "kernel",
            Part::Unsampled => "unsampled",
            Part::Futex(class) => class.key(),
            Part::Blocked(kind) => kind.key(),
            Part::RunQueue => "runqueue",
            Part::Withheld => "withheld",
            Part::Stopped => "stopped",
            Part::Unseen => "unseen",
        }
    }

    /// The coarse group it belongs to.
    pub fn group(self) -> PartGroup {
        match self {
            Part::Python | Part::Native | Part::Kernel | Part::Unsampled => PartGroup::Running,
            Part::Futex(class) => class.group(),
            Part::Blocked(_) => PartGroup::Blocked,
            Part::RunQueue => PartGroup::RunQueue,
            Part::Withheld | Part::Stopped | Part::Unseen => PartGroup::Other,
        }
    }
}

/// Parts that a reader thinks of together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartGroup {
    /// On a CPU.
    Running,
    /// Waiting for the GIL.
    Gil,
    /// The releaser of the GIL waits until someone else took it.
    ForcedSwitch,
    /// Asleep on any other lock.
    Locks,
    /// Asleep in a system call or a fault.
    Blocked,
    /// Waiting for a CPU.
    RunQueue,
    /// Stopped, held by the tracer, or not recorded.
    Other,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Part;

    #[test]
    fn keys_and_labels_are_unique() {
        let count = Part::all().count();
        assert_eq!(
            Part::all().map(Part::key).collect::<HashSet<_>>().len(),
            count
        );
        assert_eq!(
            Part::all().map(Part::label).collect::<HashSet<_>>().len(),
            count
        );
    }
}
