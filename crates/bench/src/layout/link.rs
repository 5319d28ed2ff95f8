//! One link of a side, in a folder of its own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::relink::Relink;
use crate::run::{Commands, Linked, RunError};

/// In which order the parts of a program are put together.
pub(super) enum Order<'a> {
    /// As they are without us.
    Stock,
    /// As chance has it.
    Drawn(&'a mut fastrand::Rng),
}

/// Links `side` with `relink`, in front of it the functions of `dead`.
///
/// # Errors
/// The command fails, or makes no file.
pub(super) fn link(
    commands: &mut Commands,
    side: usize,
    relink: &Relink,
    order: Order<'_>,
    dead: Option<&Path>,
) -> Result<Linked, RunError> {
    let out = fresh(commands, relink)?;
    let command = match order {
        Order::Stock => relink.in_order(&out, dead),
        Order::Drawn(random) => relink.shuffled(&out, dead, random),
    };
    let argv = ["sh", "-c", command.as_str()].map(OsString::from);
    commands.run_helper(side, &argv, "its relink command")?;
    fs::metadata(&out).map_err(RunError::system(
        "find {out} after the relink command: it made no such file",
    ))?;
    Ok(match relink.library() {
        Some(_) => Linked::Library(out),
        None => Linked::Program(out),
    })
}

fn fresh(commands: &Commands, relink: &Relink) -> Result<PathBuf, RunError> {
    let folder = tempfile::Builder::new()
        .prefix("link-")
        .tempdir_in(commands.scratch())
        .map_err(RunError::system("make a folder for a link"))?
        .keep();
    Ok(folder.join(relink.library().unwrap_or("program")))
}

/// Removes a link and its folder.
pub(super) fn discard(linked: &Linked) {
    if let Some(folder) = linked.file().parent() {
        let _ = fs::remove_dir_all(folder);
    }
}

/// Do two links hold the same bytes?
///
/// # Errors
/// One cannot be read.
pub(super) fn are_equal(one: &Linked, two: &Linked) -> Result<bool, RunError> {
    let read = |linked: &Linked| {
        fs::read(linked.file()).map_err(RunError::system("read a linked program"))
    };
    Ok(read(one)? == read(two)?)
}
