//! The loader looks for libraries in many folders that have none of them.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{duration, grouped, percent};

/// An rpath of its own costs a Python a few dozen; more is a search.
const MIN_SEARCHES: u64 = 100;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let folders = case.book.searches.folders(case.scene.known);
    let calls: u64 = folders.iter().map(|it| it.calls).sum();
    let size_ns = folders.iter().map(|it| it.ns).sum();
    let most = folders.first()?;
    if calls < MIN_SEARCHES {
        return None;
    }
    Some(Finding {
        id: "loader-search",
        severity: case.severity(size_ns),
        text: format!(
            "The loader looked {} times for a library where it is not, in {} folders: {} in the \
             kernel, {} of the start-up; most often in {}, {} times. LD_LIBRARY_PATH and the \
             rpath of a library are searched for each library, with a folder for each kind of \
             processor: shorten them.",
            grouped(calls),
            grouped(folders.len() as u64),
            duration(size_ns),
            percent(case.report.share(size_ns)),
            most.folder,
            grouped(most.calls),
        ),
        evidence: vec![
            Fact::count("calls", calls),
            Fact::count("folders", folders.len() as u64),
            Fact::nanos("time_ns", size_ns),
            Fact::text("folder", &most.folder),
        ],
        next: String::new(),
        size_ns,
    })
}
