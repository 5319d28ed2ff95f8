//! Processes that are started while modules are imported.

use keelback_trace::StackId;
use keelback_trace::define::Frame;

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{duration, percent};

/// Files of the standard library that start processes on behalf of others.
const STARTERS: [&str; 3] = ["/subprocess.py", "/os.py", "<frozen os>"];

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
    let line = asker(case, longest.stack);
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

/// `function (file:line)` of who wanted the process: not the library that
/// starts them for everyone.
fn asker(case: &Case<'_>, stack: StackId) -> String {
    let known = case.scene.known;
    let is_library = |frame: &Frame| {
        let code = known.codes.get(frame.code.index());
        let file = code.map_or("", |it| known.text(it.file));
        STARTERS.iter().any(|it| file.ends_with(it))
    };
    let frame = known.frames_of(stack).find(|it| !is_library(it));
    frame.map_or(String::new(), |it| known.frame_label(it))
}
