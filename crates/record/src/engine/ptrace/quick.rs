//! Maps that are asked at every stop.
//!
//! Their keys come from the program's memory layout, not from somebody who
//! picks them to collide, so a multiplication a word does (the scheme of
//! Firefox's hash tables).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

pub(super) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;
pub(super) type QuickSet<K> = HashSet<K, BuildHasherDefault<Quick>>;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quick(u64);

/// 2^64 divided by pi.
const SPREAD: u64 = 0x517c_c1b7_2722_0a95;

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..piece.len()].copy_from_slice(piece);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(SPREAD);
    }

    fn write_i64(&mut self, word: i64) {
        self.write_u64(word.cast_unsigned());
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    /// The low bits choose a table's place, the multiplication stirs the high.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hash;

    use super::*;

    #[test]
    fn neighbours_do_not_meet() {
        let hash = |key: (u64, i64)| {
            let mut hasher = Quick::default();
            key.hash(&mut hasher);
            hasher.finish()
        };
        let all: HashSet<u64> = (0..1000)
            .flat_map(|address| (0..10).map(move |offset| hash((address * 16, offset * 2))))
            .collect();
        assert_eq!(all.len(), 10_000);
        let low: HashSet<u64> = all.iter().map(|it| it & 1023).collect();
        assert!(low.len() > 900, "{}", low.len());
    }
}
