//! Another process's memory, by process_vm_readv(2): no file, no stop.

use std::io::IoSliceMut;

use keelback_python::{ReadError, ReadMemory};
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

/// The memory of the program that a process runs now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Remote(pub(super) u32);

/// `IOV_MAX` (limits.h): pieces of one call.
pub(super) const MOST_PIECES: usize = 1024;

impl Remote {
    /// Reads pieces of one length, at several places, in one call.
    pub(super) fn pieces(self, places: &[u64], length: usize) -> Result<Vec<u8>, ReadError> {
        let mut bytes = vec![0; places.len() * length];
        for (part, places) in bytes
            .chunks_mut(MOST_PIECES * length)
            .zip(places.chunks(MOST_PIECES))
        {
            let remote: Vec<RemoteIoVec> = places
                .iter()
                .map(|base| RemoteIoVec {
                    base: *base as usize,
                    len: length,
                })
                .collect();
            self.read_all(&remote, part)?;
        }
        Ok(bytes)
    }

    /// Text up to its NUL, at most `most` bytes of it; says if it was cut.
    /// Page by page, because what follows a short text may not be mapped.
    pub(super) fn c_text(self, address: u64, most: usize) -> Option<(String, bool)> {
        let mut text = Vec::new();
        while text.len() < most {
            let at = address.wrapping_add(text.len() as u64);
            let to_page = 4096 - at as usize % 4096;
            let part = self.bytes(at, to_page.min(most - text.len())).ok()?;
            let end = part.iter().position(|byte| *byte == 0);
            text.extend_from_slice(&part[..end.unwrap_or(part.len())]);
            if end.is_some() {
                return Some((String::from_utf8_lossy(&text).into_owned(), false));
            }
        }
        Some((String::from_utf8_lossy(&text).into_owned(), true))
    }

    /// Reads ranges one behind the other, in one call.
    pub(super) fn ranges(self, ranges: &[RemoteIoVec], bytes: &mut [u8]) -> Result<(), ReadError> {
        self.read_all(ranges, bytes)
    }

    fn read_all(self, remote: &[RemoteIoVec], bytes: &mut [u8]) -> Result<(), ReadError> {
        let wanted = bytes.len();
        let pid = Pid::from_raw(self.0.cast_signed());
        let failed = |why: String| ReadError::Memory {
            address: remote.first().map_or(0, |it| it.base as u64),
            why,
        };
        match process_vm_readv(pid, &mut [IoSliceMut::new(bytes)], remote) {
            Ok(count) if count == wanted => Ok(()),
            Ok(_) => Err(failed("only a part is mapped".into())),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

impl ReadMemory for Remote {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        let len = buffer.len();
        let base = address as usize;
        self.read_all(&[RemoteIoVec { base, len }], buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lie_behind_one_another() {
        let (one, other) = ([1_u8, 2, 3, 4], [5_u8, 6, 7, 8]);
        let places = [other.as_ptr() as u64, one.as_ptr() as u64];
        let me = Remote(std::process::id());
        assert_eq!(me.pieces(&places, 4), Ok(vec![5, 6, 7, 8, 1, 2, 3, 4]));
        assert!(me.pieces(&[places[0], 8], 4).is_err());
    }

    #[test]
    fn a_text_is_cut_where_it_is_told() {
        let me = Remote(std::process::id());
        let text = c"/usr/lib/python3";
        let read = |most| me.c_text(text.as_ptr() as u64, most);
        assert_eq!(read(100), Some(("/usr/lib/python3".into(), false)));
        assert_eq!(read(4), Some(("/usr".into(), true)));
        assert_eq!(me.c_text(8, 4), None);
    }
}
