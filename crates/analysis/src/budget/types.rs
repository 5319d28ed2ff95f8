//! Budgets of threads and processes.

use crate::part::{Part, PartGroup};

/// Wall time and where it went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// The time that is split, nanoseconds.
    pub wall_ns: u64,
    /// The parts that are not zero, in [`Part::all`]'s order; they sum to
    /// `wall_ns` exactly.
    pub slices: Vec<Slice>,
}

/// One part of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Which.
    pub part: Part,
    /// How long, nanoseconds.
    pub ns: u64,
}

impl Budget {
    /// Time in one part, nanoseconds.
    pub fn of(&self, part: Part) -> u64 {
        self.sum(|it| it == part)
    }

    /// Time in a group of parts, nanoseconds.
    pub fn of_group(&self, group: PartGroup) -> u64 {
        self.sum(|it| it.group() == group)
    }

    /// `ns` as a share of this budget, 0 to 1.
    pub fn share(&self, ns: u64) -> f64 {
        ns as f64 / self.wall_ns.max(1) as f64
    }

    /// Adds another budget's parts and wall time.
    pub fn add(&mut self, other: &Budget) {
        self.wall_ns += other.wall_ns;
        for slice in &other.slices {
            self.put(slice.part, slice.ns);
        }
    }

    /// Adds time to a part without touching `wall_ns`.
    pub(crate) fn put(&mut self, part: Part, ns: u64) {
        if ns == 0 {
            return;
        }
        match self.slices.binary_search_by_key(&part, |slice| slice.part) {
            Ok(at) => self.slices[at].ns += ns,
            Err(at) => self.slices.insert(at, Slice { part, ns }),
        }
    }

    /// Time in one part belongs to another.
    pub(crate) fn rename(&mut self, from: Part, to: Part) {
        let ns = self.of(from);
        self.slices.retain(|slice| slice.part != from);
        self.put(to, ns);
    }

    fn sum(&self, wanted: impl Fn(Part) -> bool) -> u64 {
        let slices = self.slices.iter().filter(|slice| wanted(slice.part));
        slices.map(|slice| slice.ns).sum()
    }
}

/// A thread and its budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadBudget {
    /// Its tid.
    pub tid: u32,
    /// The pid of its process.
    pub pid: u32,
    /// Its last name.
    pub name: String,
    /// Is it its process's first thread?
    pub main: bool,
    /// Did it ever run Python?
    pub python: bool,
    /// Its first instant, nanoseconds since the recording's.
    pub first_ns: u64,
    /// Where its time went.
    pub budget: Budget,
    /// What the kernel counted for it, during the recording.
    pub counted: Counted,
    /// Samples that fell on it.
    pub samples: u64,
}

/// What the kernel's own accounting says; see `EventKind::Usage`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Page faults served without I/O.
    pub minor_faults: u64,
    /// Page faults that waited for I/O.
    pub major_faults: u64,
    /// CPU time in user space, nanoseconds.
    pub user_ns: u64,
    /// CPU time in the kernel, nanoseconds.
    pub system_ns: u64,
}

impl Counted {
    /// Adds another thread's.
    pub fn add(&mut self, other: &Counted) {
        self.minor_faults += other.minor_faults;
        self.major_faults += other.major_faults;
        self.user_ns += other.user_ns;
        self.system_ns += other.system_ns;
    }
}

/// A process: its threads' time summed, and its main thread's as the view
/// that a clock on the wall has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessBudget {
    /// Its pid.
    pub pid: u32,
    /// Its parent's pid; 0 when that is not recorded.
    pub parent_pid: u32,
    /// Its last command line.
    pub command: String,
    /// Its first instant, nanoseconds since the recording's.
    pub first_ns: u64,
    /// How many threads it had.
    pub threads: u64,
    /// The main thread's budget.
    pub main: Budget,
    /// All threads' budgets summed; `wall_ns` is thread-time.
    pub total: Budget,
    /// All threads' counts summed.
    pub counted: Counted,
    /// `wait(2)` status, when its end was seen.
    pub exit_status: Option<i32>,
}
