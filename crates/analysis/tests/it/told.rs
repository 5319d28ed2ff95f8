//! What analysis makes of a story, as text.

use std::fmt::Write;

use keelback_analysis::model::{Observer, Scene, Span, What, watch};
use keelback_analysis::{Budget, By, Part};
use keelback_trace::{Memory, Nanos};

/// Spans, budgets, GIL waits and findings of a recording; in full mode its
/// system calls instead of its spans, which are many.
pub(crate) fn told(recording: &Memory) -> String {
    let first = match recording.provenance.mode.as_str() {
        "full" => calls(recording),
        _ => spans(recording),
    };
    first + &budgets(recording) + &gil(recording) + &locks(recording) + &findings(recording)
}

fn calls(recording: &Memory) -> String {
    let table = keelback_analysis::syscalls(recording, Some(By::Purpose)).expect("memory");
    let mut text = String::from("calls\n");
    for row in table.calls.iter().chain([&table.total]) {
        let errors: Vec<_> = row
            .errors
            .iter()
            .map(|it| format!(", {} {}", it.name, it.count))
            .collect();
        let times = [row.time_ns, row.calibrated_ns, row.blocked_ns]
            .map(micros)
            .join(" / ");
        text += &format!("  {} {}: {times}{}\n", row.count, row.name, errors.concat());
    }
    text += "purposes\n";
    for group in &table.groups {
        text += &format!(
            "  {} {}: {}\n",
            group.count,
            group.key,
            micros(group.calibrated_ns)
        );
    }
    for row in &table.futex {
        let (class, evidence) = (row.class.name(), row.evidence.name());
        let waited = micros(row.wait_ns);
        text += &format!(
            "futex {class} ({evidence}): {}, {} waits {waited}\n",
            row.count, row.waits
        );
    }
    format!("{text}{}\n", table.futex_line)
}

fn findings(recording: &Memory) -> String {
    let verdict = keelback_analysis::verdict(recording).expect("memory can be read");
    let lines = verdict.findings.iter().map(|it| {
        let severity = it.severity.name();
        format!(
            "finding {} ({severity}): {}\n  next: {}\n",
            it.id, it.text, it.next
        )
    });
    lines.collect()
}

fn spans(recording: &Memory) -> String {
    let mut spans = Spans::default();
    watch(recording, &mut [&mut spans]).expect("memory can be read");
    format!("spans\n{}", spans.0)
}

#[derive(Default)]
struct Spans(String);

impl Observer for Spans {
    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        let thread = scene.thread_name(span.thread);
        let (from, to) = (clock(span.from), clock(span.to));
        let what = what(span);
        writeln!(self.0, "  {from} {to} {thread:<8} {what}").expect("a string takes all");
    }
}

fn what(span: &Span) -> String {
    match &span.what {
        What::Running { exiting: false } => "running".into(),
        What::Running { exiting: true } => "exiting".into(),
        What::Queued { .. } => Part::RunQueue.label().into(),
        What::Unseen(_) => Part::Unseen.label().into(),
        What::Asleep(sleep) => {
            let end = match (sleep.woken, sleep.returned) {
                (Some(waker), true) => format!(", woken {}", clock(waker.at)),
                (None, true) => String::new(),
                (_, false) => ", until the end".into(),
            };
            format!("{}{end}", sleep.part.label())
        }
    }
}

fn budgets(recording: &Memory) -> String {
    let verdict = keelback_analysis::verdict(recording).expect("memory can be read");
    let mut threads = verdict.threads;
    threads.sort_by_key(|thread| thread.tid);
    let lines = threads
        .iter()
        .map(|it| format!("  {:<8} {}\n", it.name, sum(&it.budget)));
    format!("budget\n{}", lines.collect::<String>())
}

fn sum(budget: &Budget) -> String {
    let slices = budget.slices.iter();
    let parts: Vec<_> = slices
        .map(|it| format!("{} {}", it.part.label(), micros(it.ns)))
        .collect();
    format!("{} = {}", micros(budget.wall_ns), parts.join(" + "))
}

fn gil(recording: &Memory) -> String {
    let report = keelback_analysis::gil(recording).expect("memory can be read");
    if report.waits.is_empty() {
        return String::new();
    }
    let mut text = String::from("GIL waits\n");
    for wait in &report.waits {
        let total = micros(wait.total_ns);
        let queued = micros(wait.runqueue_ns);
        writeln!(
            text,
            "  {} {}: {total} in {}, for a CPU {queued}; had by {} {}",
            wait.waiter, wait.waiter_frame, wait.count, wait.holder, wait.holder_frame
        )
        .expect("a string takes all");
    }
    let known = report.handovers;
    text + &format!("  hand-overs known {} of {}\n", known.known, known.total)
}

fn locks(recording: &Memory) -> String {
    let report = keelback_analysis::locks(recording).expect("memory can be read");
    let waits = report.locks.iter().flat_map(|lock| {
        let kind = lock.class.name();
        lock.waits.iter().map(move |wait| {
            format!(
                "  {kind}: {} {}: {} in {}; until {} {}\n",
                wait.waiter,
                wait.waiter_frame,
                micros(wait.total_ns),
                wait.count,
                wait.owner,
                wait.owner_frame
            )
        })
    });
    match waits.collect::<String>() {
        none if none.is_empty() => none,
        waits => format!("locks\n{waits}"),
    }
}

fn clock(at: Nanos) -> String {
    let micros = at.0 / 1_000;
    format!("{:02}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn micros(ns: u64) -> String {
    match ns % 1_000 {
        0 => format!("{}us", ns / 1_000),
        _ => format!("{ns}ns"),
    }
}
