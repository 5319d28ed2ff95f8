//! The Pythons that are installed here, and what a recording sees of each.

use std::collections::HashSet;
use std::path::PathBuf;

use keelback_python::Build;
use serde::Serialize;

use crate::pythons;

/// One Python on this machine.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Interpreter {
    /// The file that holds it.
    pub(super) file: PathBuf,
    /// `3.11.2`; `None` when it does not say.
    pub(super) version: Option<String>,
    /// Has it no symbol table of its own?
    pub(super) stripped: bool,
    /// Built without the GIL?
    pub(super) free_threaded: bool,
    /// Are there Python frames in its recordings?
    pub(super) frames: bool,
    /// Why not.
    pub(super) why: String,
}

/// Each once, however many names it has; the oldest first.
pub(super) fn installed() -> Vec<Interpreter> {
    let mut seen = HashSet::new();
    let mut found: Vec<Build> = pythons::candidates_for(&[])
        .into_iter()
        .filter_map(|path| Build::read(&path).ok().flatten())
        .filter(|build| seen.insert(build.file))
        .collect();
    found.sort_by(|a, b| (a.version, &a.path).cmp(&(b.version, &b.path)));
    found.iter().map(describe).collect()
}

fn describe(build: &Build) -> Interpreter {
    Interpreter {
        file: build.path.clone(),
        version: Some(build.version.to_string()),
        stripped: build.stripped,
        free_threaded: build.free_threaded,
        frames: build.layout.is_ok(),
        why: build
            .layout
            .as_ref()
            .err()
            .map_or(String::new(), ToString::to_string),
    }
}
