//! The ways in which the calls are made.

/// One way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Every recorded call, in order.
    Recorded,
    /// Only calls that io_uring has, in order: what io_uring is compared with.
    Convertible,
    /// Each question, listing and read once.
    NoRedundant,
    /// A ring is set up and torn down; nothing else.
    RingAlone,
    /// One operation an enter, each waited for.
    RingOne,
    /// A file's open, read and close linked, one submit a file.
    RingChain,
    /// Waves of files: opens and stats, then reads, then closes.
    RingWaves,
    /// Chains and stats of a wave of files in one submit.
    RingAll,
    /// The same with `DEFER_TASKRUN`.
    RingAllDefer,
    /// The same with a polling kernel thread.
    RingAllPoll,
    /// Paths known from an index: chains of files in one submit, with
    /// `DEFER_TASKRUN`. Nothing is asked, so nothing goes to a worker.
    RingIndex,
    /// Files read by two threads, nothing asked.
    Threads2,
    /// The same by eight.
    Threads8,
    /// Paths known from an index: each file opened, read, closed.
    Index,
    /// One file that has all of them.
    Packed,
}

impl Mode {
    /// Every way, in the order of reports.
    pub const ALL: [Mode; 15] = [
        Mode::Recorded,
        Mode::Convertible,
        Mode::NoRedundant,
        Mode::RingAlone,
        Mode::RingOne,
        Mode::RingChain,
        Mode::RingWaves,
        Mode::RingAll,
        Mode::RingAllDefer,
        Mode::RingAllPoll,
        Mode::RingIndex,
        Mode::Threads2,
        Mode::Threads8,
        Mode::Index,
        Mode::Packed,
    ];

    /// Its name in reports and `--json`; stable.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Recorded => "as recorded",
            Mode::Convertible => "what io_uring has, plain",
            Mode::NoRedundant => "without the redundant",
            Mode::RingAlone => "io_uring: set-up alone",
            Mode::RingOne => "io_uring: one op an enter",
            Mode::RingChain => "io_uring: a chain a file",
            Mode::RingWaves => "io_uring: waves",
            Mode::RingAll => "io_uring: all in one submit",
            Mode::RingAllDefer => "io_uring: all, DEFER_TASKRUN",
            Mode::RingAllPoll => "io_uring: all, SQPOLL",
            Mode::RingIndex => "io_uring: path index",
            Mode::Threads2 => "2 threads, no stat",
            Mode::Threads8 => "8 threads, no stat",
            Mode::Index => "path index",
            Mode::Packed => "one packed file",
        }
    }

    /// Does it do the same work as [`Mode::Convertible`] through io_uring?
    pub fn is_ring(self) -> bool {
        matches!(
            self,
            Mode::RingOne
                | Mode::RingChain
                | Mode::RingWaves
                | Mode::RingAll
                | Mode::RingAllDefer
                | Mode::RingAllPoll
        )
    }

    /// What its ratio is to.
    pub fn base(self) -> Mode {
        match self {
            Mode::RingIndex => Mode::Index,
            Mode::RingAlone => Mode::Convertible,
            _ if self.is_ring() => Mode::Convertible,
            _ => Mode::Recorded,
        }
    }
}
