//! What was recorded, how, and at what cost.

use keelback_analysis::Facts;
use keelback_analysis::facts::InterpreterFact;
use keelback_analysis::words::{duration, grouped};

use super::frame::{one_line, shorten, wrap};
use crate::style::{Role, Style};

/// The lines above every report.
pub(super) fn header(facts: &Facts, style: &Style) -> String {
    let mut text = title(facts, style);
    text += &dim(&machine(facts), style);
    if facts.unseen.run_queue {
        text += &dim(UNSEEN, style);
    }
    for remark in &facts.remarks {
        text += &style.paint(Role::Warning, &wrap(remark, "", style.columns()));
    }
    for python in told_once(&facts.interpreters) {
        text += &dim(&python, style);
    }
    if facts.cut_off {
        return text + &warning(CUT_OFF, style) + &losses(facts, style);
    }
    text += &dim(&cost(facts), style);
    match facts.losses.is_empty() {
        true => text + &dim("nothing was lost", style),
        false => text + &losses(facts, style),
    }
}

/// Of a recording whose end is missing.
const CUT_OFF: &str = "cut off: what came later is missing, and what was lost before is not known";

/// What an engine without hooks in the scheduler leaves open.
const UNSEEN: &str = "unknown to this engine: waiting for a CPU, who woke whom";

fn title(facts: &Facts, style: &Style) -> String {
    let end = match facts.exit_status {
        Some(status) => format!("{} · ", exit(status)),
        None => String::new(),
    };
    let end = format!("{end}{}", duration(facts.wall_ns));
    let room = style.columns().saturating_sub(end.chars().count() + 3);
    let command = shorten(&one_line(&facts.command), room);
    let command = style.paint(Role::Heading, &command);
    format!("{command} · {end}\n")
}

/// A `wait(2)` status in words.
pub(super) fn exit(status: i32) -> String {
    match status & 0x7f {
        0 => format!("exit {}", (status >> 8) & 0xff),
        signal => format!("killed by signal {signal}"),
    }
}

fn machine(facts: &Facts) -> String {
    let cpus = match facts.cpus {
        1 => "1 CPU".to_owned(),
        cpus => format!("{cpus} CPUs"),
    };
    format!(
        "{} engine, {} mode · {} · {cpus} · keelback {}",
        facts.engine, facts.mode, facts.kernel, facts.keelback
    )
}

/// One line per kind of Python, however many processes run it.
fn told_once(interpreters: &[InterpreterFact]) -> Vec<String> {
    let mut kinds: Vec<(String, Vec<u32>)> = Vec::new();
    for python in interpreters {
        let kind = kind_of(python);
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, pids)) => pids.push(python.pid),
            None => kinds.push((kind, vec![python.pid])),
        }
    }
    kinds
        .iter()
        .map(|(kind, pids)| with_pids(kind, pids))
        .collect()
}

fn kind_of(python: &InterpreterFact) -> String {
    let marks = [
        (python.free_threaded, "free-threaded"),
        (python.stripped, "stripped"),
    ];
    let marks: Vec<_> = marks
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, name)| *name)
        .collect();
    let marks = match marks.is_empty() {
        true => String::new(),
        false => format!(" ({})", marks.join(", ")),
    };
    let why = match python.no_frames.as_str() {
        "" => String::new(),
        why => format!(", no Python frames: {why}"),
    };
    format!("CPython {}{marks} in {}{why}", python.version, python.file)
}

fn with_pids(kind: &str, pids: &[u32]) -> String {
    match pids {
        [pid] => format!("{kind} · pid {pid}"),
        many => format!("{kind} · {} processes", many.len()),
    }
}

fn cost(facts: &Facts) -> String {
    let cost = &facts.cost;
    let mut parts = vec![format!("recorder: {} CPU", duration(cost.cpu_ns))];
    if cost.bpf_runs > 0 {
        let runs = grouped(cost.bpf_runs);
        parts.push(match cost.bpf_ns {
            0 => format!("{runs} BPF runs"),
            ns => format!("{} in {runs} BPF runs", duration(ns)),
        });
    }
    if cost.max_rss > 0 {
        parts.push(format!("{} MB", cost.max_rss.div_ceil(1 << 20)));
    }
    parts.join(", ")
}

fn losses(facts: &Facts, style: &Style) -> String {
    let lines = facts.losses.iter().map(|loss| {
        let count = grouped(loss.count);
        warning(
            &format!("lost: {} {count} · {}", loss.name, loss.meaning),
            style,
        )
    });
    lines.collect()
}

fn warning(text: &str, style: &Style) -> String {
    style.paint(Role::Warning, &wrap(text, "", style.columns()))
}

fn dim(text: &str, style: &Style) -> String {
    format!(
        "{}\n",
        style.paint(Role::Dim, &shorten(text, style.columns()))
    )
}

#[cfg(test)]
mod tests {
    use super::exit;

    #[test]
    fn statuses_in_words() {
        assert_eq!(exit(0), "exit 0");
        assert_eq!(exit(3 << 8), "exit 3");
        assert_eq!(exit(15), "killed by signal 15");
        assert_eq!(exit(0x8b), "killed by signal 11");
    }
}
