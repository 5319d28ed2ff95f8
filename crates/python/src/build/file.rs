//! What one interpreter file says of itself.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::elf::{Elf, Symbol};
use super::probe::{self, Probe, probes};
use super::{Image, stamp};
use crate::layout::{Head, Plan};
use crate::{GilLayout, Layout, Refusal, Version};

/// What is known of one interpreter file without running it.
#[derive(Clone, Debug)]
pub struct Build {
    /// The path it was read by.
    pub path: PathBuf,
    /// Which file that is, whatever its name.
    pub file: FileId,
    /// Its version.
    pub version: Version,
    /// Built with `--disable-gil`?
    pub free_threaded: bool,
    /// Built with `--with-pydebug` or `--with-trace-refs`?
    pub debug: bool,
    /// Has it no symbol table (`.symtab`) of its own?
    pub stripped: bool,
    /// The C library it is built for.
    pub libc: Libc,
    /// How it is mapped.
    pub image: Image,
    /// `_PyRuntime` (3.7+; `None` before).
    pub runtime: Option<Runtime>,
    /// Functions that a starting interpreter comes through, earliest first.
    pub probes: Vec<Probe>,
    /// Where structures' members lie, or why they are not read.
    pub layout: Result<Layout, Refusal>,
    /// The GIL; `None` where it is not known (2.7, 3.6, refused builds).
    pub gil: Option<GilLayout>,
}

/// Tells files apart whatever their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId {
    /// `st_dev`.
    pub dev: u64,
    /// `st_ino`.
    pub inode: u64,
}

/// The C library that a build is linked to. It decides where a thread that
/// waits on a condition variable sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Libc {
    /// glibc: inside the condition variable.
    Glibc,
    /// musl: on the waiter's stack, so that address ranges tell nothing.
    Musl,
    /// Statically linked, or another one.
    Unknown,
}

/// `_PyRuntime` as the file has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// Link-time address; add the load bias.
    pub address: u64,
    /// Bytes.
    pub size: u64,
}

/// Why a file could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// It could not be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is a broken ELF file.
    #[error("{path} is a damaged ELF file: {source}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        #[source]
        source: object::Error,
    },
    /// It is a Python that does not say which.
    #[error("{0} holds a Python, but its version is not to be found in it")]
    NoVersion(PathBuf),
}

impl From<&std::fs::Metadata> for FileId {
    fn from(it: &std::fs::Metadata) -> FileId {
        FileId {
            dev: it.dev(),
            inode: it.ino(),
        }
    }
}

/// `Py_REF_DEBUG` and `Py_TRACE_REFS` builds export these, others do not.
const DEBUG_MARKS: [&str; 2] = ["_Py_NegativeRefcount", "PyModule_Create2TraceRefs"];

/// Exported by every Python, `_PyRuntime` by 3.7+ only.
const PYTHON_MARKS: [&str; 2] = ["PyEval_EvalFrameEx", "Py_GetVersion"];

impl Build {
    /// Reads an executable or a library; `None` when there is no Python in it,
    /// as in an executable that is linked to a libpython
    /// (see [`needed_libpython`](crate::needed_libpython)).
    ///
    /// Takes a fraction of a millisecond for 3.11+, for it reads headers and
    /// exported symbols only.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged, or bears no version.
    pub fn read(path: &Path) -> Result<Option<Build>, BuildError> {
        match regular(path) {
            Ok(Some((file, id))) => Build::of(path, file, id),
            Ok(None) => Ok(None),
            Err(source) => Err(BuildError::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    fn of(path: &Path, file: File, id: FileId) -> Result<Option<Build>, BuildError> {
        let elf = Elf::read(file).map_err(|source| BuildError::Damaged {
            path: path.to_owned(),
            source,
        })?;
        match elf.as_ref().and_then(Evidence::of) {
            Some(evidence) => evidence.judge(path, id).map(Some),
            None => Ok(None),
        }
    }
}

/// Opens what is a regular file; opening a pipe would wait for its writer.
fn regular(path: &Path) -> io::Result<Option<(File, FileId)>> {
    if !path.metadata()?.is_file() {
        return Ok(None);
    }
    let file = File::open(path)?;
    let id = FileId::from(&file.metadata()?);
    Ok(Some((file, id)))
}

/// A file with a Python in it.
struct Evidence<'a> {
    elf: &'a Elf,
    symbols: HashMap<&'static str, Symbol>,
    runtime: Option<Runtime>,
}

impl Evidence<'_> {
    fn of(elf: &Elf) -> Option<Evidence<'_>> {
        let symbols = elf.exports(&wanted());
        let runtime = runtime(elf, &symbols);
        let python = runtime.is_some() || PYTHON_MARKS.iter().all(|it| symbols.contains_key(it));
        python.then_some(Evidence {
            elf,
            symbols,
            runtime,
        })
    }

    fn judge(self, path: &Path, file: FileId) -> Result<Build, BuildError> {
        let start = self.runtime_start();
        let head = Head::read(&start);
        let version = stamp::version(self.elf, &self.symbols, head)
            .ok_or_else(|| BuildError::NoVersion(path.to_owned()))?;
        let free_threaded = head.is_some_and(|it| it.free_threaded);
        let debug = DEBUG_MARKS.iter().any(|it| self.symbols.contains_key(it));
        let plan = Plan {
            version,
            free_threaded,
            debug,
            foreign_machine: foreign_machine(self.elf),
            runtime: &start,
            runtime_size: self.runtime.map_or(0, |it| it.size),
        };
        Ok(Build {
            path: path.to_owned(),
            file,
            version,
            free_threaded,
            debug,
            stripped: self.elf.section(".symtab").is_none(),
            libc: libc(self.elf),
            image: self.elf.image.clone(),
            runtime: self.runtime,
            probes: probes(self.elf, &self.symbols),
            layout: plan.layout(),
            gil: plan.gil(),
        })
    }

    fn runtime_start(&self) -> Vec<u8> {
        self.runtime
            .and_then(|it| {
                let size = it.size.min(Plan::RUNTIME_BYTES);
                self.elf.bytes(it.address, size)
            })
            .unwrap_or_default()
    }
}

fn wanted() -> Vec<&'static str> {
    let data = ["_PyRuntime", "Py_Version"];
    data.into_iter()
        .chain(DEBUG_MARKS)
        .chain(PYTHON_MARKS)
        .chain(probe::FUNCTIONS)
        .collect()
}

/// By its exported name or, where a program that embeds Python exports
/// nothing, by the section that 3.10+ gives to it.
fn runtime(elf: &Elf, symbols: &HashMap<&'static str, Symbol>) -> Option<Runtime> {
    let named = symbols.get("_PyRuntime").map(|it| Runtime {
        address: it.address,
        size: it.size,
    });
    let placed = || {
        elf.section(".PyRuntime").map(|it| Runtime {
            address: it.address,
            size: it.size,
        })
    };
    named.or_else(placed)
}

fn libc(elf: &Elf) -> Libc {
    let loader = elf.loader.iter().chain(&elf.dynamic.needed);
    let mut named = loader.filter_map(|it| Path::new(it).file_name()?.to_str());
    named
        .find_map(|it| match it {
            _ if it.starts_with("ld-musl") || it.starts_with("libc.musl") => Some(Libc::Musl),
            _ if it.starts_with("ld-linux") || it == "libc.so.6" => Some(Libc::Glibc),
            _ => None,
        })
        .unwrap_or(Libc::Unknown)
}

fn foreign_machine(elf: &Elf) -> Option<String> {
    use object::elf::{EM_AARCH64, EM_PPC64, EM_RISCV, EM_X86_64};
    match elf.machine {
        it if it == EM_X86_64.0 => None,
        it if it == EM_AARCH64.0 => Some("AArch64".into()),
        it if it == EM_RISCV.0 => Some("RISC-V".into()),
        it if it == EM_PPC64.0 => Some("POWER".into()),
        it => Some(format!("ELF machine {it}")),
    }
}
