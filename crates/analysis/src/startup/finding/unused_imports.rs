//! Modules that the program imports, and that were not seen in use.

use keelback_trace::TextId;

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::startup::in_use::InUse;
use crate::startup::tree::{NodeId, ROOT};
use crate::words::{count, duration, grouped, percent};

/// Less than this share of the start-up is not worth a change.
const MIN_SHARE: f64 = 0.05;
/// A module that costs less is no candidate.
const MIN_NS: u64 = 500_000;
/// So many are named.
const NAMED: usize = 3;

/// What an import would not have cost had it been lazy.
struct Saved {
    /// Position among the imports.
    row: usize,
    ns: u64,
}

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    // Without samples, a module that makes no calls is never seen.
    if case.report.samples == 0 {
        return None;
    }
    let candidates = candidates(case);
    let size_ns = candidates.iter().map(|it| it.ns).sum();
    let share = case.report.share(size_ns);
    let dearest = candidates.first()?;
    if share < MIN_SHARE {
        return None;
    }
    let rows = &case.report.imports;
    let told = |it: &Saved| format!("{} {}", rows[it.row].module, duration(it.ns));
    let each: Vec<_> = candidates.iter().map(told).collect();
    let named = each[..each.len().min(NAMED)].join(", ");
    Some(Finding {
        id: "unused-imports",
        severity: case.severity(size_ns),
        text: format!(
            "{} imported and not seen in use: {}, {} of the start-up; dearest {named}. Not seen \
             means: at none of {} samples and {} calls did a function of theirs run outside of \
             their own import. Candidates for lazy import (3.15), or for an import where they are \
             used.",
            match candidates.len() {
                1 => "1 module was".to_owned(),
                many => format!("{} were", count(many as u64, "module")),
            },
            duration(size_ns),
            percent(share),
            grouped(case.report.samples),
            grouped(case.report.calls()),
        ),
        evidence: vec![
            Fact::count("modules", candidates.len() as u64),
            Fact::nanos("saved_ns", size_ns),
            Fact::text("module", &rows[dearest.row].module),
            Fact::nanos("module_ns", dearest.ns),
            Fact::text("dearest", named),
            Fact::text("each", each.join(", ")),
        ],
        next: String::new(),
        size_ns,
    })
}

/// The outermost modules of the program that were not seen in use, dearest
/// first.
fn candidates(case: &Case<'_>) -> Vec<Saved> {
    let nodes = &case.book.tree.nodes;
    let in_use = InUse::read(case.scene.known);
    let used: Vec<bool> = nodes.iter().map(|it| in_use.has(it.file)).collect();
    let saved = saved(case, &used);
    let is_idle = |node: NodeId| {
        let named = nodes[node as usize].file != TextId::NONE;
        node != ROOT && named && !used[node as usize]
    };
    let is_outermost = |node: NodeId| {
        let parent = |it: &NodeId| Some(nodes[*it as usize].parent).filter(|it| *it != ROOT);
        let mut above = std::iter::successors(parent(&node), parent);
        !above.any(is_idle)
    };
    let mut found: Vec<_> = (1..nodes.len() as NodeId)
        .filter(|node| nodes[*node as usize].program && is_idle(*node) && is_outermost(*node))
        .map(|node| Saved {
            row: node as usize - 1,
            ns: saved[node as usize],
        })
        .filter(|it| it.ns >= MIN_NS)
        .collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.ns));
    found
}

/// By node: its own time and that of what it imports; a module in use would
/// have been imported anyway. An extension shows no code: it goes with whoever
/// imports it.
fn saved(case: &Case<'_>, used: &[bool]) -> Vec<u64> {
    let nodes = &case.book.tree.nodes;
    let mut saved = vec![0; nodes.len()];
    // Who imports comes before what it imports.
    for node in (1..nodes.len()).rev() {
        if used[node] {
            saved[node] = 0;
            continue;
        }
        saved[node] += case.report.imports[node - 1].own.sum();
        let (parent, ns) = (nodes[node].parent as usize, saved[node]);
        saved[parent] += ns;
    }
    saved
}
