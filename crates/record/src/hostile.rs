//! The decoder under bytes that no kernel sends: for the fuzz target, and for
//! the test below that runs without one.

use keelback_trace::{Memory, WriteError};

use crate::engine::ebpf::decode::Decoder;
use crate::engine::ebpf::python::Builds;

/// Decodes `bytes` as records, each behind a length of two bytes, into memory.
///
/// # Errors
/// Never with a sink in memory; it stands for the sink's.
pub fn decode_records(bytes: &[u8]) -> Result<Memory, WriteError> {
    let mut memory = Memory::default();
    let mut decoder = Decoder::new(&mut memory, 0, Builds::default())?;
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_le_bytes(*length)).min(after.len());
        let (record, after) = after.split_at(length);
        // The ring buffer hands records out at multiples of eight bytes.
        let words: Vec<u64> = record.chunks(8).map(word).collect();
        decoder.take(&zerocopy::IntoBytes::as_bytes(&words[..])[..record.len()])?;
        rest = after;
    }
    decoder.release()?;
    decoder.finish(&[], &[])?;
    drop(decoder);
    Ok(memory)
}

fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_ne_bytes(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::decode_records;
    use crate::engine::ebpf::abi;

    /// A record of a known kind with any content: what random bytes seldom hit.
    fn record() -> impl Strategy<Value = Vec<u8>> {
        let kind = abi::RECORD_SWITCH_OUT..=abi::RECORD_GIL + 1;
        let content = prop::collection::vec(any::<u8>(), 0..400);
        (kind, 0..4u32, 0..1_000_000u64, content).prop_map(|(kind, tid, at, content)| {
            let kind = u16::try_from(kind).unwrap_or(0);
            let mut record = Vec::new();
            record.extend(kind.to_ne_bytes());
            record.extend(0u16.to_ne_bytes());
            // Small numbers meet one another; these tids belong to nobody.
            record.extend((4_100_000 + tid).to_ne_bytes());
            record.extend(at.to_ne_bytes());
            record.extend(content);
            record
        })
    }

    proptest! {
        #[test]
        fn any_records_are_taken_or_counted(records in prop::collection::vec(record(), 0..30)) {
            let mut bytes = Vec::new();
            for record in &records {
                let length = u16::try_from(record.len()).unwrap_or(0);
                bytes.extend(length.to_le_bytes());
                bytes.extend(record);
            }
            let memory = decode_records(&bytes).expect("memory takes everything");
            prop_assert!(memory.events.is_sorted_by_key(|event| event.at));
            for event in &memory.events {
                prop_assert!(event.thread.index() < memory.dictionary.threads.len());
                prop_assert!(event.stack.index() <= memory.dictionary.stacks.len());
            }
        }

        #[test]
        fn any_bytes_are_taken_or_counted(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            decode_records(&bytes).expect("memory takes everything");
        }
    }
}
