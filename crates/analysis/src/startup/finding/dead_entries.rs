//! Folders of `sys.path` that are asked at each import and give nothing.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{duration, grouped, percent};

/// An entry costs a question per import; so many are a search.
const MIN_ASKED: u64 = 500;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let barren = |folder: &str| {
        let below = |file: &str| {
            file.strip_prefix(folder)
                .is_some_and(|it| it.starts_with('/'))
        };
        !case.report.imports.iter().any(|row| below(&row.file))
    };
    let rows = case.report.entries.iter();
    let rows: Vec<_> = rows
        .filter(|row| row.found == 0 && row.checks + row.failed > 2 && barren(&row.folder))
        .collect();
    let asked: u64 = rows.iter().map(|row| row.checks + row.failed).sum();
    let size_ns: u64 = rows.iter().map(|row| row.ns).sum();
    let dearest = rows.iter().max_by_key(|row| row.ns)?;
    if asked < MIN_ASKED {
        return None;
    }
    Some(Finding {
        id: "dead-path-entries",
        severity: case.severity(size_ns),
        text: format!(
            "{} folders are asked at every import and no module came from them: {} calls, {} in \
             the kernel, {} of the start-up; dearest {}. Take them off sys.path, or put them last.",
            grouped(rows.len() as u64),
            grouped(asked),
            duration(size_ns),
            percent(case.report.share(size_ns)),
            dearest.folder,
        ),
        evidence: vec![
            Fact::count("folders", rows.len() as u64),
            Fact::count("calls", asked),
            Fact::nanos("time_ns", size_ns),
            Fact::text("folder", &dearest.folder),
        ],
        next: String::new(),
        size_ns,
    })
}
