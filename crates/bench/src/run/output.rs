//! What a process printed: a digest of stdout, the end of stderr.

use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read};

/// How much of stderr is kept for an error message, bytes.
const KEPT: usize = 4096;

/// A fingerprint of everything a process wrote to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    /// Bytes written.
    pub(crate) bytes: u64,
    /// Lines ended.
    pub(crate) lines: u64,
    hash: u64,
}

/// Digests a stream that comes in chunks.
#[derive(Default)]
pub(super) struct Digester {
    digest: Digest,
    hasher: DefaultHasher,
}

impl Digester {
    pub(super) fn take(&mut self, chunk: &[u8]) {
        self.digest.bytes += chunk.len() as u64;
        self.digest.lines += chunk.iter().filter(|&&byte| byte == b'\n').count() as u64;
        self.hasher.write(chunk);
    }

    pub(super) fn finish(self) -> Digest {
        Digest {
            hash: self.hasher.finish(),
            ..self.digest
        }
    }
}

/// Keeps the end of a stream that may be megabytes long.
#[derive(Default)]
pub(super) struct Tail(Vec<u8>);

impl Tail {
    pub(super) fn take(&mut self, chunk: &[u8]) {
        self.0.extend_from_slice(chunk);
        let over = self.0.len().saturating_sub(KEPT);
        self.0.drain(..over);
    }

    pub(super) fn finish(self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

/// Reads what a non-blocking pipe holds now; `false` when its writers are gone.
pub(super) fn drain(pipe: &mut impl Read, mut take: impl FnMut(&[u8])) -> bool {
    let mut buffer = [0; 1 << 16];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => return false,
            Ok(count) => take(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_do_not_change_the_digest() {
        let digest = |chunks: &[&[u8]]| {
            let mut digester = Digester::default();
            chunks.iter().for_each(|chunk| digester.take(chunk));
            digester.finish()
        };
        assert_eq!(digest(&[b"one\ntwo\n"]), digest(&[b"one\n", b"two\n"]));
        assert_ne!(digest(&[b"one\n"]), digest(&[b"two\n"]));
    }

    #[test]
    fn only_the_end_is_kept() {
        let mut tail = Tail::default();
        tail.take(&vec![b'x'; 100_000]);
        tail.take(b"end");
        let text = tail.finish();
        assert_eq!(text.len(), KEPT);
        assert!(text.ends_with("xend"));
    }
}
