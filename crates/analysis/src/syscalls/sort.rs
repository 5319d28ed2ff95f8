//! The orders a table can be shown in.

use std::cmp::Reverse;

use super::SyscallTable;

/// What rows and groups are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Calibrated time, longest first.
    #[default]
    Time,
    /// Time in the kernel on a CPU, longest first.
    Cpu,
    /// Number of calls, most first.
    Count,
    /// Number of failures, most first.
    Errors,
    /// Name or key, A to Z.
    Name,
}

impl SortBy {
    /// Every order, as help lists them.
    pub const ALL: [SortBy; 5] = [
        SortBy::Time,
        SortBy::Cpu,
        SortBy::Count,
        SortBy::Errors,
        SortBy::Name,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            SortBy::Time => "time",
            SortBy::Cpu => "cpu",
            SortBy::Count => "count",
            SortBy::Errors => "errors",
            SortBy::Name => "name",
        }
    }

    /// The order with this name.
    pub fn from_name(name: &str) -> Option<SortBy> {
        SortBy::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

impl SyscallTable {
    /// Sorts rows and groups; equals keep their order.
    pub fn sort(&mut self, by: SortBy) {
        self.calls.sort_by(|a, b| {
            let key = |row: &super::CallRow| match by {
                SortBy::Time => row.calibrated_ns,
                SortBy::Cpu => row.cpu_ns(),
                SortBy::Count => row.count,
                SortBy::Errors => row.failed(),
                SortBy::Name => 0,
            };
            order(by, (key(a), &a.name), (key(b), &b.name))
        });
        self.groups.sort_by(|a, b| {
            let key = |group: &super::CallGroup| match by {
                SortBy::Time => group.calibrated_ns,
                SortBy::Cpu => group.cpu_ns(),
                SortBy::Count => group.count,
                SortBy::Errors => group.failed,
                SortBy::Name => 0,
            };
            order(by, (key(a), &a.key), (key(b), &b.key))
        });
    }
}

fn order(by: SortBy, a: (u64, &String), b: (u64, &String)) -> std::cmp::Ordering {
    match by {
        SortBy::Name => a.1.cmp(b.1),
        _ => Reverse(a.0).cmp(&Reverse(b.0)),
    }
}
