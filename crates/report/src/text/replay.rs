//! A replay for a terminal.

use keelback_analysis::words::{count, duration, grouped, percent, share};
use keelback_replay::{Cold, Even, LookUps, Measured, Replay};

use super::frame::wrap;
use super::table::{Align, Table, cell, plain};
use crate::style::{Role, Style};

/// Differences beyond these are in `--json`.
const DIFFERENCES: usize = 5;

/// What was made again, what each way took, and the verdict.
pub fn replay(replay: &Replay, style: &Style) -> String {
    [
        summary(replay, style),
        modes(replay, style),
        notes(replay, style),
        differences(replay, style),
        verdict(replay, style),
    ]
    .concat()
}

fn summary(replay: &Replay, style: &Style) -> String {
    let title = style.paint(Role::Heading, &replay.command);
    let caches = match replay.cold {
        Cold::Warm => "caches warm",
        Cold::DropCaches => "all caches dropped before each mode (drop_caches)",
        Cold::Fadvise => "the files' pages dropped before each mode (posix_fadvise)",
    };
    let text = format!(
        "{} made again, {} files of {} KB read; {} rounds, each in another order; {caches}. The \
         start-up that was recorded took {}.",
        count(replay.calls, "call"),
        grouped(replay.files.0),
        grouped(replay.files.1.div_ceil(1024)),
        replay.rounds,
        duration(replay.startup_ns),
    );
    format!("{title}\n{}", wrap(&text, "", style.columns()))
}

fn modes(replay: &Replay, style: &Style) -> String {
    use Align::{Left, Right};
    let mut table = Table::new(&[Left, Right, Right, Right, Right, Right, Right]);
    table.head(&[
        "way",
        "median",
        "95 % from",
        "to",
        "ratio",
        "CPU ratio",
        "of start-up",
    ]);
    for it in &replay.modes {
        table.row(row(it, replay.startup_ns));
    }
    let note = "Ratios of io_uring are to the same calls made plainly (path index: to that), the others' to \
         what was recorded.";
    let note = style.paint(Role::Dim, &wrap(note, "  ", style.columns()));
    let heading = style.paint(Role::Heading, "Ways");
    format!("\n{heading}\n{}{note}", table.render(style))
}

fn row(it: &Measured, startup_ns: u64) -> Vec<super::table::Cell> {
    if !it.refused.is_empty() {
        return vec![plain(it.mode.name()), cell(Role::Warning, &it.refused)];
    }
    vec![
        plain(it.mode.name()),
        plain(duration(it.median_ns)),
        cell(Role::Dim, duration(it.low_ns)),
        cell(Role::Dim, duration(it.high_ns)),
        plain(format!("{:.2}x", it.ratio)),
        plain(format!("{:.2}x", it.cpu_ratio)),
        plain(percent(share(it.median_ns, startup_ns))),
    ]
}

fn notes(replay: &Replay, style: &Style) -> String {
    let without = replay.without_opcode.iter();
    let punted = replay.punted.iter();
    let refused = replay.refused.iter();
    let text = [
        format!("No io_uring operation: {}.", named(without)),
        format!("Handed to a kernel worker by io_uring: {}.", named(punted)),
        format!("Not made again: {}.", named(refused)),
    ];
    let lines = text.iter().map(|line| wrap(line, "  ", style.columns()));
    format!("\n{}", style.paint(Role::Dim, &lines.collect::<String>()))
}

/// `name 3, other 1`; "none" for none.
fn named(counts: impl Iterator<Item = (impl std::fmt::Display, impl std::fmt::Display)>) -> String {
    let told: Vec<_> = counts.map(|(name, n)| format!("{name} {n}")).collect();
    match told.is_empty() {
        true => "none".into(),
        false => told.join(", "),
    }
}

fn differences(replay: &Replay, style: &Style) -> String {
    if replay.differences.is_empty() {
        return "\nEvery call returned what it returned when it was recorded.\n".into();
    }
    let shown = replay.differences.iter().take(DIFFERENCES);
    let lines = shown.map(|it| {
        let line = format!("{}: {} then, {} now", it.what, it.recorded, it.now);
        wrap(&line, "  ", style.columns())
    });
    let heading = format!(
        "{} differently from when they were recorded:",
        match replay.differences.len() as u64 {
            1 => "1 call returned".to_owned(),
            many => format!("{} calls returned", grouped(many)),
        }
    );
    format!(
        "\n{}\n{}",
        style.paint(Role::Warning, &heading),
        lines.collect::<String>()
    )
}

fn verdict(replay: &Replay, style: &Style) -> String {
    let heading = style.paint(Role::Heading, "Verdict");
    let look_ups = replay.look_ups.as_ref().map(look_ups);
    let paragraphs = [Some(replay.verdict.clone()), look_ups];
    let paragraphs = paragraphs.iter().flatten();
    let text: String = paragraphs
        .map(|it| wrap(it, "  ", style.columns()))
        .collect();
    format!("\n{heading}\n{text}")
}

fn look_ups(it: &LookUps) -> String {
    let faster = match it.even {
        Even::Now => "So they take less wall time through io_uring.".to_owned(),
        Even::At(ns) => format!(
            "On this machine, as busy as it is, they would take less wall time through io_uring \
             where one takes more than {}.",
            duration(ns)
        ),
        Even::Beyond(ns) => format!(
            "On this machine, as busy as it is, they would not take less wall time through \
             io_uring even where one takes {}.",
            duration(ns)
        ),
    };
    format!(
        "A look-up (stat, fstat, a failed open; {} of them) takes {} made plainly, {} through \
         io_uring, which hands it to a kernel worker. {faster}",
        grouped(it.count),
        duration(it.plain_ns),
        duration(it.ring_ns),
    )
}
