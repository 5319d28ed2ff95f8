//! Messages between two processes of keelback's: a length, then postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message as bytes; nothing if it cannot be one.
pub(crate) fn frame(message: &impl Serialize) -> Vec<u8> {
    let Ok(bytes) = postcard::to_stdvec(message) else {
        return Vec::new();
    };
    let length = u32::try_from(bytes.len()).unwrap_or(0);
    let mut frame = length.to_le_bytes().to_vec();
    frame.extend(bytes);
    frame
}

/// The reader's end: bytes that make messages.
#[derive(Default)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    read: usize,
}

impl Inbox {
    /// Room for more.
    pub(crate) fn fill(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.read);
        self.read = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message.
    pub(crate) fn take<M: DeserializeOwned>(&mut self) -> Option<M> {
        let rest = self.bytes.get(self.read..)?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        let message = postcard::from_bytes(rest.get(..length)?).ok();
        self.read += 4 + length;
        message
    }
}
