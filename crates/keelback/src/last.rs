//! The last recording made, so that it need not be named.
//!
//! Kept as a path in `$XDG_STATE_HOME/keelback/last`, which is
//! `~/.local/state/keelback/last` by default (XDG Base Directory Specification).

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::ui::{Failure, note};

/// Remembers a recording. A convenience: where nothing can be written, nothing
/// is remembered.
pub(crate) fn remember(trace: &Path) {
    let Some(file) = file() else { return };
    let Ok(trace) = std::path::absolute(trace) else {
        return;
    };
    let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    let _ = folder.and_then(|()| std::fs::write(&file, trace.as_os_str().as_bytes()));
}

/// The recording that was named, else the last one made, which is said aloud.
pub(crate) fn or_last(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(trace) = named {
        return Ok(trace);
    }
    let trace = recall().ok_or_else(none)?;
    note(&format!("the last recording: {}", trace.display()));
    Ok(trace)
}

fn recall() -> Option<PathBuf> {
    let bytes = std::fs::read(file()?).ok()?;
    (!bytes.is_empty()).then(|| PathBuf::from(OsStr::from_bytes(&bytes)))
}

fn none() -> Failure {
    Failure::new("no recording was named, and none was made before")
        .hint("keelback run -- COMMAND makes one")
}

fn file() -> Option<PathBuf> {
    Some(state_home()?.join("keelback/last"))
}

/// The specification wants relative paths ignored.
fn state_home() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    named
        .filter(|path| path.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".local/state")))
}
