//! The interpreters of this machine.

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::user::may_execute;

/// Versions that should be there; for those that are not, a line says so.
const WANTED: &[(u32, u32)] = &[
    (2, 7),
    (3, 6),
    (3, 7),
    (3, 8),
    (3, 9),
    (3, 10),
    (3, 11),
    (3, 12),
    (3, 13),
    (3, 14),
    (3, 15),
];

/// The first version whose Python frames keelback reads.
pub const FIRST_WITH_FRAMES: (u32, u32) = (3, 8);

/// A CPython.
#[derive(Clone, Debug)]
pub struct Python {
    /// What to run.
    pub path: PathBuf,
    /// Where it comes from and what it is: `pyenv-3.11.7`, `system-3.11`.
    pub name: String,
    /// Major and minor version.
    pub version: (u32, u32),
    /// Is it built without a GIL?
    pub free_threaded: bool,
    /// Has the file that runs no symbol table?
    pub stripped: bool,
    /// Is it a shell script that starts the real one through its own loader?
    pub launcher: bool,
}

impl fmt::Display for Python {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

/// The interpreters found, and why others are missing.
#[derive(Clone, Debug, Default)]
pub struct Pythons {
    /// In the order of their versions.
    pub found: Vec<Python>,
    /// What should be here, and the reason why it is not.
    pub missing: Vec<(String, String)>,
}

impl Pythons {
    /// Looks where Pythons usually are, and where `tools/get-pythons` puts them.
    pub fn find() -> Pythons {
        let mut seen = HashSet::new();
        let mut found: Vec<Python> = candidates()
            .into_iter()
            .filter(|(_, path)| fs::canonicalize(path).is_ok_and(|real| seen.insert(real)))
            .filter_map(|(origin, path)| Python::ask(&origin, path))
            .collect();
        found.sort_by_key(|it| (it.version, it.name.clone(), !may_execute(&it.path)));
        // The same build on two shelves shows nothing new; one that others may
        // run shows more.
        found.dedup_by_key(|it| it.name.clone());
        let missing = missing(&found);
        Pythons { found, missing }
    }

    /// One stripped and one unstripped interpreter, as new as there are: what
    /// programs that are not about versions run on.
    pub fn pair(&self) -> Vec<Python> {
        let newest = |stripped: bool| {
            let fit = |it: &&Python| it.stripped == stripped && !it.launcher && !it.free_threaded;
            self.found.iter().rfind(fit).cloned()
        };
        let pair: Vec<Python> = [newest(true), newest(false)]
            .into_iter()
            .flatten()
            .collect();
        match pair.is_empty() {
            true => self.found.last().cloned().into_iter().collect(),
            false => pair,
        }
    }

    /// Another interpreter, of another version if there is one.
    pub fn other_than(&self, python: &Python) -> Option<Python> {
        let fit = |it: &&Python| it.version >= FIRST_WITH_FRAMES && it.version != python.version;
        self.found.iter().rfind(fit).cloned()
    }
}

impl Python {
    /// Starts it and asks what it is; `None` when it does not start.
    fn ask(origin: &str, path: PathBuf) -> Option<Python> {
        let question = "import sys; print('%d %d %d %d' % (sys.version_info[:3] + \
                        (not getattr(sys, '_is_gil_enabled', lambda: True)(),)))";
        let said = Command::new(&path)
            .args(["-c", question])
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let said = String::from_utf8(said.stdout).ok()?;
        let words: Vec<u32> = said.split_whitespace().flat_map(str::parse).collect();
        let [major, minor, micro, free_threaded] = words[..] else {
            return None;
        };
        let head = fs::read(&path).ok()?;
        Some(Python {
            name: format!(
                "{origin}-{major}.{minor}.{micro}{}",
                if free_threaded == 1 { "t" } else { "" }
            ),
            version: (major, minor),
            free_threaded: free_threaded == 1,
            stripped: !has_symbol_table(&head),
            launcher: head.starts_with(b"#!"),
            path,
        })
    }
}

/// Does a 64-bit little-endian ELF file have a section of type `SHT_SYMTAB`?
/// (elf(5): `e_shoff` at 40, `e_shentsize` at 58, `e_shnum` at 60, `sh_type` at 4.)
fn has_symbol_table(file: &[u8]) -> bool {
    const SHT_SYMTAB: u64 = 2;
    let number = |at: usize, bytes: usize| -> Option<u64> {
        let raw = file.get(at..at + bytes)?;
        Some(
            raw.iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    };
    let sections =
        || -> Option<(u64, u64, u64)> { Some((number(40, 8)?, number(58, 2)?, number(60, 2)?)) };
    let Some((offset, size, count)) = sections().filter(|_| file.starts_with(b"\x7fELF")) else {
        return false;
    };
    (0..count).any(|index| number((offset + index * size) as usize + 4, 4) == Some(SHT_SYMTAB))
}

/// Every place with its name.
fn candidates() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for folder in entries(&pyenv().join("versions")) {
        found.push(("pyenv".to_owned(), folder.join("bin/python")));
    }
    for file in entries(Path::new("/usr/bin")) {
        if is_python3(&file) {
            found.push(("system".to_owned(), file));
        }
    }
    for shelf in shelves() {
        for folder in entries(&shelf) {
            found.push((origin(&folder), folder.join("bin/python3")));
        }
    }
    found
}

/// `python3`, `python3.11`, but not `python3-config`.
fn is_python3(file: &Path) -> bool {
    let name = file
        .file_name()
        .and_then(|it| it.to_str())
        .unwrap_or_default();
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    name == "python3" || name.strip_prefix("python3.").is_some_and(digits)
}

/// `debian` of `debian-3.14`.
fn origin(folder: &Path) -> String {
    let name = folder
        .file_name()
        .and_then(|it| it.to_str())
        .unwrap_or_default();
    name.rsplit_once('-')
        .map_or(name, |(origin, _)| origin)
        .to_owned()
}

fn pyenv() -> PathBuf {
    let home = || variable("HOME").unwrap_or_default().join(".pyenv");
    variable("PYENV_ROOT").unwrap_or_else(home)
}

/// Where `tools/get-pythons` puts them, and where a tester may.
fn shelves() -> Vec<PathBuf> {
    let home = || variable("HOME").unwrap_or_default().join(".cache");
    let cache = variable("XDG_CACHE_HOME").unwrap_or_else(home);
    let own = variable("KEELBACK_TEST_PYTHONS");
    let known = [
        cache.join("keelback-pythons"),
        "/opt/keelback-pythons".into(),
    ];
    own.into_iter().chain(known).collect()
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

/// What a folder holds, sorted; nothing when it is not there.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = listed.map(|it| it.path()).collect();
    paths.sort();
    paths
}

fn missing(found: &[Python]) -> Vec<(String, String)> {
    let absent = WANTED
        .iter()
        .filter(|version| !found.iter().any(|it| it.version == **version));
    let mut missing: Vec<(String, String)> = absent
        .map(|(major, minor)| (format!("Python {major}.{minor}"), "not found".to_owned()))
        .collect();
    if !found.iter().any(|it| it.free_threaded) {
        let why = "not found; `tools/get-pythons --free-threaded` builds one";
        missing.push(("free-threaded Python".to_owned(), why.to_owned()));
    }
    missing
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{has_symbol_table, is_python3, origin};

    #[test]
    fn only_interpreters_are_taken() {
        assert!(is_python3(Path::new("/usr/bin/python3")));
        assert!(is_python3(Path::new("/usr/bin/python3.11")));
        assert!(!is_python3(Path::new("/usr/bin/python3.11-config")));
        assert!(!is_python3(Path::new("/usr/bin/python3-config")));
    }

    #[test]
    fn a_folder_tells_its_origin() {
        assert_eq!(origin(Path::new("/a/debian-3.14")), "debian");
        assert_eq!(origin(Path::new("/a/free-threaded-3.13t")), "free-threaded");
    }

    #[test]
    fn this_test_has_a_symbol_table_and_a_script_has_none() {
        let own = std::fs::read(std::env::current_exe().expect("it runs")).expect("it can be read");
        assert!(has_symbol_table(&own));
        assert!(!has_symbol_table(b"#!/bin/sh\n"));
        assert!(!has_symbol_table(b""));
    }
}
