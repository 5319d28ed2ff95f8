//! A start-up for a terminal.

use keelback_analysis::Startup;
use keelback_analysis::startup::{ImportRow, PackageRow, Split};
use keelback_analysis::words::{duration, grouped, percent, share};

use super::findings::findings;
use super::frame::wrap;
use super::header::header;
use super::table::{Align, Table, cell, plain};
use crate::style::{Role, Style};

/// Modules beyond these are in `--json`.
const MODULES: usize = 25;
/// Packages beyond these are in `--json`.
const PACKAGES: usize = 10;
/// From this width on the imports' table has all steps of an import.
const WIDE: usize = 120;
/// Folders beyond these are in `--json`.
const FOLDERS: usize = 8;

/// Phases, purposes, imports, folders, findings.
pub fn startup(startup: &Startup, style: &Style) -> String {
    [
        header(&startup.facts, style),
        summary(startup, style),
        unseen(startup, style),
        phases(startup, style),
        purposes(startup, style),
        split(startup, style),
        imports(startup, style),
        packages(startup, style),
        folders(startup, style),
        findings(&startup.findings, style),
        next(style),
    ]
    .concat()
}

fn summary(startup: &Startup, style: &Style) -> String {
    let basis = match startup.untraced_runs.len() {
        0 => {
            "estimated: the recorded run less what others and the recorder took; keelback startup \
              -- COMMAND measures it"
                .into()
        }
        runs => format!("median of {runs} runs without the recorder"),
    };
    let text = format!(
        "Start to end {} ({basis}); {} while recorded. {} system calls, {} of it; {} page faults. \
         All shares are of {}.",
        duration(startup.untraced_wall_ns),
        duration(startup.wall_ns),
        grouped(startup.calls()),
        percent(startup.share(startup.kernel_ns())),
        grouped(startup.faults.sum()),
        duration(startup.untraced_wall_ns),
    );
    format!("\n{}", wrap(&text, "", style.columns()))
}

/// What this recording cannot tell.
fn unseen(startup: &Startup, style: &Style) -> String {
    let calls = "Wait mode: only calls that blocked were seen, so calls are neither counted nor \
                 sorted; times are by samples. --mode full has the rest.";
    let python = "There are no Python stacks here: calls are sorted, but phases and imports are \
                  not known.";
    let stops = "This engine stops the program at each call: counts are exact, but times of calls \
                 and all that is made of them are the engine's more than the program's.";
    let lines = [
        (startup.sees_calls, calls),
        (startup.sees_python, python),
        (
            startup.facts.engine == "ebpf" || startup.facts.engine == "perf",
            stops,
        ),
    ];
    let lines = lines.iter().filter(|(seen, _)| !seen);
    lines
        .map(|(_, line)| wrap(line, "", style.columns()))
        .collect()
}

fn phases(startup: &Startup, style: &Style) -> String {
    if startup.phases.is_empty() {
        return String::new();
    }
    let (table, note) = super::phases::phases(startup, style);
    section("Phases", &table, style) + &dim(&note, style)
}

fn purposes(startup: &Startup, style: &Style) -> String {
    if startup.purposes.is_empty() {
        return String::new();
    }
    use Align::{Left, Right};
    let mut table = Table::new(&[Left, Right, Right, Right, Right]);
    table.head(&["calls for", "calls", "failed", "kernel", "share"]);
    for row in &startup.purposes {
        table.row(vec![
            plain(row.purpose.name()),
            plain(grouped(row.calls)),
            cell(Role::Dim, grouped(row.failed)),
            plain(duration(row.calibrated_ns)),
            plain(percent(startup.share(row.calibrated_ns))),
        ]);
    }
    section("System calls by purpose, all processes", &table, style)
}

fn split(startup: &Startup, style: &Style) -> String {
    if startup.imports.is_empty() {
        return String::new();
    }
    use Align::{Left, Right};
    let all = startup.imports_ns();
    let mut table = Table::new(&[Left, Right, Right, Right]);
    table.head(&["imports", "time", "of imports", "of start-up"]);
    for (name, ns) in parts(&startup.split) {
        table.row(vec![
            plain(name),
            plain(duration(ns)),
            plain(percent(share(ns, all))),
            plain(percent(startup.share(ns))),
        ]);
    }
    let basis = match startup.sees_calls {
        true => "Time in calls is measured; time between them is",
        false => "Time asleep is measured; the rest is",
    };
    let weight = match startup.untraced_runs.is_empty() {
        true => "and as long as while recorded",
        false => "scaled to the runs without the recorder",
    };
    let note = format!(
        "{} of {} imports. {basis} by {} samples, {weight}.",
        duration(all),
        grouped(startup.imports.len() as u64),
        grouped(startup.samples),
    );
    section("What imports are made of", &table, style) + &dim(&note, style)
}

fn parts(split: &Split) -> [(&'static str, u64); 7] {
    [
        ("find", split.find_ns),
        ("read", split.read_ns),
        ("unmarshal", split.unmarshal_ns),
        ("dlopen and init", split.dlopen_ns),
        ("run module code", split.exec_ns),
        ("compile", split.compile_ns),
        ("import system itself", split.own_ns),
    ]
}

fn imports(startup: &Startup, style: &Style) -> String {
    let shown = shown(startup);
    if shown.is_empty() {
        return String::new();
    }
    use Align::{Flexible, Right};
    let steps = steps(style);
    let names: Vec<_> = steps.iter().map(|(name, _)| *name).collect();
    let mut aligned = vec![Right, Right, Right, Right, Flexible];
    aligned.resize(6 + steps.len(), Right);
    let mut table = Table::new(&aligned);
    table.head(
        &[
            &["total", "share", "self", "share", "module"][..],
            &names,
            &["calls"],
        ]
        .concat(),
    );
    for (index, depth) in shown {
        let row = &startup.imports[index];
        let mut cells = vec![
            plain(duration(row.total_ns)),
            plain(percent(startup.share(row.total_ns))),
            plain(duration(row.own.sum())),
            plain(percent(startup.share(row.own.sum()))),
            plain(format!("{}{}", "  ".repeat(depth), name(row))),
        ];
        let parts = steps.iter().map(|(_, of)| of(&row.own));
        cells.extend(parts.map(|ns| cell(Role::Dim, duration(ns))));
        cells.push(cell(Role::Dim, grouped(row.calls)));
        table.row(cells);
    }
    section("Imports, the dearest with what they import", &table, style)
}

/// A step of an import and its time.
type StepOf = (&'static str, fn(&Split) -> u64);

/// Those that have a column.
fn steps(style: &Style) -> Vec<StepOf> {
    let all: [StepOf; 6] = [
        ("find", |it| it.find_ns),
        ("read", |it| it.read_ns),
        ("unmarshal", |it| it.unmarshal_ns),
        ("dlopen", |it| it.dlopen_ns),
        ("run", |it| it.exec_ns),
        ("compile", |it| it.compile_ns),
    ];
    match style.columns() {
        WIDE.. => all.to_vec(),
        _ => vec![all[2], all[4]],
    }
}

/// Calls and time by package.
fn packages(startup: &Startup, style: &Style) -> String {
    if startup.packages.is_empty() {
        return String::new();
    }
    use Align::{Flexible, Right};
    let mut table = Table::new(&[Right, Right, Flexible, Right, Right, Right, Right]);
    table.head(&[
        "self", "share", "package", "modules", "calls", "kernel", "share",
    ]);
    for row in startup.packages.iter().take(PACKAGES) {
        table.row(vec![
            plain(duration(row.self_ns)),
            plain(percent(startup.share(row.self_ns))),
            plain(package(row)),
            cell(Role::Dim, grouped(row.modules)),
            plain(grouped(row.calls)),
            plain(duration(row.kernel_ns)),
            plain(percent(startup.share(row.kernel_ns))),
        ]);
    }
    section("Imports by package", &table, style)
}

fn package(row: &PackageRow) -> &str {
    match row.package.as_str() {
        "" => "(no file seen)",
        name => name,
    }
}

fn name(row: &ImportRow) -> &str {
    match row.module.as_str() {
        "" => "(no file seen)",
        name => name,
    }
}

/// The dearest modules and whoever imports them, in the order in which the
/// imports began, with their depths.
fn shown(startup: &Startup) -> Vec<(usize, usize)> {
    let rows = &startup.imports;
    let mut dearest: Vec<usize> = (0..rows.len()).collect();
    dearest.sort_by_key(|index| std::cmp::Reverse(rows[*index].total_ns));
    dearest.truncate(MODULES);
    dearest.sort_unstable();
    let depth =
        |index: usize| std::iter::successors(rows[index].parent, |it| rows[*it].parent).count();
    dearest.into_iter().map(|it| (it, depth(it))).collect()
}

fn folders(startup: &Startup, style: &Style) -> String {
    if startup.entries.is_empty() {
        return String::new();
    }
    use Align::{Flexible, Right};
    let mut table = Table::new(&[Right, Right, Right, Right, Right, Flexible]);
    table.head(&[
        "kernel",
        "share",
        "checks",
        "found",
        "failed",
        "folder searched by imports",
    ]);
    for row in startup.entries.iter().take(FOLDERS) {
        table.row(vec![
            plain(duration(row.ns)),
            plain(percent(startup.share(row.ns))),
            plain(grouped(row.checks)),
            plain(grouped(row.found)),
            plain(grouped(row.failed)),
            plain(row.folder.clone()),
        ]);
    }
    section("Where imports search", &table, style)
}

fn next(style: &Style) -> String {
    let command = style.paint(Role::Command, "keelback replay");
    format!("\nnext: {command} (what other ways to make the file calls would save)\n")
}

fn dim(text: &str, style: &Style) -> String {
    style.paint(Role::Dim, &wrap(text, "  ", style.columns()))
}

fn section(name: &str, table: &Table, style: &Style) -> String {
    let heading = style.paint(Role::Heading, name);
    format!("\n{heading}\n{}", table.render(style))
}
