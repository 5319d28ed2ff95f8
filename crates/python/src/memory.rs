//! Reading another process's memory.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Bytes of a page on x86-64.
const PAGE: usize = 4096;

/// Memory that can be read by address: a live process's, a core's, a test's.
pub trait ReadMemory {
    /// Fills `buffer` from `address` on.
    ///
    /// # Errors
    /// When any of these bytes cannot be read; `buffer` is undefined then.
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), ReadError>;

    /// The eight bytes at `address`, as a little-endian number.
    fn u64(&self, address: u64) -> Result<u64, ReadError> {
        let mut bytes = [0; 8];
        self.read(address, &mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// The four bytes at `address`, as a little-endian number.
    fn u32(&self, address: u64) -> Result<u32, ReadError> {
        let mut bytes = [0; 4];
        self.read(address, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// The byte at `address`.
    fn u8(&self, address: u64) -> Result<u8, ReadError> {
        let mut byte = [0];
        self.read(address, &mut byte)?;
        Ok(byte[0])
    }

    /// `size` bytes from `address` on.
    fn bytes(&self, address: u64, size: usize) -> Result<Vec<u8>, ReadError> {
        let mut bytes = vec![0; size];
        self.read(address, &mut bytes)?;
        Ok(bytes)
    }
}

/// Memory that is not there, or not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing to read there.
    #[error("no memory to read at {address:#x}: {why}")]
    Memory {
        /// Where.
        address: u64,
        /// What the system said.
        why: String,
    },
    /// Something else than expected. A running program changes its structures
    /// while they are read.
    #[error("{what} at {address:#x} makes no sense")]
    Nonsense {
        /// What was to be read.
        what: &'static str,
        /// Where.
        address: u64,
    },
}

/// A live process's memory, through `/proc/PID/mem`.
///
/// It stays that of the program that ran when it was opened: after an exec it
/// must be opened again.
#[derive(Debug)]
pub struct LiveProcess(File);

impl LiveProcess {
    /// Opens the memory of a process. Needs what ptrace(2) needs to attach
    /// (`PTRACE_MODE_ATTACH_FSCREDS`), but stops nothing.
    ///
    /// # Errors
    /// What open(2) says: `NotFound` for no process, `PermissionDenied`.
    pub fn open(pid: u32) -> io::Result<LiveProcess> {
        File::open(format!("/proc/{pid}/mem")).map(LiveProcess)
    }
}

impl ReadMemory for LiveProcess {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        self.0
            .read_exact_at(buffer, address)
            .map_err(|error| ReadError::Memory {
                address,
                why: error.to_string(),
            })
    }
}

/// Whole pages of another memory, each read once.
///
/// Frames of a thread lie side by side, so a stack of 20 takes a few reads
/// instead of 20. What it keeps gets old: make a new one for each look at a
/// running program.
pub struct Pages<'a, M> {
    memory: &'a M,
    kept: RefCell<HashMap<u64, Vec<u8>>>,
}

impl<'a, M: ReadMemory> Pages<'a, M> {
    /// Keeps nothing yet.
    pub fn new(memory: &'a M) -> Pages<'a, M> {
        Pages {
            memory,
            kept: RefCell::default(),
        }
    }

    fn part(&self, address: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        let within = address as usize % PAGE;
        let start = address - within as u64;
        let mut kept = self.kept.borrow_mut();
        let page = match kept.entry(start) {
            Entry::Occupied(it) => it.into_mut(),
            Entry::Vacant(it) => it.insert(self.memory.bytes(start, PAGE)?),
        };
        buffer.copy_from_slice(&page[within..within + buffer.len()]);
        Ok(())
    }
}

impl<M: ReadMemory> ReadMemory for Pages<'_, M> {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        let mut at = address;
        let mut rest = buffer;
        while !rest.is_empty() {
            let size = rest.len().min(PAGE - at as usize % PAGE);
            let (part, later) = rest.split_at_mut(size);
            self.part(at, part)?;
            at = at.wrapping_add(size as u64);
            rest = later;
        }
        Ok(())
    }
}

/// Pieces of memory kept for later: a test's, or a core's.
#[derive(Clone, Debug, Default)]
pub struct Snapshot(BTreeMap<u64, Vec<u8>>);

impl Snapshot {
    /// Adds a piece. Pieces must not overlap.
    pub fn insert(&mut self, address: u64, bytes: Vec<u8>) {
        self.0.insert(address, bytes);
    }

    fn find(&self, address: u64, size: usize) -> Option<&[u8]> {
        let (start, bytes) = self.0.range(..=address).next_back()?;
        let from = usize::try_from(address - start).ok()?;
        bytes.get(from..from.checked_add(size)?)
    }
}

impl ReadMemory for Snapshot {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        let found = self
            .find(address, buffer.len())
            .ok_or_else(|| ReadError::Memory {
                address,
                why: "not in this snapshot".into(),
            })?;
        buffer.copy_from_slice(found);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        let mut it = Snapshot::default();
        it.insert(0x1000, (0..=255).cycle().take(2 * PAGE).collect());
        it
    }

    #[test]
    fn pages_read_the_same_across_their_border() {
        let snapshot = snapshot();
        let pages = Pages::new(&snapshot);
        for address in [0x1000, 0x1ffe, 0x2000, 0x1003] {
            assert_eq!(pages.bytes(address, 200), snapshot.bytes(address, 200));
        }
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let snapshot = snapshot();
        assert!(snapshot.u64(0x2ffd).is_err());
        assert!(snapshot.u8(0xfff).is_err());
        assert!(Pages::new(&snapshot).u64(0x2fff).is_err());
        assert_eq!(snapshot.u32(0x1000), Ok(0x0302_0100));
    }

    #[test]
    fn a_process_reads_its_own_memory() {
        let value = 0x6b65_656c_6261_636b_u64;
        let memory = LiveProcess::open(std::process::id()).unwrap();
        assert_eq!(memory.u64(&raw const value as u64), Ok(value));
        assert!(memory.u64(8).is_err());
    }
}
