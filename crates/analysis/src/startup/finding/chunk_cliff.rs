//! A call that maps a chunk of the data stack and unmaps it again, each time.

use std::collections::HashMap;

use keelback_trace::StackId;

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::words::{duration, grouped, percent};

/// A start without the cliff has a few such pairs by chance.
const MIN_PAIRS: u64 = 100;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let pairs = &case.book.chunks.by_stack;
    let total: u64 = pairs.values().map(|it| it.0).sum();
    let size_ns: u64 = pairs.values().map(|it| it.1).sum();
    if total < MIN_PAIRS {
        return None;
    }
    let mut lines: HashMap<String, (u64, StackId)> = HashMap::new();
    for (stack, (count, _)) in pairs {
        let line = lines.entry(case.line(*stack)).or_insert((0, *stack));
        line.0 += count;
    }
    let (line, (most, _)) = lines.into_iter().max_by_key(|(_, it)| it.0)?;
    Some(Finding {
        id: "chunk-cliff",
        severity: case.severity(size_ns),
        text: format!(
            "{} times a piece of memory was mapped and at once unmapped again, {} in all, {} of \
             the start-up; {} of them under {line}. The interpreter's data stack ends there: each \
             call from that depth maps a new chunk of it (3.11 to 3.14). One frame more or less \
             above it helps, and so does a Python that keeps a chunk.",
            grouped(total),
            duration(size_ns),
            percent(case.report.share(size_ns)),
            grouped(most),
        ),
        evidence: vec![
            Fact::count("pairs", total),
            Fact::nanos("time_ns", size_ns),
            Fact::count("at_line", most),
            Fact::text("line", line),
        ],
        next: "keelback syscalls --by line".into(),
        size_ns,
    })
}
