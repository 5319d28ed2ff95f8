//! Programs that are asked something.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a program prints; `None` if it fails. It sees our environment, as the
/// sides of a comparison do.
pub(super) fn output(program: &Path, words: &[&OsStr]) -> Option<Vec<u8>> {
    let output = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}
