//! Small files of the kernel, read without fuss.

use std::fs;
use std::path::PathBuf;

/// Where the kernel's files are; a folder of a test stands in for `/`.
#[derive(Clone, Debug)]
pub(super) struct Files(pub(super) PathBuf);

impl Files {
    /// A file's text without the line end; `None` if it is not there.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let text = fs::read_to_string(self.0.join(path)).ok()?;
        Some(text.trim_end().to_owned())
    }

    /// The word in brackets, of files like `always [madvise] never`.
    pub(super) fn chosen(&self, path: &str) -> Option<String> {
        let text = self.text(path)?;
        let (_, rest) = text.split_once('[')?;
        Some(rest.split_once(']')?.0.to_owned())
    }

    /// The number behind a key, in files of `key value` lines.
    pub(super) fn keyed(&self, path: &str, key: &str) -> Option<u64> {
        let text = self.text(path)?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))?;
        line.trim().parse().ok()
    }

    /// Is it there?
    pub(super) fn has(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }
}
