//! What the lints look at, and the list of them.

use crate::finding::{Finding, Severity};
use crate::model::Scene;
use crate::startup::book::StartupBook;
use crate::startup::report::Startup;
use crate::startup::tree::Time;
use keelback_trace::StackId;

/// A start-up that was taken apart.
pub(in crate::startup) struct Case<'a> {
    pub(in crate::startup) book: &'a StartupBook,
    pub(in crate::startup) report: &'a Startup,
    pub(in crate::startup) scene: &'a Scene<'a>,
}

type Lint = fn(&Case<'_>) -> Option<Finding>;

const LINTS: [Lint; 13] = [
    super::stale_bytecode::check,
    super::chunk_cliff::check,
    super::data_folders::check,
    super::twice_listed::check,
    super::children::check,
    super::dead_entries::check,
    super::file_system::check,
    super::loader_search::check,
    super::pth_code::check,
    super::slow_site::check,
    super::unused_imports::check,
    super::spinning_threads::check,
    super::idle_threads::check,
];

/// All findings, the largest first.
pub(in crate::startup) fn all(case: &Case<'_>) -> Vec<Finding> {
    let mut found: Vec<_> = LINTS.iter().filter_map(|check| check(case)).collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.size_ns));
    found
}

impl Case<'_> {
    /// By the share of the start-up that is concerned.
    pub(super) fn severity(&self, ns: u64) -> Severity {
        Severity::by_share(self.report.share(ns))
    }

    /// A time of both kinds, nanoseconds.
    pub(super) fn weigh(&self, time: Time) -> u64 {
        time.ns(self.report.sample_ns, self.book.samples.period_ns)
    }

    /// `function (file:line)` of the innermost frame outside of the import
    /// system and threading; empty without one.
    pub(super) fn line(&self, stack: StackId) -> String {
        self.scene.frame_label(self.scene.stacks().site(stack))
    }
}
