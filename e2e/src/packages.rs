//! Packages from the index that pip knows, each set in a virtual environment
//! that is made once and kept beside the build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use anyhow::Result;

use crate::pythons::Python;
use crate::trial::Skip;

/// The interpreter of an environment that has these packages.
///
/// # Errors
/// [`Skip`] with pip's reason when they cannot be had here.
pub fn python_with(python: &Python, packages: &[&str]) -> Result<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _held = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/e2e-packages")
        .join(format!("{python}-{}", packages.join("-")));
    let (made, ready) = (folder.join("bin/python"), folder.join("ready"));
    if ready.exists() {
        return Ok(made);
    }
    fs::create_dir_all(&folder)?;
    let mut venv = Command::new(&python.path);
    run(venv.args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(&made);
    run(pip
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .args(["--disable-pip-version-check", "--retries=1", "--timeout=15"])
        .args(packages))?;
    fs::write(ready, "")?;
    Ok(made)
}

fn run(command: &mut Command) -> Result<()> {
    let ended = command.stdin(Stdio::null()).output()?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty());
    let why = format!("no packages to try it on: {}", last.unwrap_or("pip failed"));
    Err(Skip(why).into())
}
