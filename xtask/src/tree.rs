//! The repository as files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The repository's top folder.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// A text file of the repository.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path from the top folder.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

impl Source {
    /// Is it in the given folder, a path from the top?
    pub fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Has it this extension?
    pub fn is(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|it| it == extension)
    }

    /// Its lines of code with their numbers: no comment lines, and nothing
    /// from the unit tests on, which stand at the end of a file.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(index, line)| (index + 1, line))
    }
}

/// Every text file that git knows or would take, read once.
pub fn sources() -> Result<Vec<Source>> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .context("cannot run git ls-files")?;
    ensure!(listed.status.success(), "git ls-files failed");
    let names = String::from_utf8(listed.stdout).context("a path is not UTF-8")?;
    Ok(names.lines().filter_map(read).collect())
}

/// `None` for what is no text (the compiled BPF object) or deleted but not yet staged.
fn read(path: &str) -> Option<Source> {
    let text = fs::read_to_string(root().join(path)).ok()?;
    Some(Source {
        path: path.into(),
        text,
    })
}
