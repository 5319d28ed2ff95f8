//! `keelback bench --compare OLD NEW`: files instead of runs.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, ensure};
use keelback_bench::decide::{Rule, apart::Apart};
use keelback_bench::history::{History, read};
use keelback_report::bench_apart;

use crate::ui;

/// Compares the series that both files have; a single one in each is compared
/// whatever its name.
///
/// # Errors
/// A file cannot be read, or they have nothing in common.
pub(crate) fn compare(old: &Path, new: &Path, rule: &Rule) -> Result<()> {
    let (old, new) = (read(old)?, read(new)?);
    let comparisons = comparisons(&old, &new, rule);
    ensure!(
        !comparisons.is_empty(),
        "the two files have no benchmark in common"
    );
    let text = bench_apart::results(&comparisons, rule);
    ui::stdout().write_all(text.as_bytes())?;
    ui::note(&format!(
        "two files ({}, {}) were measured one after the other: \
         what happened to the machine in between is in the difference",
        old.format, new.format
    ));
    Ok(())
}

fn comparisons(old: &History, new: &History, rule: &Rule) -> Vec<(String, Option<Apart>)> {
    if let ([a], [b]) = (old.series.as_slice(), new.series.as_slice()) {
        return vec![(b.name.clone(), Apart::of(&a.seconds, &b.seconds, rule))];
    }
    old.series
        .iter()
        .filter_map(|a| Some((a, new.series.iter().find(|b| b.name == a.name)?)))
        .map(|(a, b)| (a.name.clone(), Apart::of(&a.seconds, &b.seconds, rule)))
        .collect()
}
