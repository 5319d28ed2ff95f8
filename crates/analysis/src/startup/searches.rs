//! Searches of the loader for libraries that are not there.

use std::collections::HashMap;

use keelback_trace::{Dictionary, TextId};

use super::StartPurpose;

/// What the loader looked for where it is not: calls and their calibrated
/// time, nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Searches(HashMap<TextId, (u64, u64)>);

/// All of them in one folder and below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Searched {
    pub(super) folder: String,
    pub(super) calls: u64,
    /// Calibrated, nanoseconds.
    pub(super) ns: u64,
}

impl Searches {
    /// A call ended.
    pub(super) fn call(&mut self, path: TextId, purpose: StartPurpose, ns: u64) {
        if purpose == StartPurpose::LoaderSearch {
            let sum = self.0.entry(path).or_default();
            *sum = (sum.0 + 1, sum.1 + ns);
        }
    }

    /// By folder, the one with most first. Folders for kinds of processors
    /// count for the one they are in.
    pub(super) fn folders(&self, known: &Dictionary) -> Vec<Searched> {
        let mut folders: HashMap<&str, Searched> = HashMap::new();
        for (path, (calls, ns)) in &self.0 {
            let folder = entry_of(known.text(*path));
            let row = folders.entry(folder).or_insert_with(|| Searched {
                folder: folder.to_owned(),
                ..Searched::default()
            });
            row.calls += calls;
            row.ns += ns;
        }
        let mut rows: Vec<_> = folders.into_values().collect();
        rows.sort_by(|a, b| (b.calls, &a.folder).cmp(&(a.calls, &b.folder)));
        rows
    }
}

/// The search path's entry: what is before `glibc-hwcaps`, and before the name
/// of a library.
fn entry_of(path: &str) -> &str {
    let path = path.split("/glibc-hwcaps").next().unwrap_or(path);
    match path.rsplit_once('/') {
        Some((folder, name)) if name.contains(".so") => folder,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::entry_of;

    #[test]
    fn searches_count_for_their_entry() {
        let cases = [
            ("/opt/lib/glibc-hwcaps/x86-64-v3/libz.so.1", "/opt/lib"),
            ("/opt/lib/glibc-hwcaps/x86-64-v2", "/opt/lib"),
            ("/opt/lib/libz.so.1", "/opt/lib"),
            ("/opt/lib", "/opt/lib"),
        ];
        for (path, folder) in cases {
            assert_eq!(entry_of(path), folder, "{path}");
        }
    }
}
