//! The messages of an Arrow IPC stream, taken apart with distrust.
//!
//! Arrow's own reader believes the lengths it finds; ours come from a file that
//! may be cut, damaged or forged. So every length is held against what is left
//! of the stream, and against a ceiling, before memory is asked for. Framing:
//! <https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format>

use std::io;

use arrow_buffer::Buffer;
use arrow_ipc::convert::MessageBuffer;
use arrow_ipc::{MessageHeader, RecordBatch};

use super::blob::{Blob, Reading};

/// Begins every message.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// The longest header that is believed, bytes. Ours are below 4 KiB.
const MAX_HEADER: u64 = 1 << 20;

/// The largest batch that is believed, bytes; packed and unpacked.
pub(super) const MAX_BODY: u64 = 64 << 20;

/// The longest batch that is believed, rows.
pub(super) const MAX_ROWS: u64 = 1 << 20;

/// Why a stream cannot be read on.
#[derive(Debug)]
pub(super) enum Fault {
    /// It ends within a message.
    Torn,
    /// It makes no sense.
    Damaged(String),
    /// The file system said no.
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Fault::Torn,
            _ => Fault::Io(error),
        }
    }
}

/// It makes no sense: `why`.
pub(super) fn damaged(why: impl ToString) -> Fault {
    Fault::Damaged(why.to_string())
}

/// A message: its header, and how long its body is.
pub(super) struct Message {
    pub(super) header: MessageBuffer,
    body_length: u64,
}

impl Message {
    /// The batch that the body holds, if it holds one.
    pub(super) fn batch(&self) -> Option<RecordBatch<'_>> {
        self.header.as_ref().header_as_record_batch()
    }

    /// Rows of the batch in the body; 0 if it holds none.
    pub(super) fn rows(&self) -> u64 {
        let length = self.batch().map_or(0, |batch| batch.length());
        u64::try_from(length).unwrap_or(0)
    }

    /// Is it the schema?
    pub(super) fn is_schema(&self) -> bool {
        self.header.as_ref().header_type() == MessageHeader::Schema
    }
}

/// Walks over the messages of a stream.
pub(super) struct Messages {
    reading: Reading,
    length: u64,
}

impl Messages {
    /// Begins at the start of the stream.
    pub(super) fn of(blob: &Blob) -> io::Result<Messages> {
        Ok(Messages {
            reading: blob.read()?,
            length: blob.length,
        })
    }

    /// Bytes of the stream up to here.
    pub(super) fn position(&self) -> u64 {
        self.length - self.reading.remaining()
    }

    /// The next message's header; `None` at the end. Then the body must be
    /// taken or skipped.
    pub(super) fn next(&mut self) -> Result<Option<Message>, Fault> {
        if self.reading.remaining() == 0 {
            return Ok(None);
        }
        let start = self.position();
        match self.header_length()? {
            0 => Ok(None),
            length if length > MAX_HEADER => Err(damaged(format!(
                "the header at byte {start} claims to have {length} bytes"
            ))),
            length => self.message(start, length).map(Some),
        }
    }

    /// A message without continuation marker is an old Arrow's, which never
    /// wrote a recording. Zeros are what some file systems leave at the end of
    /// a file after a power cut.
    fn header_length(&mut self) -> Result<u64, Fault> {
        let start = self.position();
        let prefix = self.reading.take(8)?;
        let (marker, length) = prefix.split_at(4);
        if prefix == [0; 8] {
            return Err(Fault::Torn);
        }
        if marker != CONTINUATION {
            return Err(damaged(format!("no message begins at byte {start}")));
        }
        let length = length.try_into().map_err(damaged)?;
        Ok(u64::from(u32::from_le_bytes(length)))
    }

    fn message(&mut self, start: u64, length: u64) -> Result<Message, Fault> {
        let bytes = Buffer::from_vec(self.reading.take(length)?);
        let header = MessageBuffer::try_new(bytes)
            .map_err(|error| damaged(format!("the header at byte {start}: {error}")))?;
        let body_length = header.as_ref().bodyLength();
        match u64::try_from(body_length) {
            Ok(body_length) if body_length <= MAX_BODY => Ok(Message {
                header,
                body_length,
            }),
            _ => Err(damaged(format!(
                "the message at byte {start} claims to have {body_length} bytes"
            ))),
        }
    }

    /// Leaves the body of `message` out, which must be the last one given.
    pub(super) fn skip_body(&mut self, message: &Message) -> Result<(), Fault> {
        Ok(self.reading.skip(message.body_length)?)
    }

    /// The body of `message`, which must be the last one given.
    pub(super) fn body(&mut self, message: &Message) -> Result<Buffer, Fault> {
        Ok(Buffer::from_vec(self.reading.take(message.body_length)?))
    }
}

/// What of a stream can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Bytes of its whole messages.
    pub(super) length: u64,
    /// Rows of its whole batches.
    pub(super) rows: u64,
    /// Rows of the batch it ends in: at least 1 if it is torn at all.
    pub(super) torn: u64,
}

impl Extent {
    /// Walks over the stream once, from header to header.
    pub(super) fn of(blob: &Blob) -> Result<Extent, Fault> {
        let mut messages = Messages::of(blob)?;
        let mut extent = Extent::default();
        loop {
            match messages.next() {
                Ok(Some(message)) => match messages.skip_body(&message) {
                    Ok(()) => extent.rows = extent.rows.saturating_add(message.rows()),
                    Err(Fault::Torn) => return Ok(extent.torn(message.rows())),
                    Err(fault) => return Err(fault),
                },
                // An empty file has lost its schema: it never had whole rows.
                Ok(None) if messages.position() == 0 => return Ok(extent.torn(0)),
                Ok(None) => return Ok(extent),
                Err(Fault::Torn) => return Ok(extent.torn(0)),
                Err(fault) => return Err(fault),
            }
            extent.length = messages.position();
        }
    }

    fn torn(self, rows: u64) -> Extent {
        Extent {
            torn: rows.clamp(1, MAX_ROWS),
            ..self
        }
    }
}
