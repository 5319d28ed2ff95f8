//! All checks, one after the other.

use anyhow::{Result, bail};

use super::{Finding, arrows, names, rooms, shape};
use crate::tree;

/// Every broken promise in the repository.
pub fn findings() -> Result<Vec<Finding>> {
    let sources = tree::sources()?;
    let mut found = arrows::check()?;
    found.extend(rooms::check(&sources));
    found.extend(shape::check(&sources));
    found.extend(names::check(&sources));
    Ok(found)
}

/// Fails with the list of what is broken.
pub fn run() -> Result<String> {
    let found = findings()?;
    if found.is_empty() {
        return Ok("tidy: nothing to say".into());
    }
    let lines: Vec<String> = found.iter().map(Finding::to_string).collect();
    bail!("{}\ntidy: {} to mend", lines.join("\n"), lines.len())
}
