//! What viewers call threads and functions.

use keelback_analysis::Chart;
use keelback_trace::{CodeId, Dictionary, ThreadId};

/// `worker 4711`: a thread's name is rarely its own.
pub(crate) fn thread(chart: &Chart, thread: ThreadId) -> String {
    match chart.threads.get(thread.index()) {
        Some(it) => format!("{} {}", it.name, it.tid),
        None => "?".into(),
    }
}

/// `function (file:first line)`.
pub(crate) fn code(known: &Dictionary, code: CodeId) -> String {
    let Some(code) = known.codes.get(code.index()) else {
        return "?".into();
    };
    let (name, file) = (known.text(code.name), known.text(code.file));
    format!("{name} ({file}:{})", code.first_line)
}
