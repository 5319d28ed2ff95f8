//! What the import system asked of each folder it searches.

use std::collections::HashMap;

use keelback_trace::{Dictionary, TextId};

use super::StartPurpose;
use super::report::EntryRow;

#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    checks: u64,
    failed: u64,
    found: u64,
    ns: u64,
}

/// Questions by path; folders are made of them at the end.
#[derive(Debug, Default)]
pub(super) struct Entries(HashMap<TextId, Asked>);

impl Entries {
    /// The import system asked about a path.
    pub(super) fn asked(&mut self, path: TextId, purpose: StartPurpose, ns: u64) {
        if path == TextId::NONE {
            return;
        }
        let asked = match purpose {
            StartPurpose::DirectoryCheck
            | StartPurpose::FailedLookup
            | StartPurpose::FoundStat
            | StartPurpose::DirectoryScan => self.0.entry(path).or_default(),
            _ => return,
        };
        asked.ns += ns;
        match purpose {
            StartPurpose::FailedLookup => asked.failed += 1,
            StartPurpose::FoundStat => asked.found += 1,
            _ => asked.checks += 1,
        }
    }

    /// By folder, dearest first. A file counts for the folder it is in, and so
    /// does a package's folder that is not there.
    pub(super) fn rows(&self, known: &Dictionary) -> Vec<EntryRow> {
        let mut rows: HashMap<&str, EntryRow> = HashMap::new();
        for (path, asked) in &self.0 {
            let path = known.text(*path);
            let own = asked.checks > 0 || is_dead(asked);
            let folder = match own {
                true => path,
                false => path.rsplit_once('/').map_or("", |(folder, _)| folder),
            };
            let row = rows.entry(folder).or_insert_with(|| EntryRow {
                folder: folder.to_owned(),
                ..EntryRow::default()
            });
            row.checks += asked.checks;
            row.failed += asked.failed;
            row.found += asked.found;
            row.ns += asked.ns;
        }
        let mut rows: Vec<_> = rows.into_values().collect();
        rows.sort_by(|a, b| (b.ns, &a.folder).cmp(&(a.ns, &b.folder)));
        rows
    }
}

/// An entry that is not there is asked for again and again; a module that is
/// not there once or twice.
fn is_dead(asked: &Asked) -> bool {
    asked.found == 0 && asked.failed > 2
}
