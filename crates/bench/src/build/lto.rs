//! The code that link-time optimisation made, kept so that it is made only once.
//!
//! With it the link itself compiles the program, minutes for every order. gcc
//! keeps the assembler text of what it compiled there (-save-temps); assembled,
//! these are objects like any other, of the same code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use object::{Object, ObjectSection};
use tempfile::TempDir;

use super::error::BuildError;
use super::link_line::LinkLine;
use crate::layout::relink::quoted;

/// Links `folder` once as `line` says, and gives back the line that links the
/// code made meanwhile, which is in the folder beside it.
///
/// # Errors
/// The link fails, or its compiler does not keep what it made.
pub(super) fn compiled(line: &LinkLine, folder: &Path) -> Result<(LinkLine, TempDir), BuildError> {
    let refused = || BuildError::LinkTimeOptimised(folder.to_owned());
    let scratch = tempfile::Builder::new()
        .prefix("keelback-lto-")
        .tempdir()
        .map_err(|_| refused())?;
    let out = scratch.path().join("program");
    let link = line.command(folder).replace("{out}", &quoted(&out));
    let link = link.replace("{dead}", "") + " -ffunction-sections -save-temps=obj";
    run(&link).then_some(()).ok_or_else(refused)?;
    let objects = assembled(line.compiler(), scratch.path());
    let objects = objects
        .filter(|objects| !objects.is_empty())
        .ok_or_else(refused)?;
    let is_bytecode = |word: &str| has_bytecode(&folder.join(word));
    Ok((line.with_code(is_bytecode, &objects), scratch))
}

fn assembled(compiler: &str, folder: &Path) -> Option<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let sources = entries
        .map(|entry| entry.path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "s"));
    let mut objects: Vec<PathBuf> = sources
        .map(|source| {
            let object = source.with_extension("keelback.o");
            let (from, to) = (quoted(&source), quoted(&object));
            run(&format!("{compiler} -c {from} -o {to}")).then_some(object)
        })
        .collect::<Option<_>>()?;
    objects.sort();
    Some(objects)
}

fn run(command: &str) -> bool {
    Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Will the link-time optimiser take this object as its input?
fn has_bytecode(object: &Path) -> bool {
    let Ok(data) = fs::read(object) else {
        return false;
    };
    object::File::parse(data.as_slice()).is_ok_and(|file| {
        let mut sections = file.sections();
        sections.any(|section| {
            section
                .name()
                .is_ok_and(|name| name.starts_with(".gnu.lto_"))
        })
    })
}
