//! From a finished book to the report.

use keelback_trace::{Dictionary, EventKind, ReadError, Source};

use super::book::StartupBook;
use super::finding;
use super::modules::{Modules, file_of};
use super::place::Step;
use super::report::{ImportRow, Split, Startup};
use super::tree::{Node, ROOT};
use crate::facts::Facts;
use crate::model::{self, Scene};

/// Takes a start-up apart. `untraced` are wall times of the same command
/// without a recorder, nanoseconds; without any the wall time is estimated.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn startup(source: &dyn Source, untraced: &[u64]) -> Result<Startup, ReadError> {
    let mut book = StartupBook::new(source.dictionary(), source.provenance());
    let (scene, end) = model::watch(source, &mut [&mut book])?;
    book.finish();
    let facts = Facts::gather(scene.origin, scene.known, end.0);
    let mut report = report(&book, facts, untraced, &scene);
    report.faults = faults(source, &book, &scene)?;
    report.findings = finding::all(&finding::Case {
        book: &book,
        report: &report,
        scene: &scene,
    });
    Ok(report)
}

fn report(book: &StartupBook, facts: Facts, untraced: &[u64], scene: &Scene<'_>) -> Startup {
    let from = book.from.unwrap_or_default();
    let wall_ns = book.until.since(from).0;
    let phases = book.phases.iter().filter(|it| it.wall_ns > 0);
    let imports = imports(&book.tree.nodes, scene.known);
    let mut split = Split::default();
    imports.iter().for_each(|it| split.add(&it.own));
    let mut report = Startup {
        pid: scene.pid(book.subject()),
        wall_ns,
        untraced_runs: untraced.to_vec(),
        phases: phases.copied().collect(),
        purposes: book.purposes.rows(),
        imports,
        entries: book.entries.rows(scene.known),
        split,
        samples: book.samples,
        facts,
        ..Startup::default()
    };
    report.untraced_wall_ns = match median(untraced) {
        Some(median) => median,
        None => wall_ns.saturating_sub(report.calls() * report.facts.cost.call_cost_ns),
    };
    report
}

fn median(runs: &[u64]) -> Option<u64> {
    let mut runs = runs.to_vec();
    runs.sort_unstable();
    runs.get(runs.len() / 2).copied()
}

/// Imports that nothing is known of but time are their parent's.
fn imports(nodes: &[Node], known: &Dictionary) -> Vec<ImportRow> {
    let modules = Modules::read(nodes, known);
    let mut rows: Vec<ImportRow> = Vec::with_capacity(nodes.len());
    for node in &nodes[1..] {
        let file = file_of(node, known);
        rows.push(ImportRow {
            module: modules.name(&file),
            file,
            parent: (node.parent != ROOT).then(|| node.parent as usize - 1),
            own: own(node),
            total_ns: 0,
            calls: node.calls,
            kernel_ns: node.kernel_ns,
            compiled: node.compiled,
        });
    }
    for index in (0..rows.len()).rev() {
        rows[index].total_ns += rows[index].own.sum();
        let total = rows[index].total_ns;
        if let Some(parent) = rows[index].parent {
            rows[parent].total_ns += total;
        }
    }
    rows
}

/// The initialisation of an extension runs under a function that also runs
/// modules' code; 3.8-3.10 do not say whose it is. An extension has no code of
/// its own, so all of that is its initialisation.
fn own(node: &Node) -> Split {
    let of = |step: Step| node.steps[step as usize];
    let extension = node.loaded && node.file == keelback_trace::TextId::NONE;
    let run = of(Step::Run);
    Split {
        own_ns: of(Step::Own),
        find_ns: of(Step::Find),
        read_ns: of(Step::Read),
        unmarshal_ns: of(Step::Unmarshal),
        dlopen_ns: of(Step::Load) + if extension { run } else { 0 },
        exec_ns: if extension { 0 } else { run },
        compile_ns: of(Step::Compile),
    }
}

/// The process's page faults; the kernel's own count, kept by thread.
fn faults(
    source: &dyn Source,
    book: &StartupBook,
    scene: &Scene<'_>,
) -> Result<(u64, u64), ReadError> {
    let mut last = std::collections::HashMap::new();
    for event in source.events()? {
        let event = event?;
        let same = scene.process_of(event.thread) == book.subject();
        if let (
            true,
            EventKind::Usage {
                minor_faults,
                major_faults,
                ..
            },
        ) = (same, event.kind)
        {
            last.insert(event.thread, (minor_faults, major_faults));
        }
    }
    let sum = |sum: (u64, u64), it: &(u64, u64)| (sum.0 + it.0, sum.1 + it.1);
    Ok(last.values().fold((0, 0), sum))
}
