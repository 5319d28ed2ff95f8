//! What a report on locks says.

use crate::facts::Facts;
use crate::finding::Finding;
use crate::futex::FutexClass;

/// The locks of every process in the recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LockReport {
    /// The recording.
    pub facts: Facts,
    /// Locks, longest wait first.
    pub locks: Vec<Lock>,
    /// What stands out.
    pub findings: Vec<Finding>,
}

/// One lock, told apart by its process and address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// What kind.
    pub class: FutexClass,
    /// The type of the object that it is in, such as `list`; empty when it is in
    /// none or that is not known.
    pub object: String,
    /// The pid of its process.
    pub pid: u32,
    /// Its address, or its semaphore's.
    pub address: u64,
    /// Did every wait for it wait for news (a condition, an event, a queue)
    /// rather than for another thread to be done?
    pub for_news: bool,
    /// How many waits.
    pub count: u64,
    /// Their time asleep, nanoseconds.
    pub wait_ns: u64,
    /// The longest, nanoseconds.
    pub max_ns: u64,
    /// From wake-up to running, nanoseconds; not in `wait_ns`.
    pub handover_ns: u64,
    /// Waits by waiter and owner, longest first.
    pub waits: Vec<LockWait>,
}

/// Waits of one line for a thread at one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockWait {
    /// Who waited.
    pub waiter_tid: u32,
    /// Its name.
    pub waiter: String,
    /// Where.
    pub waiter_frame: String,
    /// Who ended the wait: it gave the lock back, brought the news, or ended
    /// itself; 0 when that is not known or it was a time-out.
    pub owner_tid: u32,
    /// Its name.
    pub owner: String,
    /// Where it did that.
    pub owner_frame: String,
    /// How many.
    pub count: u64,
    /// Their time asleep, nanoseconds.
    pub total_ns: u64,
    /// The longest, nanoseconds.
    pub max_ns: u64,
}
