//! What the machine does to measurements, as a list.

use std::fmt::Write;

use keelback_bench::machine::{Bytecode, Change, Fact, Folios, Knob, Probe, TOUCHED};
use unicode_width::UnicodeWidthStr;

use crate::bench_words::trimmed;

/// One line per fact; those that mean something say what.
pub fn list(facts: &[Fact]) -> String {
    let lines = facts.iter();
    lines_of(lines.map(|fact| (fact.name, fact.value.clone(), fact.means.to_owned())))
}

/// A name, what was found, and what that means, which may be nothing.
type Line = (&'static str, String, String);

fn lines_of(lines: impl Iterator<Item = Line>) -> String {
    let lines: Vec<Line> = lines.collect();
    let names = lines.iter().map(|line| line.0.width()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value, means) in lines {
        let pad = " ".repeat(names - name.width());
        let _ = write!(text, "{name}{pad}  {value}");
        if !means.is_empty() {
            let _ = write!(text, "\n{}  -> {means}", " ".repeat(names));
        }
        text.push('\n');
    }
    text
}

/// What was measured, and what that costs a comparison made now.
pub fn measured(probe: &Probe, bytecode: Option<&Bytecode>, folios: Option<&Folios>) -> String {
    let mut lines = vec![queue(probe), speed(probe), sight(probe)];
    lines.extend(probe.window.steal.map(steal));
    lines.extend(probe.window.throttled.map(throttled));
    lines.extend(
        probe
            .window
            .memory_pressure
            .map(|share| pressure("memory", share)),
    );
    lines.extend(
        probe
            .window
            .io_pressure
            .map(|share| pressure("disk", share)),
    );
    lines.extend(probe.sibling.map(sibling));
    lines.push(clock(probe));
    lines.push(first_touch(probe));
    lines.extend(bytecode.map(byte_code));
    lines.extend(folios.map(pages));
    lines_of(lines.into_iter())
}

fn means(does: bool, what: &str) -> String {
    if does { what.to_owned() } else { String::new() }
}

fn queue(probe: &Probe) -> Line {
    let others = 1.0 - 1.0 / probe.wall_over_cpu.max(1.0);
    (
        "waiting for a CPU",
        format!(
            "work of {:.1} ms took {:.1} ms on the wall",
            probe.piece_cpu_ns as f64 / 1e6,
            probe.piece_cpu_ns as f64 * probe.wall_over_cpu / 1e6
        ),
        means(
            others > 0.05,
            &format!(
                "{:.0} % of wall time measures the others; CPU time will decide",
                100.0 * others
            ),
        ),
    )
}

fn speed(probe: &Probe) -> Line {
    let spread = 100.0 * (probe.cpu_spread - 1.0);
    (
        "speed",
        format!(
            "the same work cost {spread:.1} % more CPU time in its dearest tenth than in its cheapest"
        ),
        means(
            spread > 3.0,
            "frequency, caches and siblings together; pairs take most of it out",
        ),
    )
}

fn sight(probe: &Probe) -> Line {
    let value = match probe.smallest {
        Some(smallest) => format!(
            "80 pairs of such work find {} % nine times in ten",
            trimmed(100.0 * smallest)
        ),
        None => "80 pairs of such work do not even find 50 %".to_owned(),
    };
    ("in sight", value, String::new())
}

fn steal(share: f64) -> Line {
    (
        "steal",
        format!("the host took {:.1} % of CPU time meanwhile", 100.0 * share),
        means(share > 0.01, "CPU time includes part of it, at random"),
    )
}

fn throttled(times: u64) -> Line {
    (
        "CPU limit",
        format!("stopped this group {times} times meanwhile"),
        means(
            times > 0,
            "wall time has these stops in it; CPU time has not",
        ),
    )
}

fn pressure(what: &'static str, share: f64) -> Line {
    (
        match what {
            "memory" => "memory pressure",
            _ => "disk pressure",
        },
        format!("some task waited for it {:.1} % of the time", 100.0 * share),
        means(share > 0.01, "page faults of a run may have to wait, too"),
    )
}

fn sibling(ratio: f64) -> Line {
    (
        "busy sibling",
        format!(
            "makes the same work {:.0} % dearer in CPU time",
            100.0 * (ratio - 1.0)
        ),
        means(
            ratio > 1.02,
            "a run that shares its core pays this, whichever side it is of: --cpu with one hardware thread a core avoids our own part",
        ),
    )
}

fn clock(probe: &Probe) -> Line {
    (
        "reading the time",
        format!("{:.0} ns", probe.clock_ns),
        means(
            probe.clock_ns > 200.0,
            "programs that read it often pay for it: this clock needs a system call",
        ),
    )
}

/// A fault for every page says that no huge page was used.
fn first_touch(probe: &Probe) -> Line {
    let pages = TOUCHED as u64 / 4096;
    let per_page = probe.touch_cpu_ns as f64 / pages as f64;
    (
        "new memory",
        format!(
            "{} MiB took {} faults, {per_page:.0} ns for each page of 4 KiB",
            TOUCHED >> 20,
            probe.touch_faults
        ),
        means(
            probe.touch_faults < pages / 2,
            "huge pages were there this time; a run that gets none pays more",
        ),
    )
}

fn byte_code(bytecode: &Bytecode) -> Line {
    let Bytecode {
        modules,
        stale,
        compile_ns,
    } = *bytecode;
    (
        "byte code",
        format!(
            "{stale} of the {modules} modules that python3 loads at its start have none that is fresh"
        ),
        means(
            stale > 0,
            &format!(
                "every start that cannot write it compiles for {:.0} ms; the first that can makes its run slower than the others",
                compile_ns as f64 / 1e6
            ),
        ),
    )
}

fn pages(folios: &Folios) -> Line {
    (
        "pages of python3",
        format!(
            "its code lies in {} pieces of memory ({} pages)",
            folios.runs, folios.pages
        ),
        // How many pieces says nothing about which of them collide: only that
        // it is drawn anew makes it harmless.
        "where they lie can be worth several percent; every run of a comparison gets new ones"
            .to_owned(),
    )
}

/// What could be set better, and what is set already.
pub fn knobs(knobs: &[Knob], changes: &[Change]) -> String {
    let mut text = String::new();
    for knob in knobs {
        let Knob {
            name,
            now,
            better,
            takes_out,
            ..
        } = knob;
        let _ = writeln!(text, "{name}: {now} -> {better}, then {takes_out}");
    }
    if !knobs.is_empty() {
        text += "`keelback doctor --bench --tune` sets these, `--untune` puts them back; both need root\n";
    }
    for change in changes {
        let Change {
            name,
            before,
            after,
            ..
        } = change;
        let _ = writeln!(
            text,
            "{name}: set to {after} by keelback; it was {before} (`keelback doctor --bench --untune` puts it back)"
        );
    }
    if text.is_empty() {
        text += "nothing on this machine can be set better and put back again\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use keelback_bench::machine::Window;

    fn probe() -> Probe {
        Probe {
            piece_cpu_ns: 10_000_000,
            wall_over_cpu: 2.0,
            cpu_spread: 1.021,
            smallest: Some(0.0075),
            clock_ns: 31.0,
            touch_faults: 8_192,
            touch_cpu_ns: 8_192_000,
            ..Probe::default()
        }
    }

    #[test]
    fn a_figure_stands_beside_what_it_costs() {
        let probe = Probe {
            window: Window {
                steal: Some(0.03),
                ..Window::default()
            },
            ..probe()
        };
        let stale = Bytecode {
            modules: 20,
            stale: 2,
            compile_ns: 3_000_000,
        };
        assert_eq!(
            measured(&probe, Some(&stale), None),
            "\
waiting for a CPU  work of 10.0 ms took 20.0 ms on the wall
                   -> 50 % of wall time measures the others; CPU time will decide
speed              the same work cost 2.1 % more CPU time in its dearest tenth than in its cheapest
in sight           80 pairs of such work find 0.75 % nine times in ten
steal              the host took 3.0 % of CPU time meanwhile
                   -> CPU time includes part of it, at random
reading the time   31 ns
new memory         32 MiB took 8192 faults, 1000 ns for each page of 4 KiB
byte code          2 of the 20 modules that python3 loads at its start have none that is fresh
                   -> every start that cannot write it compiles for 3 ms; the first that can makes its run slower than the others
"
        );
    }

    #[test]
    fn a_machine_without_knobs_says_so() {
        assert_eq!(
            knobs(&[], &[]),
            "nothing on this machine can be set better and put back again\n"
        );
    }
}
