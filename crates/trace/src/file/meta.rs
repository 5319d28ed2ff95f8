//! `meta.json`: what a recording is, before any of its tables is read.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::version;
use crate::{Provenance, ReadError};

/// Its name in the folder and in the zip.
pub(super) const FILE_NAME: &str = "meta.json";

/// Its name while it is being replaced.
pub(super) const NEXT_FILE_NAME: &str = "meta.json.next";

/// No honest one is longer, bytes.
pub(super) const MAX_BYTES: u64 = 1 << 20;

/// The recording's own description.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Meta {
    /// The file's format: see [`version`].
    pub(super) format: u32,
    /// Was the recording finished?
    #[serde(default)]
    pub(super) complete: bool,
    /// Where it comes from.
    #[serde(default)]
    pub(super) provenance: Provenance,
}

/// What can be read of any format.
#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Meta {
    /// A recording that has just begun.
    pub(super) fn new() -> Meta {
        Meta {
            format: version::FORMAT,
            complete: false,
            provenance: Provenance::default(),
        }
    }

    /// Reads it; `path` is the recording's, for errors.
    pub(super) fn parse(path: &str, json: &[u8]) -> Result<Meta, ReadError> {
        let foreign = |error: serde_json::Error| ReadError::NotARecording {
            path: path.to_owned(),
            why: format!("its {FILE_NAME} is not understood: {error}"),
        };
        let FormatOnly { format } = serde_json::from_slice(json).map_err(foreign)?;
        version::check(path, format)?;
        serde_json::from_slice(json).map_err(foreign)
    }

    /// Puts it into a folder; readers see the old one or the new one.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let next = folder.join(NEXT_FILE_NAME);
        std::fs::write(&next, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(next, folder.join(FILE_NAME))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_format_is_refused_before_anything_else_is_understood() {
        let json = br#"{"format": 2, "provenance": "something else"}"#;
        let error = Meta::parse("a.kb", json).expect_err("newer");
        assert_eq!(
            error.to_string(),
            "a.kb has format 2; this keelback reads formats 1 to 1"
        );
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let json = br#"{"format": 1, "moon": "full", "provenance": {"host": "a", "tide": 3}}"#;
        let meta = Meta::parse("a.kb", json).expect("readable");
        assert_eq!((meta.provenance.host.as_str(), meta.complete), ("a", false));
    }
}
