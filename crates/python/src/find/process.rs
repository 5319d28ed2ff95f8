//! The Python in a running process.

use std::path::PathBuf;
use std::{fs, io};

use super::Builds;
use super::maps::{Mapped, code_files};
use crate::{Build, FileId};

/// A Python found in a process.
#[derive(Clone, Debug)]
pub struct Found {
    /// The process.
    pub pid: u32,
    /// What runs in it. Its path can be opened from here.
    pub build: Build,
    /// What to add to the build's link-time addresses.
    pub bias: u64,
    /// Address of `_PyRuntime`; `None` for 2.7 and 3.6, which have none.
    pub runtime: Option<u64>,
    /// The file as the process sees it.
    pub path: PathBuf,
}

/// Why a process could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// It does not exist, or no longer.
    #[error("no process {0}")]
    NoProcess(u32),
    /// It is someone else's.
    #[error(
        "not permitted to look at process {0}: it belongs to another user or may not be traced"
    )]
    NotPermitted(u32),
    /// Anything else.
    #[error("cannot look at process {pid}: {source}")]
    Io {
        /// The process.
        pid: u32,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// The Python in a process; `None` when there is none.
///
/// Goes by what is mapped, so that an interpreter started through its own
/// loader, inside a container, embedded or deleted meanwhile is found. Who
/// looks at many processes asks [`Builds::runtime_of`].
///
/// # Errors
/// When the process cannot be looked at.
pub fn runtime_of(pid: u32) -> Result<Option<Found>, FindError> {
    find(pid, &mut Builds::default())
}

pub(super) fn find(pid: u32, builds: &mut Builds) -> Result<Option<Found>, FindError> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).map_err(|it| explain(pid, it))?;
    let mut files = code_files(&maps);
    // Likely ones first: a Python with 300 extension modules has one runtime.
    files.sort_by_key(|it| !names_python(it));
    let mut found = files.iter().filter_map(|it| look(pid, it, builds));
    Ok(found.next())
}

fn explain(pid: u32, source: io::Error) -> FindError {
    // proc(5): reading what belongs to a process that is gone fails with ESRCH.
    const ESRCH: i32 = 3;
    match source.kind() {
        io::ErrorKind::NotFound => FindError::NoProcess(pid),
        _ if source.raw_os_error() == Some(ESRCH) => FindError::NoProcess(pid),
        io::ErrorKind::PermissionDenied => FindError::NotPermitted(pid),
        _ => FindError::Io { pid, source },
    }
}

fn names_python(file: &Mapped) -> bool {
    let name = file.path.file_name().map(|it| it.to_string_lossy());
    name.is_some_and(|it| it.starts_with("python") || it.starts_with("libpython"))
}

fn look(pid: u32, file: &Mapped, builds: &mut Builds) -> Option<Found> {
    let build = builds.get(&readable(pid, file)?).ok()??;
    let bias = bias(&build, file)?;
    Some(Found {
        pid,
        runtime: build.runtime.map(|it| it.address.wrapping_add(bias)),
        bias,
        path: file.path.clone(),
        build: Build::clone(&build),
    })
}

/// A way to the mapped file, the one that lasts longest first: its path, if it
/// is that file here; its path as the process sees it; the executable and the
/// mapping, which are the file even when it was deleted. The last one asks for
/// CAP_CHECKPOINT_RESTORE.
fn readable(pid: u32, file: &Mapped) -> Option<PathBuf> {
    let mapped = PathBuf::from(format!("/proc/{pid}/map_files/{}", file.range));
    let mut seen = PathBuf::from(format!("/proc/{pid}/root"));
    seen.push(file.path.strip_prefix("/").unwrap_or(&file.path));
    let exact = fs::metadata(&mapped).ok().map(|it| FileId::from(&it));
    let same = |it: &PathBuf| {
        let here = fs::metadata(it).ok().map(|it| FileId::from(&it));
        here.is_some_and(|here| exact.map_or(here.inode == file.inode, |exact| here == exact))
    };
    let executable = PathBuf::from(format!("/proc/{pid}/exe"));
    let mut ways = [file.path.clone(), seen, executable, mapped].into_iter();
    ways.find(same)
}

fn bias(build: &Build, file: &Mapped) -> Option<u64> {
    match build.image.fixed {
        true => Some(0),
        false => build.image.bias(file.offset, file.address),
    }
}
