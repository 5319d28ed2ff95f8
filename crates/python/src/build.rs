//! One interpreter file: an executable or a libpython.

use std::io;
use std::path::PathBuf;

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
    /// Functions that a starting interpreter comes through.
    pub probes: Vec<Probe>,
    /// The structures' members, or why they are not read.
    pub layout: Result<Layout, Refusal>,
    /// The GIL (3.7+), known even where frames are not.
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
    /// Statically linked, or unknown.
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

/// How the file is mapped into memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Is it mapped at its link-time addresses (`ET_EXEC`)?
    pub fixed: bool,
    /// Its `PT_LOAD` segments, by address.
    pub segments: Vec<Segment>,
}

/// A `PT_LOAD` segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Link-time address.
    pub address: u64,
    /// Bytes in memory.
    pub size: u64,
    /// Where it starts in the file.
    pub offset: u64,
    /// Bytes in the file.
    pub file_size: u64,
    /// Is it code?
    pub executable: bool,
}

/// An exported function to put a uprobe on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Its name.
    pub function: &'static str,
    /// Link-time address of the instruction to probe: the first one after an
    /// `endbr64`, which a uprobe would have to single-step (10 us).
    pub address: u64,
    /// The same as an offset in the file, as perf_event_open(2) wants it.
    pub offset: u64,
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
    /// It is an ELF file, but a broken one.
    #[error("{path} is a damaged ELF file: {why}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        why: String,
    },
}

impl Image {
    /// The file offset of a link-time address; `None` outside the file.
    pub fn file_offset(&self, address: u64) -> Option<u64> {
        self.segments
            .iter()
            .find(|it| (it.address..it.address + it.file_size).contains(&address))
            .map(|it| address - it.address + it.offset)
    }

    /// What to add to link-time addresses when the file's byte `offset` is
    /// mapped at `address`; `None` when no segment holds that byte.
    pub fn bias(&self, offset: u64, address: u64) -> Option<u64> {
        // The kernel maps whole pages: a mapping may start before its segment.
        const PAGE: u64 = 4096;
        self.segments
            .iter()
            .find(|it| {
                let start = it.offset & !(PAGE - 1);
                (start..it.offset + it.file_size.max(1)).contains(&offset)
            })
            .map(|it| address.wrapping_sub(it.address.wrapping_sub(it.offset).wrapping_add(offset)))
    }
}
