//! `keelback startup`: modules on file systems that do more for a lookup than
//! a disk, mounted in a mount namespace of their own; and silence about the same
//! modules where they lie.

use std::ffi::OsString;
use std::fs;

use anyhow::{Context, Result, ensure};

use super::findings::{findings, found_by};
use crate::keelback::Run;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

/// A file system that shows `lower` as `merged`.
#[derive(Clone, Copy)]
struct FileSystem {
    /// As the kernel calls it.
    kind: &'static str,
    mount: &'static str,
}

const ALL: &[FileSystem] = &[
    FileSystem {
        kind: "overlay",
        mount: "mount -t overlay overlay -o lowerdir=lower:empty merged",
    },
    FileSystem {
        kind: "fuse",
        mount: "bindfs --no-allow-other lower merged",
    },
];

const MODULES: u64 = 100;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let mut trials = Vec::new();
    for python in pythons.pair() {
        for it in ALL {
            let own = python.clone();
            let name = format!("startup finds file-system, {}, on {python}", it.kind);
            trials.push(Trial::new(name, move |scratch| finds(scratch, &own, *it)));
        }
    }
    trials
}

fn finds(scratch: &Scratch, python: &Python, it: FileSystem) -> Result<()> {
    furnish(scratch)?;
    can_be_mounted(scratch, it)?;
    let mut command = it.around("\"$0\" app.py");
    command.push(python.path.clone().into());
    let found = found_by(scratch, &command, &program("merged"), None)?;
    let finding = found.iter().find(|it| it["id"] == "file-system");
    let facts = &finding.context("file-system is not found")?["evidence"];
    let text = |name: &str| facts[name].as_str().unwrap_or_default();
    // A FUSE program may put its own name behind.
    ensure!(text("type").split('.').next() == Some(it.kind), "{facts}");
    ensure!(text("mount").ends_with("/program/merged"), "{facts}");
    ensure!(facts["modules"] == MODULES, "{facts}");
    ensure!(facts["lookups"].as_u64() >= Some(3 * MODULES), "{facts}");
    let silent = findings(scratch, &python.path, &program("lower"), None)?;
    let there = silent.iter().any(|id| id == "file-system");
    ensure!(!there, "modules on a disk have file-system");
    Ok(())
}

fn furnish(scratch: &Scratch) -> Result<()> {
    let folder = scratch.file("program");
    for name in ["lower", "empty", "merged"] {
        fs::create_dir_all(folder.join(name))?;
    }
    for number in 0..MODULES {
        fs::write(folder.join(format!("lower/m{number}.py")), "pass\n")?;
    }
    Ok(())
}

fn can_be_mounted(scratch: &Scratch, it: FileSystem) -> Result<()> {
    let folder = scratch.file("program");
    let own = Run::new(scratch, "stat", ["-f", "-c", "%T", "."]).current_dir(&folder);
    if own.finish()?.stdout.contains("overlay") {
        return Err(Skip("the folder of the trial is on an overlay itself".into()).into());
    }
    let words = it.around("true");
    let tried = Run::new(scratch, &words[0], &words[1..]).current_dir(&folder);
    match tried.finish()?.status.success() {
        true => Ok(()),
        false => Err(Skip(format!("here one cannot `{}`", it.mount)).into()),
    }
}

fn program(folder: &str) -> String {
    format!(
        "import os, sys\nsys.path.insert(0, os.path.abspath('{folder}'))\nfor n in \
         range({MODULES}):\n    __import__(f'm{{n}}')\n"
    )
}

impl FileSystem {
    /// The command with it mounted. A process that serves it would keep the
    /// namespace: it ends when nothing is mounted any more.
    fn around(self, command: &str) -> Vec<OsString> {
        let script = format!(
            "{} && {{ {command}; code=$?; umount merged; exit $code; }}",
            self.mount
        );
        ["unshare", "-m", "sh", "-c", &script]
            .map(OsString::from)
            .to_vec()
    }
}
