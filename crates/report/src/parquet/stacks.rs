//! Stacks as texts, and ids for those texts that hold in every recording.

use keelback_trace::{Dictionary, StackId};

/// The id of each stack's text.
///
/// A recording's own stack ids mean nothing in another recording, and a
/// dataset holds many. So the id is a hash of the text: FNV-1a, 64 bits
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>). The same stack has the same
/// id on every host and every day.
pub(super) struct StackTexts {
    ids: Vec<u64>,
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// Between the frames of a text.
const SEPARATOR: &str = "\n";

impl StackTexts {
    /// Callers are defined before the stacks on top of them.
    pub(super) fn of(dictionary: &Dictionary) -> StackTexts {
        let mut ids: Vec<u64> = Vec::with_capacity(dictionary.stacks.len());
        for stack in &dictionary.stacks {
            let parent = stack.parent.index().checked_sub(1);
            let before = parent.and_then(|parent| ids.get(parent).copied());
            let start = before.map_or(FNV_OFFSET, |hash| add(hash, SEPARATOR));
            let frame = dictionary.frames.get(stack.frame.index());
            let label = frame.map(|frame| dictionary.frame_label(*frame));
            ids.push(add(start, label.as_deref().unwrap_or("?")));
        }
        StackTexts { ids }
    }

    /// The id of a stack's text; `None` for no stack.
    pub(super) fn id(&self, stack: StackId) -> Option<i64> {
        let id = self.ids.get(stack.index().checked_sub(1)?)?;
        Some(id.cast_signed())
    }
}

fn add(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)
    })
}

/// A stack's frames, one a line, innermost last.
pub(super) fn text(dictionary: &Dictionary, stack: StackId) -> String {
    let frames = dictionary.frames_of(stack);
    let mut labels: Vec<String> = frames.map(|it| dictionary.frame_label(it)).collect();
    labels.reverse();
    labels.join(SEPARATOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(add(FNV_OFFSET, "foobar"), 0x8594_4171_f739_67e8);
    }
}
