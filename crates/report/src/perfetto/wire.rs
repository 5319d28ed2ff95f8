//! The little of protobuf's wire format that is needed
//! (<https://protobuf.dev/programming-guides/encoding/>).

/// A message under construction.
#[derive(Clone, Debug, Default)]
pub(super) struct Message(Vec<u8>);

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const BYTES: u32 = 2;

impl Message {
    /// An integer, an enum or a bool.
    pub(super) fn int(mut self, field: u32, value: u64) -> Message {
        self.tag(field, VARINT);
        self.varint(value);
        self
    }

    /// A fixed 64-bit number.
    pub(super) fn fixed(mut self, field: u32, value: u64) -> Message {
        self.tag(field, FIXED64);
        self.0.extend(value.to_le_bytes());
        self
    }

    /// A string.
    pub(super) fn text(self, field: u32, value: &str) -> Message {
        self.bytes(field, value.as_bytes())
    }

    /// A message inside.
    pub(super) fn message(self, field: u32, value: &Message) -> Message {
        self.bytes(field, &value.0)
    }

    /// What has been written.
    pub(super) fn encoded(&self) -> &[u8] {
        &self.0
    }

    fn bytes(mut self, field: u32, value: &[u8]) -> Message {
        self.tag(field, BYTES);
        self.varint(value.len() as u64);
        self.0.extend(value);
        self
    }

    fn tag(&mut self, field: u32, kind: u32) {
        self.varint(u64::from(field << 3 | kind));
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn the_documentations_own_examples() {
        let a = Message::default().int(1, 150);
        assert_eq!(a.encoded(), [0x08, 0x96, 0x01]);
        let b = Message::default().text(2, "testing");
        assert_eq!(b.encoded(), b"\x12\x07testing");
        let c = Message::default().message(3, &a);
        assert_eq!(c.encoded(), [0x1a, 0x03, 0x08, 0x96, 0x01]);
    }
}
