//! The Pythons of this machine, as the environment leads to them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use keelback_python::{Places, candidates};

/// Files that may hold a Python which the command may start.
pub(crate) fn candidates_for(words: &[OsString]) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let home = std::env::home_dir().unwrap_or_default();
    let pyenv_root = std::env::var_os("PYENV_ROOT");
    let places = Places {
        path: &path,
        home: &home,
        pyenv_root: pyenv_root.as_ref().map(Path::new),
    };
    candidates(words, &places)
}
