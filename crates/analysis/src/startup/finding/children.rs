//! Processes that are started while modules are imported.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{duration, percent};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let children: Vec<_> = case
        .book
        .children
        .iter()
        .filter(|it| it.importing)
        .collect();
    let end = case.book.until;
    let longest = children.iter().max_by_key(|it| it.lasted(end))?;
    let size_ns = children.iter().map(|it| it.lasted(end)).sum();
    let command = case.scene.command(longest.process);
    let line = case.line(longest.stack);
    Some(Finding {
        id: "child-at-import",
        severity: case.severity(size_ns),
        text: format!(
            "{} started while a module was being imported, and lived {} in all, {} of the \
             start-up; longest `{command}`{}.",
            match children.len() {
                1 => "1 process was".to_owned(),
                many => format!("{many} processes were"),
            },
            duration(size_ns),
            percent(case.report.share(size_ns)),
            crate::finding::at(&line),
        ),
        evidence: vec![
            Fact::count("children", children.len() as u64),
            Fact::nanos("lived_ns", size_ns),
            Fact::text("command", command),
            Fact::text("line", line),
        ],
        next: "keelback report".into(),
        size_ns,
    })
}
