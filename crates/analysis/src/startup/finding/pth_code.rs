//! Code that `.pth` files run at each start.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{duration, percent};

/// Less than this share of the start-up is not worth a line.
const MIN_SHARE: f64 = 0.02;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let size_ns = case.weigh(case.book.pth);
    let share = case.report.share(size_ns);
    if share < MIN_SHARE {
        return None;
    }
    Some(Finding {
        id: "pth-code",
        severity: case.severity(size_ns),
        text: format!(
            "Code in .pth files of site-packages runs at every start of this Python: {}, {} of \
             this one, with what it imports. python -S leaves it out; so does removing the files.",
            duration(size_ns),
            percent(share),
        ),
        evidence: vec![Fact::nanos("time_ns", size_ns), Fact::share("share", share)],
        next: String::new(),
        size_ns,
    })
}
