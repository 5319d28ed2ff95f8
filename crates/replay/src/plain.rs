//! Plain system calls, one after another.

use std::io::IsTerminal;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{Access, AtFlags, CWD, Mode as Bits, OFlags, RawDir, SeekFrom};
use rustix::io::Errno;

use crate::script::{Act, File, Op, Script};

/// Makes calls, and keeps what they opened.
pub(crate) struct Plain<'a> {
    script: &'a Script,
    open: Vec<Option<OwnedFd>>,
    buffer: Vec<u8>,
}

impl<'a> Plain<'a> {
    pub(crate) fn new(script: &'a Script) -> Plain<'a> {
        let read = script.ops.iter().map(|op| match op.act {
            Act::Read(_, length) | Act::List(_, length) => length,
            _ => 0,
        });
        let bytes = script.files.iter().map(|file| file.bytes + 1);
        let most = read.chain(bytes).max().unwrap_or(0);
        Plain {
            script,
            open: script.files.iter().map(|_| None).collect(),
            // Touched, so that no mode pays for the pages.
            buffer: vec![1; most.max(4096)],
        }
    }

    /// Makes one call; gives back what it returned, `-errno` on failure.
    pub(crate) fn make(&mut self, op: &Op) -> i64 {
        self.try_make(&op.act)
            .unwrap_or_else(|errno| -i64::from(errno.raw_os_error()))
    }

    fn try_make(&mut self, act: &Act) -> Result<i64, Errno> {
        match act {
            Act::Stat(path) => rustix::fs::stat(path).map(|_| 0),
            Act::Access(path, mode) => access(path, *mode),
            Act::Readlink(path) => {
                let target = rustix::fs::readlinkat(CWD, path, Vec::with_capacity(4096))?;
                Ok(target.as_bytes().len() as i64)
            }
            Act::Open(slot) => {
                self.open[*slot] = Some(open(&self.script.files[*slot])?);
                Ok(0)
            }
            Act::OpenFails(path, flags) => {
                let flags = OFlags::from_bits_retain(*flags as u32);
                rustix::fs::open(path, flags, Bits::empty()).map(|_| 0)
            }
            Act::Fstat(slot) => rustix::fs::fstat(self.fd(*slot)?).map(|_| 0),
            Act::Read(slot, length) => {
                let fd = self.open[*slot].as_ref().ok_or(Errno::BADF)?;
                rustix::io::read(fd, &mut self.buffer[..*length]).map(|read| read as i64)
            }
            Act::Seek(slot, offset, whence) => seek(self.fd(*slot)?, *offset, *whence),
            Act::List(slot, length) => self.list(*slot, *length),
            Act::IsTerminal(slot) => match self.fd(*slot)?.as_fd().is_terminal() {
                true => Ok(0),
                false => Err(Errno::NOTTY),
            },
            Act::Close(slot) => self.open[*slot].take().map(|_| 0).ok_or(Errno::BADF),
        }
    }

    fn fd(&self, slot: usize) -> Result<&OwnedFd, Errno> {
        self.open[slot].as_ref().ok_or(Errno::BADF)
    }

    /// One getdents64; 1 for entries, 0 for the end.
    fn list(&mut self, slot: usize, length: usize) -> Result<i64, Errno> {
        let fd = self.fd(slot)?;
        let mut buffer: Vec<u8> = Vec::with_capacity(length);
        let mut entries = RawDir::new(fd, buffer.spare_capacity_mut());
        match entries.next() {
            None => Ok(0),
            Some(entry) => entry.map(|_| 1),
        }
    }

    /// Opens a file, reads all that was read of it at once, closes it.
    pub(crate) fn fetch(&mut self, file: &File) -> Result<usize, Errno> {
        let fd = open(file)?;
        rustix::io::read(&fd, &mut self.buffer[..file.bytes])
    }

    /// What was fetched last.
    pub(crate) fn bytes(&self, count: usize) -> &[u8] {
        &self.buffer[..count]
    }

    /// Reads a file from beginning to end through one buffer.
    pub(crate) fn stream(&mut self, fd: &OwnedFd, bytes: usize) -> Result<usize, Errno> {
        rustix::fs::seek(fd, SeekFrom::Start(0))?;
        let mut done = 0;
        while done < bytes {
            match rustix::io::read(fd, &mut self.buffer)? {
                0 => break,
                read => done += read,
            }
        }
        Ok(done)
    }
}

pub(crate) fn open(file: &File) -> Result<OwnedFd, Errno> {
    let flags = OFlags::from_bits_retain(file.flags as u32);
    rustix::fs::open(&file.path, flags, Bits::empty())
}

fn access(path: &std::ffi::CStr, mode: u32) -> Result<i64, Errno> {
    let mode = Access::from_bits_truncate(mode);
    rustix::fs::accessat(CWD, path, mode, AtFlags::empty()).map(|()| 0)
}

fn seek(fd: &OwnedFd, offset: i64, whence: u32) -> Result<i64, Errno> {
    let to = match whence {
        0 => SeekFrom::Start(offset.max(0).cast_unsigned()),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        _ => return Err(Errno::INVAL),
    };
    rustix::fs::seek(fd, to).map(u64::cast_signed)
}
