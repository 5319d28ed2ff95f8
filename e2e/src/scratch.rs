//! A folder for one trial, gone when the trial has passed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder for one trial.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// A new, empty folder.
    pub fn new() -> io::Result<Scratch> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("keelback-e2e-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        Ok(Scratch { folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Takes the folder away. A failed trial keeps it, to be looked at.
    pub fn remove(&self) {
        // A program's left-over child may still write; the system cleans /tmp.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
