//! From a finished book to the report.

use keelback_trace::provenance::Untraced;
use keelback_trace::{Dictionary, ReadError, Source};

use super::book::StartupBook;
use super::faults::FaultCount;
use super::finding;
use super::modules::{Modules, file_of};
use super::packages::packages;
use super::place::Step;
use super::report::{ImportRow, PhaseRow, Split, Startup, StrayFaults};
use super::tree::{Node, ROOT, Time};
use super::weights::Weights;
use crate::facts::Facts;
use crate::model::{self, Scene};

/// Takes a start-up apart. `later` are runs of the same command without a
/// recorder, besides those that the recording itself knows; without any its
/// time is estimated.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn startup(source: &dyn Source, later: &[Untraced]) -> Result<Startup, ReadError> {
    let mut book = StartupBook::new(source.dictionary(), source.provenance());
    let (scene, end) = model::watch(source, &mut [&mut book])?;
    book.finish();
    let facts = Facts::gather(scene.origin, scene.known, end.0);
    let runs = [&scene.origin.untraced[..], later].concat();
    let mut report = report(&book, facts, runs, &scene);
    report.findings = finding::all(&finding::Case {
        book: &book,
        report: &report,
        scene: &scene,
    });
    Ok(report)
}

fn report(book: &StartupBook, facts: Facts, runs: Vec<Untraced>, scene: &Scene<'_>) -> Startup {
    let from = book.from.unwrap_or_default();
    let weight = book.samples.weight(median(&runs, |run| run.cpu_ns));
    let imports = imports(book, weight, scene.known);
    let mut split = Split::default();
    imports.iter().for_each(|it| split.add(&it.own));
    let mut report = Startup {
        pid: scene.pid(book.subject()),
        wall_ns: book.until.since(from).0,
        phases: phases(book, weight),
        purposes: book.purposes.rows(),
        packages: packages(&imports),
        imports,
        entries: book.entries.rows(scene.known),
        split,
        sees_calls: book.every_call,
        sees_python: book.sees_python,
        samples: book.samples.in_program,
        sample_ns: weight,
        faults: faults(book),
        stray_faults: stray_faults(book),
        facts,
        ..Startup::default()
    };
    report.untraced_wall_ns = match median(&runs, |run| run.wall_ns) {
        Some(median) => median,
        None => estimate(&report),
    };
    report.untraced_runs = runs;
    report
}

/// Phases are told by Python stacks.
fn phases(book: &StartupBook, weight: u64) -> Vec<PhaseRow> {
    let rows = book.phases.rows().filter(|_| book.sees_python);
    rows.map(|it| phase(it, weight, book)).collect()
}

fn phase(row: &PhaseRow, weight: u64, book: &StartupBook) -> PhaseRow {
    let samples = &book.samples;
    let added = samples.added_ns(weight, row.samples, row.in_recorder);
    let weighed = |ns: u64| Time::sampled(ns).ns(weight, samples.period_ns);
    PhaseRow {
        added_ns: added.min(row.cpu_ns),
        fault_ns: weighed(row.fault_ns),
        kernel_ns: match book.every_call {
            true => row.kernel_ns,
            false => weighed(row.kernel_ns),
        },
        ..*row
    }
}

fn stray_faults(book: &StartupBook) -> Option<StrayFaults> {
    (book.sees_python && book.faults.on_the_way).then(|| StrayFaults {
        between: book.phases.between(),
        other_threads: book.faults.rest(),
    })
}

/// Of all phases and threads.
fn faults(book: &StartupBook) -> FaultCount {
    let mut all = book.phases.between();
    book.phases.rows().for_each(|row| all.add(row.faults));
    all.add(book.faults.rest());
    all
}

/// The recorded run less the time that other programs had the CPU, and less
/// what recording added.
fn estimate(report: &Startup) -> u64 {
    match report.phases.is_empty() {
        true => report.wall_ns,
        false => report.phases.iter().map(|it| it.own_ns()).sum(),
    }
}

fn median(runs: &[Untraced], of: fn(&Untraced) -> u64) -> Option<u64> {
    let mut runs: Vec<u64> = runs.iter().map(of).collect();
    runs.sort_unstable();
    runs.get(runs.len() / 2).copied()
}

/// Imports that nothing is known of but time are their parent's.
fn imports(book: &StartupBook, weight: u64, known: &Dictionary) -> Vec<ImportRow> {
    let nodes = &book.tree.nodes;
    let weights = Weights::of(book, weight);
    let modules = Modules::read(nodes, known);
    let mut rows: Vec<ImportRow> = Vec::with_capacity(nodes.len());
    for node in &nodes[1..] {
        let file = file_of(node, known);
        rows.push(ImportRow {
            module: modules.name(&file),
            file,
            parent: (node.parent != ROOT).then(|| node.parent as usize - 1),
            own: own(node, &weights),
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
fn own(node: &Node, weights: &Weights) -> Split {
    let of = |step: Step| weights.ns(node, step);
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
