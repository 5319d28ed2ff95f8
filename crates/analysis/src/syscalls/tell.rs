//! From sums to the table that reports print.

use std::collections::HashMap;

use keelback_trace::{CodeId, FrameId, ProcessId, TextId, ThreadId};

use super::book::{CallBook, GroupKey, NO_KEY};
use super::sum::CallSum;
use super::{By, CallGroup, CallRow, ErrorCount, FutexRow, Purpose, SyscallTable};
use super::{call_name, errno_name};
use crate::facts::Facts;
use crate::model::Scene;
use crate::path_class::PathClass;
use crate::words;

/// Calls of one number from one place, with what they sum to.
pub(crate) struct LineCalls {
    /// `function (file:line)`; empty without a Python stack.
    pub(crate) line: String,
    /// The program's own frame, when it is another.
    pub(crate) caller: String,
    pub(crate) call: String,
    pub(crate) sum: CallSum,
}

/// The table of a finished book, without findings.
pub(crate) fn table(
    book: &CallBook,
    by: Option<By>,
    facts: &Facts,
    scene: &Scene<'_>,
) -> SyscallTable {
    let calls: u64 = book.calls.values().map(|sum| sum.count).sum();
    let added = match book.every_call {
        true => calls.saturating_mul(facts.cost.call_cost_ns),
        false => 0,
    };
    let untraced_ns = book.thread_ns.saturating_sub(added);
    let futex = book.futexes.rows();
    let futex_line = futex_line(&futex, book.every_call, scene);
    SyscallTable {
        facts: facts.clone(),
        every_call: book.every_call,
        thread_ns: book.thread_ns,
        untraced_ns,
        total: total(book, untraced_ns),
        calls: rows(book, untraced_ns),
        by,
        groups: by.map_or(Vec::new(), |by| groups(book, by, untraced_ns, scene)),
        futex,
        futex_line,
        findings: Vec::new(),
    }
}

/// Calls by place and number, most first.
pub(crate) fn line_calls(book: &CallBook, scene: &Scene<'_>) -> Vec<LineCalls> {
    let mut lines: Vec<_> = book.lines.iter().collect();
    lines.sort_by_key(|(key, sum)| (std::cmp::Reverse(sum.count), **key));
    lines
        .into_iter()
        .map(|(&(place, nr), sum)| LineCalls {
            line: place.site_label(scene),
            caller: place.caller_label(scene),
            call: call_name(nr),
            sum: sum.clone(),
        })
        .collect()
}

fn total(book: &CallBook, untraced_ns: u64) -> CallRow {
    let mut total = CallSum::default();
    for sum in book.calls.values() {
        total.merge(sum);
    }
    row("total".into(), &total, untraced_ns)
}

fn rows(book: &CallBook, untraced_ns: u64) -> Vec<CallRow> {
    let mut calls: Vec<_> = book.calls.iter().collect();
    calls.sort_by_key(|&(&nr, sum)| (std::cmp::Reverse((sum.calibrated_ns, sum.count)), nr));
    calls
        .into_iter()
        .map(|(&nr, sum)| row(call_name(nr), sum, untraced_ns))
        .collect()
}

fn row(name: String, sum: &CallSum, untraced_ns: u64) -> CallRow {
    let errors = sum.errors().into_iter();
    CallRow {
        name,
        count: sum.count,
        tallied: sum.tallied,
        errors: errors
            .map(|(errno, count)| ErrorCount {
                name: errno_name(errno),
                count,
            })
            .collect(),
        time_ns: sum.time_ns,
        calibrated_ns: sum.calibrated_ns,
        blocked_ns: sum.blocked_ns,
        share: words::share(sum.calibrated_ns, untraced_ns),
    }
}

fn groups(book: &CallBook, by: By, untraced_ns: u64, scene: &Scene<'_>) -> Vec<CallGroup> {
    let mut sums: HashMap<GroupKey, (CallSum, u16, u64)> = HashMap::new();
    let mut keys: Vec<_> = book.groups.iter().collect();
    keys.sort_by_key(|(key, _)| **key);
    for (&(key, nr), sum) in keys {
        let (whole, top, most) = sums.entry(key).or_insert((CallSum::default(), nr, 0));
        whole.merge(sum);
        if sum.count > *most {
            (*top, *most) = (nr, sum.count);
        }
    }
    let mut groups: Vec<_> = sums
        .into_iter()
        .map(|(key, (sum, top, _))| group(label(by, key, scene), &sum, top, untraced_ns))
        .collect();
    groups.sort_by(|a, b| {
        let order = (b.calibrated_ns, b.count).cmp(&(a.calibrated_ns, a.count));
        order.then_with(|| a.key.cmp(&b.key))
    });
    groups
}

fn group(key: String, sum: &CallSum, top: u16, untraced_ns: u64) -> CallGroup {
    CallGroup {
        key,
        count: sum.count,
        failed: sum.failed(),
        time_ns: sum.time_ns,
        calibrated_ns: sum.calibrated_ns,
        blocked_ns: sum.blocked_ns,
        share: words::share(sum.calibrated_ns, untraced_ns),
        top_call: call_name(top),
    }
}

fn label(by: By, key: GroupKey, scene: &Scene<'_>) -> String {
    let known = scene.known;
    match by {
        By::Line | By::Function | By::Module if key == NO_KEY => "(no Python stack)".into(),
        By::Line => {
            let frame = known.frames.get(FrameId(key).index());
            frame.map_or("?".into(), |&frame| known.frame_label(frame))
        }
        By::Function => match known.codes.get(CodeId(key).index()) {
            Some(code) => format!("{} ({})", known.text(code.name), known.text(code.file)),
            None => "?".into(),
        },
        By::Module => module_name(known.text(TextId(key))),
        By::Purpose => name_of(Purpose::ALL.get(key as usize).map(|it| it.name())),
        By::PathClass => name_of(PathClass::ALL.get(key as usize).map(|it| it.name())),
        By::Thread => {
            let thread = ThreadId(key);
            format!("{} {}", scene.tid(thread), scene.thread_name(thread))
        }
        By::Process => {
            let process = ProcessId(key);
            format!("{} {}", scene.pid(process), scene.command(process))
        }
    }
}

fn name_of(name: Option<&'static str>) -> String {
    name.unwrap_or("?").into()
}

/// `json.decoder` for `…/lib/python3.11/json/decoder.py`; the file itself where
/// it lies in no place that modules are named from.
fn module_name(file: &str) -> String {
    if let Some(frozen) = file
        .strip_prefix("<frozen ")
        .and_then(|it| it.strip_suffix('>'))
    {
        return frozen.into();
    }
    let Some(inside) = inside_a_library(file) else {
        return file.into();
    };
    let stem = inside.strip_suffix(".py").unwrap_or(inside);
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    stem.replace('/', ".")
}

fn inside_a_library(file: &str) -> Option<&str> {
    for place in ["/site-packages/", "/dist-packages/"] {
        if let Some((_, inside)) = file.rsplit_once(place) {
            return Some(inside);
        }
    }
    if PathClass::of(file) != PathClass::Stdlib {
        return None;
    }
    let (_, after) = file.split_once("/python")?;
    after.split_once('/').map(|(_, inside)| inside)
}

/// Story 1: whose futexes are these, when the program has no threads?
fn futex_line(rows: &[FutexRow], every_call: bool, scene: &Scene<'_>) -> String {
    let all: u64 = rows.iter().map(|row| row.count).sum();
    if all == 0 {
        return String::new();
    }
    let own: Vec<_> = rows
        .iter()
        .filter(|row| row.class.is_interpreters_own())
        .collect();
    let count: u64 = own.iter().map(|row| row.count).sum();
    let what = match every_call {
        true => "futex calls",
        false => "sleeps in futex",
    };
    let share = words::percent(words::share(count, all));
    let parts: Vec<_> = own
        .iter()
        .filter(|row| row.count > 0)
        .map(|row| format!("{} {}", row.class.name(), row.count))
        .collect();
    let parts = match parts.is_empty() {
        true => String::new(),
        false => format!(" ({})", parts.join(", ")),
    };
    let threads = though(scene);
    format!(
        "{count} of {all} {what} ({share}) came from the interpreter's own locks{parts}{threads}."
    )
}

/// What the program did with threads, where it makes futexes surprising.
fn though(scene: &Scene<'_>) -> &'static str {
    match scene.most_threads() {
        (_, 0) => "",
        (_, 1) => ", though the program started no threads",
        (1, _) => ", though only one thread ran Python",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::module_name;

    #[test]
    fn modules_are_named_from_where_they_are_installed() {
        let name = module_name;
        assert_eq!(name("/usr/lib/python3.11/json/decoder.py"), "json.decoder");
        assert_eq!(name("/usr/lib/python3.11/json/__init__.py"), "json");
        assert_eq!(
            name("/v/lib/python3.11/site-packages/requests/api.py"),
            "requests.api"
        );
        assert_eq!(
            name("<frozen importlib._bootstrap>"),
            "importlib._bootstrap"
        );
        assert_eq!(name("/home/ann/app.py"), "/home/ann/app.py");
    }
}
