//! A range of bytes on disk or in memory: the stream of one table.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

/// Where bytes can be read from again and again.
#[derive(Clone, Debug)]
pub(super) enum Home {
    /// A file; each reading opens it anew.
    File(PathBuf),
    /// Memory.
    Memory(Arc<[u8]>),
}

/// What can be read and sought in.
pub(super) trait Input: Read + Seek + Send {}

impl<T: Read + Seek + Send> Input for T {}

impl Home {
    /// Begins a reading at the start.
    pub(super) fn open(&self) -> io::Result<Box<dyn Input>> {
        Ok(match self {
            Home::File(path) => Box::new(File::open(path)?),
            Home::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }
}

/// A range of bytes.
#[derive(Clone, Debug)]
pub(super) struct Blob {
    pub(super) home: Home,
    pub(super) start: u64,
    pub(super) length: u64,
}

impl Blob {
    /// Begins a reading of the range.
    pub(super) fn read(&self) -> io::Result<Reading> {
        let mut input = self.home.open()?;
        input.seek(SeekFrom::Start(self.start))?;
        Ok(Reading {
            input,
            remaining: self.length,
        })
    }
}

/// A reading of a [`Blob`], which ends where that ends.
pub(super) struct Reading {
    input: Box<dyn Input>,
    remaining: u64,
}

impl Reading {
    /// Bytes that are left.
    pub(super) fn remaining(&self) -> u64 {
        self.remaining
    }

    /// The next `count` bytes, which must be left: no forged length can ask
    /// for more memory than the file is long.
    pub(super) fn take(&mut self, count: u64) -> io::Result<Vec<u8>> {
        self.pass(count)?;
        let mut bytes = vec![0; count as usize];
        self.input.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Leaves the next `count` bytes out, which must be left.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<()> {
        self.pass(count)?;
        self.input.seek(SeekFrom::Current(count.cast_signed()))?;
        Ok(())
    }

    fn pass(&mut self, count: u64) -> io::Result<()> {
        let left = self.remaining.checked_sub(count);
        self.remaining = left.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(())
    }
}
