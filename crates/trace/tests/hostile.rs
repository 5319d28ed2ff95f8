//! No bytes make the reader panic, loop or ask for memory without end. The
//! same entry is the fuzz target `fuzz/fuzz_targets/trace.rs`.

mod common;
#[path = "hostile/entry.rs"]
mod entry;

use std::fs;

use common::{Place, any, leave_partial, packed};
use keelback_trace::file::tables;
use proptest::prelude::*;

/// xorshift64: which bytes change, the same on every run.
struct Changes(u64);

impl Changes {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 8) as usize % bound
    }

    /// A flipped bit, a boundary value over 1, 4 or 8 bytes, or a cut.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len());
        match self.below(16) {
            0 => bytes.truncate(at.max(1)),
            1..4 => self.overwrite(bytes, at, 8),
            4..7 => self.overwrite(bytes, at, 4),
            7..9 => self.overwrite(bytes, at, 1),
            _ => bytes[at] ^= 1 << self.below(8),
        }
    }

    fn overwrite(&mut self, bytes: &mut [u8], at: usize, count: usize) {
        let values = [0, 1, -1, 0x7f, 0xff, 1 << 20, 1 << 31, i64::MAX, i64::MIN];
        let value = values[self.below(values.len())].to_le_bytes();
        for (to, from) in bytes[at..].iter_mut().zip(&value[..count]) {
            *to = *from;
        }
    }
}

#[test]
fn thousands_of_mutations_are_harmless() {
    let original = packed(&any::sample_deeds(7));
    let mut changes = Changes(0x6b65_656c_6261_636b);
    let mut opened = 0;
    for _ in 0..3000 {
        let mut bytes = original.clone();
        for _ in 0..=changes.below(3) {
            changes.change(&mut bytes);
        }
        opened += u32::from(entry::read_everything(&bytes).is_ok());
    }
    // Most hits damage rows or texts, not the structure: the test must reach
    // the decoders behind the first checks.
    assert!(opened > 100, "only {opened} opened");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// In the folder nothing stands before the tables.
    #[test]
    fn flips_in_a_table_are_harmless(
        seed in 1u64..u64::MAX,
        table in any::<prop::sample::Index>(),
    ) {
        let place = Place::new();
        leave_partial(&any::sample_deeds(8), &place.recording());
        let file = place.partial().join(format!("{}.arrows", table.get(&tables()).name));
        let mut bytes = fs::read(&file).expect("a table");
        let mut changes = Changes(seed);
        for _ in 0..4 {
            changes.change(&mut bytes);
        }
        fs::write(&file, bytes).expect("written");
        // Refused or read: either is right.
        let _ = entry::drain(keelback_trace::file::Trace::open(&place.partial()));
    }

    #[test]
    fn noise_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(entry::read_everything(&bytes).is_err());
    }
}
