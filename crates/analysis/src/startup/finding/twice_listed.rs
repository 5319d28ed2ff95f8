//! Directories that were listed more than once.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{duration, grouped, percent};

/// CPython itself lists a few folders twice (its library, site-packages).
const MIN_AGAIN: u64 = 20;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let known = case.scene.known;
    let listed = &case.book.directories.by_path;
    let (mut again, mut size_ns, mut folders) = (0, 0, 0);
    let mut most = (0, "");
    for (path, it) in listed {
        let times = it.by_imports + it.by_others;
        if times < 2 {
            continue;
        }
        folders += 1;
        again += times - 1;
        size_ns += it.ns * (times - 1) / times;
        most = most.max((times, known.text(*path)));
    }
    if again < MIN_AGAIN {
        return None;
    }
    Some(Finding {
        id: "listed-twice",
        severity: case.severity(size_ns),
        text: format!(
            "{} folders were listed again though they had been listed before, {} times in all; \
             the repetitions took {} in the kernel, {} of the start-up. {} was listed {} times.",
            grouped(folders),
            grouped(again),
            duration(size_ns),
            percent(case.report.share(size_ns)),
            most.1,
            most.0,
        ),
        evidence: vec![
            Fact::count("folders", folders),
            Fact::count("again", again),
            Fact::nanos("again_ns", size_ns),
            Fact::text("folder", most.1),
        ],
        next: "keelback syscalls --by line".into(),
        size_ns,
    })
}
