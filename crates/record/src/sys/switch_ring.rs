//! When a thread left a CPU and when it got one: the kernel notes it, and the
//! thread is not stopped for it (perf_event_open(2), `context_switch`).
//!
//! A user may ask for this of own threads where `perf_event_paranoid` is 2 or
//! less. A note takes 16 bytes and some tenths of a microsecond.
#![expect(
    unsafe_code,
    reason = "the ring buffer of perf_event_open(2) has no safe wrapper in rustix or nix"
)]

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use super::perf::{Attr, Of, SOFTWARE, open};

/// `PERF_COUNT_SW_DUMMY`: counts nothing, but carries notes.
const DUMMY: u64 = 9;
/// `PERF_SAMPLE_TIME`: what stands behind each note (`sample_id_all`).
const TIME: u64 = 1 << 2;
const EXCLUDE_KERNEL: u64 = 1 << 5;
const EXCLUDE_HV: u64 = 1 << 6;
const SAMPLE_ID_ALL: u64 = 1 << 18;
const USE_CLOCK: u64 = 1 << 25;
const CONTEXT_SWITCH: u64 = 1 << 26;

/// Pages of notes, a power of two, the most that can be had. A user may lock only
/// so many (`perf_event_mlock_kb`, `ulimit -l`).
const PAGES: [usize; 2] = [4, 1];
/// One more is before them, with the ends of the notes (`struct
/// perf_event_mmap_page`).
const PAGE: usize = 4096;
const HEAD: usize = 1024;
const TAIL: usize = 1032;

/// `PERF_RECORD_LOST`, `PERF_RECORD_SWITCH` and its `misc`.
const LOST: u32 = 2;
const SWITCH: u32 = 14;
const OUT: u16 = 1 << 13;
const PREEMPTED: u16 = 1 << 14;
/// Bytes of a note on a switch, its time behind it.
const SWITCH_SIZE: u64 = 16;

/// What the kernel noted of a thread; instants of `CLOCK_MONOTONIC`, ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It got a CPU.
    On(u64),
    /// It left its CPU: to sleep, or because another took it.
    Off {
        /// When.
        at: u64,
        /// Could it have run on?
        preempted: bool,
    },
    /// So many notes found no room.
    Lost(u64),
}

/// The notes on one thread.
#[derive(Debug)]
pub(crate) struct SwitchRing {
    _event: OwnedFd,
    memory: NonNull<u8>,
    pages: usize,
}

impl SwitchRing {
    /// Begins to take notes on a thread; on this one for 0.
    pub(crate) fn of(tid: u32) -> io::Result<SwitchRing> {
        let attr = Attr {
            kind: SOFTWARE,
            config: DUMMY,
            sample_type: TIME,
            flags: EXCLUDE_KERNEL | EXCLUDE_HV | SAMPLE_ID_ALL | USE_CLOCK | CONTEXT_SWITCH,
            clock: libc::CLOCK_MONOTONIC,
            ..Attr::default()
        };
        let event = open(&attr, Of::Thread(tid))?;
        let mapped = PAGES.iter().find_map(|it| Some((map(&event, *it)?, *it)));
        match mapped {
            Some((memory, pages)) => Ok(SwitchRing {
                _event: event,
                memory,
                pages,
            }),
            None => Err(io::Error::last_os_error()),
        }
    }

    /// What was noted since it was asked last.
    pub(crate) fn drain(&mut self, mut hear: impl FnMut(Noted)) {
        let head = self.end(HEAD).load(Ordering::Acquire);
        let mut at = self.end(TAIL).load(Ordering::Relaxed);
        while at < head {
            let [first] = self.words(at);
            let size = first >> 48;
            if size < 8 {
                break;
            }
            if let Some(noted) = self.note(at, first as u32, (first >> 32) as u16, size) {
                hear(noted);
            }
            at += size;
        }
        self.end(TAIL).store(head, Ordering::Release);
    }

    /// The last note, drained or not, if it is one on a switch.
    pub(crate) fn last(&self) -> Option<Noted> {
        let head = self.end(HEAD).load(Ordering::Acquire);
        let at = head.checked_sub(SWITCH_SIZE)?;
        let [first] = self.words(at);
        let (kind, size) = (first as u32, first >> 48);
        let is_switch = kind == SWITCH && size == SWITCH_SIZE;
        is_switch.then(|| self.note(at, kind, (first >> 32) as u16, size))?
    }

    /// A note of `size` bytes; its time comes last.
    fn note(&self, at: u64, kind: u32, misc: u16, size: u64) -> Option<Noted> {
        match kind {
            SWITCH if misc & OUT == 0 => Some(Noted::On(self.words::<1>(at + size - 8)[0])),
            SWITCH => Some(Noted::Off {
                at: self.words::<1>(at + size - 8)[0],
                preempted: misc & PREEMPTED != 0,
            }),
            LOST => Some(Noted::Lost(self.words::<3>(at)[2])),
            _ => None,
        }
    }

    /// Words of a note, which may go on at the page's begin.
    fn words<const N: usize>(&self, at: u64) -> [u64; N] {
        std::array::from_fn(|index| {
            let place = (at as usize + 8 * index) % (self.pages * PAGE);
            // SAFETY: notes are whole words, so `place` is aligned and inside the
            // mapping behind its first page; the kernel writes neither between tail and
            // head nor over the last note.
            unsafe { self.memory.add(PAGE + place).cast::<u64>().read() }
        })
    }

    fn end(&self, place: usize) -> &AtomicU64 {
        // SAFETY: the mapping begins with perf_event_mmap_page, whose ends of the data
        // are aligned and accessed atomically by both sides; it lives as long as `self`.
        unsafe { self.memory.add(place).cast::<AtomicU64>().as_ref() }
    }
}

/// Maps so many pages of notes, and the one before them.
fn map(event: &OwnedFd, pages: usize) -> Option<NonNull<u8>> {
    // SAFETY: a new mapping at an address of the kernel's choice.
    let memory = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            (pages + 1) * PAGE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED,
            event.as_raw_fd(),
            0,
        )
    };
    NonNull::new(memory.cast()).filter(|_| memory != libc::MAP_FAILED)
}

impl Drop for SwitchRing {
    fn drop(&mut self) {
        // SAFETY: this is the mapping that `of` made, and nothing refers to it.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), (self.pages + 1) * PAGE) };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cost::monotonic;

    fn drained(ring: &mut SwitchRing) -> Vec<Noted> {
        let mut all = Vec::new();
        ring.drain(|it| all.push(it));
        all
    }

    #[test]
    fn a_sleep_is_noted_with_its_begin_and_end() {
        // Not everybody may: there it is never used.
        let Ok(mut ring) = SwitchRing::of(0) else {
            return;
        };
        drained(&mut ring);
        let before = monotonic();
        std::thread::sleep(Duration::from_millis(5));
        let after = monotonic();
        let noted = drained(&mut ring);
        let slept = noted.windows(2).find_map(|pair| match pair {
            [
                Noted::Off {
                    at,
                    preempted: false,
                },
                Noted::On(on),
            ] => Some((*at, *on)),
            _ => None,
        });
        assert_eq!(ring.last(), noted.last().copied());
        let (off, on) = slept.expect("it slept");
        assert!(before <= off && off + 4_900_000 <= on && on <= after);
    }

    #[test]
    fn notes_without_room_are_counted() {
        // Not everybody may: there it is never used.
        let Ok(mut ring) = SwitchRing::of(0) else {
            return;
        };
        for _ in 0..800 {
            std::thread::sleep(Duration::from_micros(10));
        }
        drained(&mut ring);
        std::thread::sleep(Duration::from_micros(10));
        let lost = |it: &Noted| matches!(it, Noted::Lost(1..));
        assert!(drained(&mut ring).iter().any(lost));
    }
}
