//! The Pythons of this machine, as the environment leads to them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use keelback_python::{Places, candidates};

/// Files that may hold a Python which the command may start.
pub(crate) fn candidates_for(words: &[OsString]) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH");
    let home = std::env::home_dir();
    let pyenv_root = std::env::var_os("PYENV_ROOT");
    let places = Places {
        path: path.as_deref(),
        home: home.as_deref(),
        pyenv_root: pyenv_root.as_ref().map(Path::new),
    };
    candidates(words, &places)
}
