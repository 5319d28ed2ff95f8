//! Each file is read once, however many processes run it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::process::{FindError, Found, find};
use crate::build::needs_libpython;
use crate::{Build, BuildError, FileId};

/// The builds read so far, and the files that are none.
#[derive(Debug, Default)]
pub struct Builds {
    known: HashMap<FileId, Option<Arc<Build>>>,
    /// Executables: do they load a libpython?
    dynamic: HashMap<FileId, bool>,
}

impl Builds {
    /// The Python in the file at `path`, from memory if it was asked before.
    ///
    /// # Errors
    /// See [`Build::read`]. A file that cannot be judged is not remembered.
    pub fn get(&mut self, path: &Path) -> Result<Option<Arc<Build>>, BuildError> {
        let id = identify(path)?;
        if let Some(known) = self.known.get(&id) {
            return Ok(known.clone());
        }
        let build = Build::read(path)?.map(Arc::new);
        self.known.insert(id, build.clone());
        Ok(build)
    }

    /// Does an executable load its Python from some libpython? Which one only the
    /// running process tells for certain: `LD_LIBRARY_PATH` comes before
    /// `DT_RUNPATH` (ld.so(8)). What cannot be read does not.
    pub fn needs_libpython(&mut self, executable: &Path) -> bool {
        let Ok(id) = identify(executable) else {
            return false;
        };
        let known = self.dynamic.entry(id);
        *known.or_insert_with(|| needs_libpython(executable))
    }

    /// The Python in a process; see [`runtime_of`](crate::runtime_of).
    ///
    /// # Errors
    /// When the process cannot be looked at.
    pub fn runtime_of(&mut self, pid: u32) -> Result<Option<Found>, FindError> {
        find(pid, self)
    }

    /// A build that was read before.
    pub fn by_id(&self, id: FileId) -> Option<Arc<Build>> {
        self.known.get(&id).cloned().flatten()
    }
}

fn identify(path: &Path) -> Result<FileId, BuildError> {
    match fs::metadata(path) {
        Ok(it) => Ok(FileId::from(&it)),
        Err(source) => Err(BuildError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}
