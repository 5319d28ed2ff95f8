//! The folder that a recording grows in: `PATH.partial`.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::meta;
use super::schema::tables;
use super::table_out::file_name;
use crate::WriteError;

/// Held locked while the writer lives.
const LOCK: &str = "lock";

/// Why a recording could not be begun.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is a recording of that name.
    #[error("{path} exists: choose another name, or replace it with --force")]
    Exists {
        /// The recording.
        path: String,
    },
    /// A recording of that name was cut off, and its rows are still there.
    #[error(
        "{partial} holds a recording that was cut off: it can be reported on as it is; \
         choose another name, or throw it away with --force"
    )]
    Unfinished {
        /// Its folder.
        partial: String,
    },
    /// A recording of that name is being made at this moment.
    #[error("{partial} is being written by another keelback: choose another name")]
    Busy {
        /// Its folder.
        partial: String,
    },
    /// The system said no.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// The folder of the recording that will be at `path`.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    beside(path, ".partial")
}

/// `path` with something added to its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// A folder that belongs to one writer.
pub(super) struct Partial {
    folder: PathBuf,
    _lock: File,
}

impl Partial {
    /// Takes the folder for the recording at `path`, empty. What a dead writer
    /// left in it goes only if `force`d.
    pub(super) fn claim(path: &Path, force: bool) -> Result<Partial, CreateError> {
        let folder = folder_of(path);
        let failed = |error| write_error(&folder, error);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error))?,
            _ => {}
        }
        let lock = File::create(folder.join(LOCK)).map_err(failed)?;
        take(&lock, &folder)?;
        if !force && has_rows(&folder).map_err(failed)? {
            let partial = folder.display().to_string();
            return Err(CreateError::Unfinished { partial });
        }
        clear(&folder).map_err(failed)?;
        Ok(Partial {
            folder,
            _lock: lock,
        })
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Removes the folder: the recording is safe elsewhere.
    pub(super) fn remove(self) -> io::Result<()> {
        clear(&self.folder)?;
        fs::remove_file(self.folder.join(LOCK))?;
        fs::remove_dir(&self.folder)
    }
}

fn take(lock: &File, folder: &Path) -> Result<(), CreateError> {
    match lock.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(CreateError::Busy {
            partial: folder.display().to_string(),
        }),
        // A file system without locks is no reason not to record.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => Err(write_error(folder, error))?,
    }
}

fn has_rows(folder: &Path) -> io::Result<bool> {
    let mut others = fs::read_dir(folder)?.filter(|entry| match entry {
        Ok(entry) => entry.file_name() != LOCK,
        Err(_) => true,
    });
    others.next().transpose().map(|first| first.is_some())
}

/// Removes a recording's own files and nothing else: the folder may be the
/// user's.
fn clear(folder: &Path) -> io::Result<()> {
    let tables = tables().into_iter().map(|table| file_name(table.name));
    let meta = [meta::FILE_NAME, meta::NEXT_FILE_NAME].map(str::to_owned);
    for name in tables.chain(meta) {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn write_error(path: &Path, source: io::Error) -> WriteError {
    WriteError {
        path: path.display().to_string(),
        source,
    }
}
