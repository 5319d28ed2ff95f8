//! Folders that the program itself lists at its start.

use std::collections::HashMap;

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::startup::StartPurpose;
use crate::words::{duration, grouped, percent};

/// So many folders are no longer a program's own few.
const MIN_FOLDERS: usize = 100;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let listed = &case.book.directories.by_path;
    let data: Vec<_> = listed.values().filter(|it| it.by_others > 0).collect();
    if data.len() < MIN_FOLDERS {
        return None;
    }
    let times: u64 = data.iter().map(|it| it.by_others).sum();
    let row = case
        .report
        .purposes
        .iter()
        .find(|row| row.purpose == StartPurpose::DataListing)?;
    let size_ns = row.calibrated_ns;
    let mut lines: HashMap<String, u64> = HashMap::new();
    for it in &data {
        *lines.entry(case.line(it.stack)).or_default() += it.by_others;
    }
    let (line, _) = lines.into_iter().max_by_key(|(_, count)| *count)?;
    Some(Finding {
        id: "data-folders",
        severity: case.severity(size_ns),
        text: format!(
            "{} folders were listed {} times at start, {} in the kernel, {} of the start-up, \
             mostly by {line}. This is the program's own search for data, not imports.",
            grouped(data.len() as u64),
            grouped(times),
            duration(size_ns),
            percent(case.report.share(size_ns)),
        ),
        evidence: vec![
            Fact::count("folders", data.len() as u64),
            Fact::count("listings", times),
            Fact::count("calls", row.calls),
            Fact::nanos("time_ns", size_ns),
            Fact::text("line", line),
        ],
        next: "keelback syscalls --by line".into(),
        size_ns,
    })
}
