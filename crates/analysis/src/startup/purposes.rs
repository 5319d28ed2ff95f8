//! Sums by purpose.

use std::collections::BTreeMap;

use super::StartPurpose;
use super::last_asked::Question;
use super::report::PurposeRow;

/// Sums of calls by purpose.
#[derive(Debug, Default)]
pub(super) struct Purposes(BTreeMap<StartPurpose, PurposeRow>);

impl Purposes {
    /// A call ended.
    pub(super) fn add(&mut self, purpose: StartPurpose, ret: i64, took: u64, calibrated_ns: u64) {
        let row = self.row(purpose);
        row.calls += 1;
        row.failed += u64::from((-4095..0).contains(&ret));
        row.time_ns += took;
        row.calibrated_ns += calibrated_ns;
    }

    /// A call that succeeded turns out to have had another purpose.
    pub(super) fn correct(&mut self, was: &Question, is: StartPurpose) {
        let row = self.row(was.purpose);
        row.calls -= 1;
        row.time_ns -= was.took;
        row.calibrated_ns -= was.ns;
        self.add(is, 0, was.took, was.ns);
    }

    /// The purpose's own row.
    pub(super) fn row(&mut self, purpose: StartPurpose) -> &mut PurposeRow {
        self.0
            .entry(purpose)
            .or_insert_with(|| PurposeRow::of(purpose))
    }

    /// The rows, dearest first.
    pub(super) fn rows(&self) -> Vec<PurposeRow> {
        let rows = self.0.values().filter(|row| row.calls > 0);
        let mut rows: Vec<_> = rows.copied().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.calibrated_ns), row.purpose));
        rows
    }
}
