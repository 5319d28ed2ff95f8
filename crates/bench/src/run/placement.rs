//! New page-cache pages for every run.
//!
//! The physical pages that happen to hold an executable move its speed: of 30
//! files linked to identical bytes one was 13 % slower, run after run, until its
//! pages were dropped and read again. A side that keeps its pages for a whole
//! session keeps its luck; so the pages are drawn anew for every run.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Advice, fadvise};
use serde::{Deserialize, Serialize};

use super::program::{Kind, Program};

/// How the pages of a program are drawn anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// They are not: every run uses the pages that hold the program already.
    Kept,
    /// Its pages are dropped from the cache and read again before each run.
    Evicted,
    /// Each run uses a new copy of the program and of its libpython.
    Copied,
}

/// The best that can be done for a program.
///
/// Only Python is copied: it finds its library by `argv[0]`, so a copy behaves
/// as the original. Other programs may look for their files beside the
/// executable.
pub(super) fn best_for(program: &Program) -> Placement {
    match program.kind {
        Kind::Other => Placement::Kept,
        Kind::Elf => Placement::Evicted,
        Kind::Python { .. } if is_privileged(&program.file) => Placement::Evicted,
        Kind::Python { .. } => Placement::Copied,
    }
}

/// A copy of a setuid program would lose its privilege.
fn is_privileged(file: &Path) -> bool {
    fs::metadata(file).map_or(true, |metadata| metadata.permissions().mode() & 0o6000 != 0)
}

/// A program ready for one run.
pub(super) struct Placed {
    /// The file to execute.
    pub(super) file: PathBuf,
    /// Where the loader shall look first, for the copy of a library.
    pub(super) libraries: Option<PathBuf>,
    folder: Option<PathBuf>,
}

impl Drop for Placed {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Draws the pages of `program` anew, in `folder` if it is to be a copy.
pub(super) fn place(program: &Program, how: Placement, folder: PathBuf) -> io::Result<Placed> {
    match how {
        Placement::Kept => Ok(in_place(program)),
        Placement::Evicted => evict(&program.file).map(|()| in_place(program)),
        Placement::Copied => copy(program, folder),
    }
}

fn in_place(program: &Program) -> Placed {
    Placed {
        file: program.file.clone(),
        libraries: None,
        folder: None,
    }
}

/// Pages that another process has mapped stay where they are (posix_fadvise(2)).
fn evict(file: &Path) -> io::Result<()> {
    let open = fs::File::open(file)?;
    fadvise(&open, 0, None, Advice::DontNeed)?;
    io::copy(
        &mut io::BufReader::with_capacity(1 << 20, open),
        &mut io::sink(),
    )?;
    Ok(())
}

fn copy(program: &Program, folder: PathBuf) -> io::Result<Placed> {
    fs::create_dir(&folder)?;
    let mut placed = Placed {
        file: folder.join("program"),
        libraries: None,
        folder: Some(folder.clone()),
    };
    fs::copy(&program.file, &placed.file)?;
    if let Kind::Python {
        library: Some(library),
    } = &program.kind
    {
        fs::copy(
            library,
            folder.join(library.file_name().unwrap_or_default()),
        )?;
        placed.libraries = Some(folder);
    }
    Ok(placed)
}
