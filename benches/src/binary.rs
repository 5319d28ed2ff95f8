//! The things that are run: keelback, a Python, and the programs here.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The folder of the programs.
pub fn program(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/programs")).join(name)
}

/// `KEELBACK_BIN`, or a release build, made when needed: a debug build of the
/// recorder would be measured instead of the recorder.
pub fn keelback() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("KEELBACK_BIN") {
        return Ok(given.into());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--release", "--package", "keelback"]);
    let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
    ensure!(status.success(), "keelback does not build");
    let own = std::env::current_exe()?;
    let target = own
        .parent()
        .and_then(Path::parent)
        .context("not in a target folder")?;
    let built = target.join("release/keelback");
    ensure!(
        built.is_file(),
        "there is no {}: set KEELBACK_BIN to a release build of keelback",
        built.display()
    );
    Ok(built)
}

/// The file of an interpreter. `python3` of `PATH` may be a script that looks
/// for one, which would be measured, too; it stays where the file does not run
/// without it.
pub fn python(named: &str) -> Result<String> {
    let question = ["-c", "import sys; print(sys.executable)"];
    let said = Command::new(named).args(question).output();
    let said = said.with_context(|| format!("cannot run {named}"))?;
    ensure!(said.status.success(), "{named} does not run");
    let own = String::from_utf8(said.stdout)?.trim().to_owned();
    let alone = Command::new(&own).args(question).output();
    match alone.is_ok_and(|it| it.status.success()) {
        true => Ok(own),
        false => Ok(named.to_owned()),
    }
}

/// A program of `PATH`; `None` when it is not installed.
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(name));
    places.find(|file| file.is_file())
}

/// Can the interpreter import a module?
pub fn has_module(python: &str, module: &str) -> bool {
    let said = Command::new(python)
        .args(["-c", &format!("import {module}")])
        .output();
    said.is_ok_and(|it| it.status.success())
}
