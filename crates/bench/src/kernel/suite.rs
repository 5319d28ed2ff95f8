//! Our own kernels, for interpreters that have nothing to run yet.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Each by its file name: calls, floats, methods, C code, strings, coroutines,
/// threads, start-up, imports.
const FILES: [(&str, &str); 9] = [
    ("calls.py", include_str!("../../kernels/calls.py")),
    ("nbody.py", include_str!("../../kernels/nbody.py")),
    ("richards.py", include_str!("../../kernels/richards.py")),
    ("json_round.py", include_str!("../../kernels/json_round.py")),
    ("words.py", include_str!("../../kernels/words.py")),
    (
        "async_tasks.py",
        include_str!("../../kernels/async_tasks.py"),
    ),
    (
        "gil_pingpong.py",
        include_str!("../../kernels/gil_pingpong.py"),
    ),
    ("startup.py", include_str!("../../kernels/startup.py")),
    ("imports.py", include_str!("../../kernels/imports.py")),
];

/// Writes our kernels into `folder`; gives back their files.
///
/// # Errors
/// A file cannot be written.
pub fn write_own(folder: &Path) -> io::Result<Vec<PathBuf>> {
    FILES
        .iter()
        .map(|(name, text)| {
            let file = folder.join(name);
            fs::write(&file, text).map(|()| file)
        })
        .collect()
}

/// The kernel files of a folder, by name; those that begin with `_` or `.` are
/// helpers.
///
/// # Errors
/// The folder cannot be read.
pub fn in_folder(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let text = name.to_string_lossy();
        if text.ends_with(".py") && !text.starts_with(['_', '.']) {
            files.push(folder.join(&name));
        }
    }
    files.sort();
    Ok(files)
}
