//! Where processes spend their time: the kernel's clock looks at them.
//!
//! Own, because perf(1) is seldom installed, and its clock needs no counters:
//! it works in virtual machines too (perf_event_open(2),
//! PERF_COUNT_SW_CPU_CLOCK).
#![expect(
    unsafe_code,
    reason = "the ring buffer of perf_event_open(2) has no safe wrapper in rustix or nix"
)]

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sys::{EventAttr, open_event};

const SOFTWARE: u32 = 1;
const CPU_CLOCK: u64 = 0;
const SAMPLE_IP_AND_THREAD: u64 = 1 | 2;
const DISABLED: u64 = 1;
const INHERIT: u64 = 1 << 1;
const EXCLUDE_KERNEL: u64 = 1 << 5;
const MMAP: u64 = 1 << 8;
const ENABLE_ON_EXEC: u64 = 1 << 12;

/// Pages of a ring buffer, a power of two: within what users without privileges
/// may lock (perf_event_mlock_kb, 516 kB for each CPU).
const PAGES: usize = 64;
const PAGE: usize = 4096;

/// Where the first page of a ring buffer has the ends of its data
/// (perf_event_mmap_page).
const HEAD: usize = 1024;
const TAIL: usize = 1032;

/// Samples that fit into one buffer, with room for the rest.
pub(super) const ROOM: u64 = 8_000;

/// Something the kernel noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// A file is mapped, to be executed.
    Mapped {
        process: u32,
        start: u64,
        length: u64,
        offset: u64,
        file: String,
    },
    /// A process was here.
    Sample { process: u32, address: u64 },
    /// The buffer was full.
    Lost(u64),
}

/// Watches what this thread starts, from execve(2) on.
pub(super) struct Sampler(Vec<Ring>);

impl Sampler {
    /// Begins: every `period_ns` of CPU time one sample, of user mode only.
    ///
    /// # Errors
    /// The kernel refuses: perf_event_paranoid is above 2, or there is no perf.
    pub(super) fn start(period_ns: u64) -> io::Result<Sampler> {
        let rings = online_cpus()?
            .into_iter()
            .map(|cpu| Ring::open(cpu, period_ns));
        rings.collect::<io::Result<_>>().map(Sampler)
    }

    /// What was noted, CPU by CPU.
    pub(super) fn finish(self) -> Vec<Note> {
        self.0.iter().flat_map(|ring| notes(&ring.data())).collect()
    }
}

/// The numbers in a list like `0-3,6`.
fn online_cpus() -> io::Result<Vec<i32>> {
    let list = fs::read_to_string("/sys/devices/system/cpu/online")?;
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse::<i32>().ok()?..=last.parse().ok()?)
    };
    let ranges = list.trim().split(',').filter_map(range);
    Ok(ranges.flatten().collect())
}

/// The event of one CPU and its buffer. Inherited events share their parent's.
struct Ring {
    _event: OwnedFd,
    memory: *mut u8,
}

impl Ring {
    fn open(cpu: i32, period_ns: u64) -> io::Result<Ring> {
        let attr = EventAttr {
            kind: SOFTWARE,
            config: CPU_CLOCK,
            sample_period: period_ns,
            sample_type: SAMPLE_IP_AND_THREAD,
            flags: DISABLED | INHERIT | EXCLUDE_KERNEL | MMAP | ENABLE_ON_EXEC,
            ..EventAttr::default()
        };
        let event = open_event(attr, Some(cpu))?;
        // SAFETY: a new mapping at an address of the kernel's choice.
        let memory = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                (PAGES + 1) * PAGE,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                event.as_raw_fd(),
                0,
            )
        };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Ring {
            _event: event,
            memory: memory.cast(),
        })
    }

    /// What has not been read yet, in one piece.
    fn data(&self) -> Vec<u8> {
        let (head, tail) = (self.end(HEAD), self.end(TAIL));
        let from = head.load(Ordering::Acquire);
        let first = tail.load(Ordering::Relaxed);
        let size = PAGES * PAGE;
        let data = (first..from)
            .map(|place| {
                let place = PAGE + place as usize % size;
                // SAFETY: `place` is inside the mapping, and the kernel does not write
                // between tail and head.
                unsafe { self.memory.add(place).read() }
            })
            .collect();
        tail.store(from, Ordering::Release);
        data
    }

    fn end(&self, place: usize) -> &AtomicU64 {
        // SAFETY: the mapping begins with perf_event_mmap_page, whose ends of the data
        // are aligned and accessed atomically by both sides; it lives as long as `self`.
        unsafe { &*self.memory.add(place).cast::<AtomicU64>() }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: this is the mapping that `open` made, and nothing refers to it.
        unsafe { libc::munmap(self.memory.cast(), (PAGES + 1) * PAGE) };
    }
}

/// Takes records apart (perf_event_open(2), "MMAP layout").
fn notes(mut data: &[u8]) -> Vec<Note> {
    let mut notes = Vec::new();
    while let Some(size) = number(data, 6, 2).map(|size| size as usize) {
        let Some(record) = data.get(..size).filter(|record| record.len() >= 8) else {
            break;
        };
        notes.extend(note(record));
        data = &data[size..];
    }
    notes
}

fn note(record: &[u8]) -> Option<Note> {
    const MAPPED: u64 = 1;
    const LOST: u64 = 2;
    const SAMPLE: u64 = 9;
    match number(record, 0, 4)? {
        MAPPED => Some(Note::Mapped {
            process: number(record, 8, 4)? as u32,
            start: number(record, 16, 8)?,
            length: number(record, 24, 8)?,
            offset: number(record, 32, 8)?,
            file: text(record.get(40..)?),
        }),
        LOST => number(record, 16, 8).map(Note::Lost),
        SAMPLE => Some(Note::Sample {
            address: number(record, 8, 8)?,
            process: number(record, 16, 4)? as u32,
        }),
        _ => None,
    }
}

fn number(data: &[u8], place: usize, size: usize) -> Option<u64> {
    let mut bytes = [0; 8];
    bytes[..size].copy_from_slice(data.get(place..place + size)?);
    Some(u64::from_ne_bytes(bytes))
}

fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u32, body: &[u8]) -> Vec<u8> {
        let size = (8 + body.len()) as u16;
        [&kind.to_ne_bytes()[..], &[0, 0], &size.to_ne_bytes(), body].concat()
    }

    #[test]
    fn records_are_taken_apart_and_others_skipped() {
        let sample = [
            &0x40_1000_u64.to_ne_bytes()[..],
            &7_u32.to_ne_bytes(),
            &8_u32.to_ne_bytes(),
        ];
        let data = [
            record(3, &[0; 16]),
            record(9, &sample.concat()),
            record(2, &[1; 16]),
        ];
        assert_eq!(
            notes(&data.concat()),
            [
                Note::Sample {
                    process: 7,
                    address: 0x40_1000
                },
                Note::Lost(0x0101_0101_0101_0101),
            ]
        );
    }

    #[test]
    fn a_torn_record_ends_the_data() {
        let data = record(9, &[0; 16]);
        assert!(notes(&data[..20]).is_empty());
        assert!(
            notes(&[0; 64]).is_empty(),
            "a size of nothing leads nowhere"
        );
    }
}
