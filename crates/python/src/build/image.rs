//! Link-time addresses, file offsets and load addresses.

/// The kernel maps whole pages, so a mapping may start before its segment.
const PAGE: u64 = 4096;

/// How a file is mapped into memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Is it mapped at its link-time addresses (`ET_EXEC`)?
    pub fixed: bool,
    /// Its `PT_LOAD` segments, by address.
    pub segments: Vec<Segment>,
}

/// A `PT_LOAD` segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Link-time address.
    pub address: u64,
    /// Bytes in memory.
    pub size: u64,
    /// Where it starts in the file.
    pub offset: u64,
    /// Bytes in the file.
    pub file_size: u64,
    /// Is it code?
    pub executable: bool,
}

impl Image {
    /// The file offset of a link-time address; `None` outside the file.
    pub fn file_offset(&self, address: u64) -> Option<u64> {
        self.segments
            .iter()
            .find(|it| holds(it.address, it.file_size, address))
            .map(|it| (address - it.address).wrapping_add(it.offset))
    }

    /// The load bias, to be added to every link-time address, of a file whose
    /// byte `offset` is mapped at `address`; `None` when no segment has that
    /// byte. A page that two segments share is taken for the first one's: ask
    /// with the file's first mapping.
    pub fn bias(&self, offset: u64, address: u64) -> Option<u64> {
        let segment = self.segments.iter().find(|it| {
            let start = it.offset & !(PAGE - 1);
            holds(
                start,
                it.file_size.saturating_add(it.offset - start),
                offset,
            )
        })?;
        let linked = segment.address.wrapping_sub(segment.offset);
        Some(address.wrapping_sub(linked.wrapping_add(offset)))
    }
}

fn holds(start: u64, size: u64, it: u64) -> bool {
    it.checked_sub(start)
        .is_some_and(|distance| distance < size)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// libpython3.11.so.1.0's segments, rounded.
    fn image() -> Image {
        let segment = |address, offset, file_size, size| Segment {
            address,
            size,
            offset,
            file_size,
            executable: address == 0x6_3000,
        };
        Image {
            fixed: false,
            segments: vec![
                segment(0, 0, 0x62_c98, 0x62_c98),
                segment(0x6_3000, 0x6_3000, 0x20_0000, 0x20_0000),
                segment(0x43_db10, 0x43_cb10, 0x13_a550, 0x17_b4c0),
            ],
        }
    }

    #[test]
    fn file_offsets_follow_the_segment() {
        assert_eq!(image().file_offset(0x6_3010), Some(0x6_3010));
        assert_eq!(image().file_offset(0x54_e540), Some(0x54_d540));
        // .bss is in memory only.
        assert_eq!(image().file_offset(0x43_db10 + 0x13_a550), None);
        assert_eq!(image().file_offset(u64::MAX), None);
    }

    #[test]
    fn bias_is_the_same_from_every_mapping() {
        let base = 0x7f00_1234_0000;
        assert_eq!(image().bias(0, base), Some(base));
        assert_eq!(image().bias(0x10_0000, base + 0x10_0000), Some(base));
        assert_eq!(image().bias(0x43_c000, base + 0x43_d000), Some(base));
        assert_eq!(image().bias(0x9999_9000, base), None);
    }
}
