//! The programs in `programs/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::header::Header;

/// Modules that programs import; they are not run.
const HELPERS: &[&str] = &["truth", "clock", "slow_module"];
/// Programs that trials of their own run.
const ELSEWHERE: &[&str] = &["gc_collect", "no_gil", "own_gils"];

/// A program that states its own truth.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its file's name without `.py`.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// What it says about itself.
    pub header: Header,
}

/// All programs, sorted by name.
pub fn all() -> Result<Vec<Program>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort();
    let programs = paths.into_iter().filter(|path| is_program(path));
    programs.map(Program::read).collect()
}

/// The program of this name.
pub fn named(name: &str) -> Result<Program> {
    Program::read(folder().join(format!("{name}.py")))
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/programs"))
}

fn is_program(path: &Path) -> bool {
    let stem = path
        .file_stem()
        .and_then(|it| it.to_str())
        .unwrap_or_default();
    path.extension().is_some_and(|it| it == "py") && ![HELPERS, ELSEWHERE].concat().contains(&stem)
}

impl Program {
    fn read(path: PathBuf) -> Result<Program> {
        let source = fs::read_to_string(&path)?;
        let name = path
            .file_stem()
            .and_then(|it| it.to_str())
            .context("a name")?
            .to_owned();
        let header = Header::parse(&source).with_context(|| format!("{name}.py"))?;
        Ok(Program { name, path, header })
    }
}
