//! Bounds for the same work under other conditions.

use keelback_analysis::whatif::{Binding, NoGil, OtherInterval};
use keelback_analysis::words::duration;

use super::frame::wrap;
use super::header::header;
use super::table::{Align, Table, cell, plain};
use crate::style::{Role, Style};

/// Without a GIL.
pub fn no_gil(bounds: &NoGil, style: &Style) -> String {
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Flexible]);
    let mut row = |name: &str, ns: u64, why: &str| {
        table.row(vec![plain(name), plain(duration(ns)), cell(Role::Dim, why)]);
    };
    row("recorded", bounds.wall_ns, "");
    row("at least", bounds.lower_ns, &binding(bounds));
    row(
        "at most",
        bounds.upper_ns,
        "one thread 1.5 times slower, locks as they were",
    );
    row(
        "of it serial",
        bounds.serial_ns,
        "the main thread has no other beside it",
    );
    let heading = format!(
        "Without a GIL, on {} CPUs: process {}",
        bounds.cores, bounds.pid
    );
    let note = "Bounds, not a forecast: objects that threads share cost extra without a GIL, and that \
                cannot be seen in this recording. Waits for a CPU are left out.";
    format!(
        "{}\n{}\n{}{}",
        header(&bounds.facts, style),
        style.paint(Role::Heading, &heading),
        table.render(style),
        style.paint(Role::Dim, &wrap(note, "  ", style.columns())),
    )
}

/// With another switch interval.
pub fn other_interval(bounds: &OtherInterval, style: &Style) -> String {
    use Align::{Flexible, Right};
    let mut table = Table::new(&[Right, Flexible, Right, Right, Right, Right]);
    table.head(&["tid", "thread", "time", "GIL wait", "at least", "at most"]);
    for it in &bounds.threads {
        let times = [it.wall_ns, it.recorded_ns, it.lower_ns, it.upper_ns];
        let mut row = vec![plain(it.tid.to_string()), plain(it.name.as_str())];
        row.extend(times.map(|ns| plain(duration(ns))));
        table.row(row);
    }
    let recorded = match bounds.recorded_ns {
        0 => "the recorded one is not known: too few waits show it".into(),
        ns => format!("recorded with {}", duration(ns)),
    };
    let heading = format!(
        "With a switch interval of {}, {recorded}: process {}",
        duration(bounds.interval_ns),
        bounds.pid
    );
    format!(
        "{}\n{}\n{}{}",
        header(&bounds.facts, style),
        style.paint(Role::Heading, &heading),
        table.render(style),
        style.paint(
            Role::Dim,
            &wrap(&interval_note(bounds), "  ", style.columns())
        ),
    )
}

fn interval_note(bounds: &OtherInterval) -> String {
    let kept = match bounds.longest_kept_ns {
        0 => String::new(),
        ns => format!(
            " A C call kept the GIL for {}: no interval changes that.",
            duration(ns)
        ),
    };
    format!(
        "Bounds, not a forecast: a thread that waits less does its work earlier, and meets others than \
         it met here.{kept} Threads that compute share the GIL with any interval."
    )
}

fn binding(bounds: &NoGil) -> String {
    match &bounds.binding {
        Binding::Serial => "most of it is the main thread alone".into(),
        Binding::Cores => "there are no more CPUs".into(),
        Binding::Thread { tid, name } => format!("the longest thread: {name} {tid}"),
    }
}
