//! What a command's first word stands for.

use std::env::split_paths;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use object::read::elf::{Dyn, ElfFile64, FileHeader};
use object::{Endianness, Object, ObjectSymbol};

use super::environment::Environment;

/// The file behind a command, and how it is to be started.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// The file execve(2) would run, links followed.
    pub(super) file: PathBuf,
    /// The same as it was found, links and all: a virtual environment's Python
    /// is a link that must be called by its own name.
    pub(super) found: PathBuf,
    /// The arguments, with the name the program shall believe in.
    pub(super) argv: Vec<OsString>,
    /// What kind of file it is.
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// CPython as an ELF file, with the shared library it lives in, if any.
    Python { library: Option<PathBuf> },
    /// Another ELF file.
    Elf,
    /// A script for an interpreter other than Python, or something unknown.
    Other,
}

/// A file that a linker made, to run in place of a side's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linked {
    /// The executable.
    Program(PathBuf),
    /// The shared library that a Python's code is in, under its own name.
    Library(PathBuf),
}

impl Linked {
    /// The file.
    pub fn file(&self) -> &Path {
        match self {
            Linked::Program(file) | Linked::Library(file) => file,
        }
    }
}

impl Program {
    /// The same program with one of its files replaced.
    pub(super) fn with(&self, linked: &Linked) -> Program {
        let mut program = self.clone();
        match linked.clone() {
            Linked::Program(file) => program.file = file,
            Linked::Library(file) => {
                let library = Some(file);
                program.kind = Kind::Python { library };
            }
        }
        program
    }

    /// Finds the program of `argv`, as execvpe(3) would; a
    /// Python script becomes its interpreter with the script as an argument,
    /// which is what the kernel makes of it anyway.
    pub(super) fn find(
        argv: &[OsString],
        env: &Environment,
        cwd: Option<&Path>,
    ) -> io::Result<Program> {
        let found = search(&argv[0], env, cwd)?;
        if let Some(words) = shebang(&found)
            && let Some(interpreter) = python_of(&words, env)
        {
            let tail = argv[1..].iter().cloned();
            let script = std::iter::once(found.into_os_string());
            let rewritten: Vec<OsString> =
                interpreter.into_iter().chain(script).chain(tail).collect();
            return Program::find(&rewritten, env, cwd);
        }
        let file = found.canonicalize()?;
        let kind = kind(&file, env);
        Ok(Program {
            file,
            found: std::path::absolute(found)?,
            argv: argv.to_vec(),
            kind,
        })
    }
}

fn search(name: &OsStr, env: &Environment, cwd: Option<&Path>) -> io::Result<PathBuf> {
    if name.as_bytes().contains(&b'/') {
        // exec happens after chdir.
        let file = cwd.unwrap_or(Path::new("")).join(name);
        return executable(&file).map(|()| file);
    }
    split_paths(env.get("PATH").unwrap_or_default())
        .map(|folder| folder.join(name))
        .find(|file| executable(file).is_ok())
        .ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// A program that the PATH of `env` has.
pub(super) fn in_path(name: &str, env: &Environment) -> Option<PathBuf> {
    search(OsStr::new(name), env, None).ok()
}

fn executable(file: &Path) -> io::Result<()> {
    let metadata = fs::metadata(file)?;
    if metadata.is_file() && metadata.permissions().mode() & 0o111 != 0 {
        Ok(())
    } else {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

/// The words after `#!`: the interpreter and at most one argument (execve(2)).
fn shebang(file: &Path) -> Option<Vec<OsString>> {
    let mut head = [0; 256];
    let count = fs::File::open(file).ok()?.read(&mut head).ok()?;
    let line = head[..count]
        .strip_prefix(b"#!")?
        .split(|&byte| byte == b'\n')
        .next()?;
    let mut words = line.trim_ascii().splitn(2, u8::is_ascii_whitespace);
    let words: Vec<OsString> = words
        .by_ref()
        .map(|word| OsStr::from_bytes(word.trim_ascii()).to_owned())
        .collect();
    (!words.is_empty()).then_some(words)
}

/// The interpreter's words, if it is a Python; `env` is looked through.
fn python_of(words: &[OsString], env: &Environment) -> Option<Vec<OsString>> {
    let name = |word: &OsStr| Path::new(word).file_name().map(OsStr::to_owned);
    let is_python =
        |word: &OsStr| name(word).is_some_and(|name| name.as_bytes().starts_with(b"python"));
    if is_python(&words[0]) {
        return Some(words.to_vec());
    }
    let asked = words.get(1).filter(|word| is_python(word))?;
    (name(&words[0])? == *"env" && search(asked, env, None).is_ok()).then(|| vec![asked.clone()])
}

fn kind(file: &Path, env: &Environment) -> Kind {
    let Ok(data) = fs::read(file) else {
        return Kind::Other;
    };
    let Ok(elf) = ElfFile64::<Endianness>::parse(data.as_slice()) else {
        return Kind::Other;
    };
    if let Some(library) = needed_libpython(&elf) {
        let library = loaded_as(file, &library, env);
        return Kind::Python { library };
    }
    let embedded = elf
        .dynamic_symbols()
        .any(|symbol| symbol.name() == Ok("_PyRuntime"));
    if embedded {
        Kind::Python { library: None }
    } else {
        Kind::Elf
    }
}

fn needed_libpython(elf: &ElfFile64<'_, Endianness>) -> Option<String> {
    let sections = elf.elf_header().sections(elf.endian(), elf.data()).ok()?;
    let (entries, strings) = sections.dynamic(elf.endian(), elf.data()).ok()??;
    let strings = sections.strings(elf.endian(), elf.data(), strings).ok()?;
    entries
        .iter()
        .filter_map(|entry| {
            let is_needed = entry.d_tag(elf.endian()) == object::elf::DT_NEEDED;
            is_needed.then(|| strings.get(entry.d_val(elf.endian()) as u32).ok())?
        })
        .filter_map(|name| std::str::from_utf8(name).ok())
        .find(|name| name.starts_with("libpython"))
        .map(str::to_owned)
}

/// Where the loader finds `library` for `file`: it says so itself when asked
/// through LD_TRACE_LOADED_OBJECTS (ld.so(8)), without running the program.
fn loaded_as(file: &Path, library: &str, env: &Environment) -> Option<PathBuf> {
    let output = Command::new(file)
        .env_clear()
        .envs(env.variables())
        .env("LD_TRACE_LOADED_OBJECTS", "1")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with(library))?;
    let (_, rest) = line.split_once("=> ")?;
    Path::new(rest.rsplit_once(" (")?.0).canonicalize().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> Environment {
        Environment::new([("PATH".into(), "/usr/bin:/bin".into())])
    }

    #[test]
    fn a_program_is_searched_in_the_path() {
        let program = Program::find(&["sh".into(), "-c".into()], &path(), None).unwrap();
        assert!(program.file.is_absolute());
        assert_eq!(program.argv[0], "sh");
        assert_eq!(program.kind, Kind::Elf);
    }

    #[test]
    fn a_missing_program_is_not_found() {
        let missing = Program::find(&["no-such-program-here".into()], &path(), None);
        assert_eq!(missing.unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_shebang_has_one_argument_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("script");
        fs::write(&script, "#! /usr/bin/env python3 -X  dev\nprint(1)\n").unwrap();
        assert_eq!(
            shebang(&script).unwrap(),
            ["/usr/bin/env", "python3 -X  dev"]
        );
    }
}
