//! What one look at a stopped thread reads, in as few calls as there can be.
//!
//! A program mostly stops where it stopped before, a few frames further in or
//! out. So the places that the last look read are read again in one call, and
//! only what is new takes another. And a look is a function of what it read: if
//! every byte of it is as before, so is its result.

use std::cell::RefCell;

use keelback_python::{ReadError, ReadMemory};
use nix::sys::uio::RemoteIoVec;

use super::memory::{MOST_PIECES, Remote};

/// What is read around a place that was not read before: frames lie close to
/// one another. It never crosses a page, so it is there as a whole or not.
const WINDOW: u64 = 1024;
/// Places so close to one another are read as one: a range more costs as much
/// as some thousand bytes more.
const GAP: u64 = 2048;
const PAGE: u64 = 4096;
/// How often a trail may grow before it is cut to what is needed.
const MOST_DETOURS: u32 = 8;
/// Looks that did not need a range before the trail is cut: each range costs
/// some 300 ns.
const MOST_IDLE: u8 = 8;

/// Where the last look read, and what.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    ranges: Vec<RemoteIoVec>,
    /// Of all ranges, one behind the other.
    bytes: Vec<u8>,
    /// What mattered: offsets in `bytes`, and lengths.
    read: Vec<(usize, usize)>,
    /// How many looks in a row did not need a range.
    idle: Vec<u8>,
    /// How often it was left since it was made.
    detours: u32,
    /// Room for the next look.
    spare: Vec<u8>,
}

/// What a look along a trail finds.
pub(super) enum Found {
    /// Everything is as it was, and so is the result.
    Same(Trail),
    /// Something is not: look again.
    Changed(Look),
}

/// A memory that keeps what it reads, for one look.
pub(super) struct Look {
    memory: Remote,
    before: Trail,
    kept: RefCell<Kept>,
}

#[derive(Default)]
struct Kept {
    windows: Vec<Window>,
    bytes: Vec<u8>,
    /// What was asked for: places in `bytes`, and lengths.
    asked: Vec<(usize, usize)>,
    /// The window that was used last.
    recent: usize,
}

/// Bytes of the memory, and where they are kept.
#[derive(Clone, Copy)]
struct Window {
    address: u64,
    length: usize,
    offset: usize,
}

impl Look {
    /// Looks along a trail. What cannot be read any more is forgotten.
    pub(super) fn along(memory: Remote, mut trail: Trail) -> Found {
        let mut bytes = std::mem::take(&mut trail.spare);
        let is_there = trail.again(memory, &mut bytes);
        if is_there && trail.is_still(&bytes) {
            trail.spare = bytes;
            return Found::Same(trail.again_as_it_is());
        }
        let (before, kept) = match is_there {
            true => (trail.windows(), bytes),
            false => (Vec::new(), Vec::new()),
        };
        Found::Changed(Look {
            memory,
            before: if is_there { trail } else { Trail::default() },
            kept: RefCell::new(Kept {
                windows: before,
                bytes: kept,
                ..Kept::default()
            }),
        })
    }

    /// What this look has read.
    pub(super) fn trail(self) -> Trail {
        let kept = self.kept.into_inner();
        let detours = match kept.windows.len() > self.before.ranges.len() {
            true => self.before.detours + 1,
            false => self.before.detours,
        };
        let (spare, idle) = (self.before.bytes, kept.idle(self.before.idle));
        let is_long = detours > MOST_DETOURS || idle.iter().any(|it| *it > MOST_IDLE);
        match self.before.ranges.is_empty() || is_long {
            true => Trail {
                spare,
                ..cut(&kept.windows, &kept.bytes, &kept.asked)
            },
            false => Trail {
                ranges: kept.windows.iter().map(Window::range).collect(),
                bytes: kept.bytes,
                read: kept.asked,
                idle,
                detours,
                spare,
            },
        }
    }

    /// Reads pieces of one length, at several places.
    pub(super) fn pieces(&self, places: &[u64], length: usize) -> Result<Vec<u8>, ReadError> {
        self.fetch_new(places, length)?;
        let mut bytes = vec![0; places.len() * length];
        for (place, piece) in places.iter().zip(bytes.chunks_mut(length)) {
            self.read(*place, piece)?;
        }
        Ok(bytes)
    }

    /// All that was not read before, in one call.
    fn fetch_new(&self, places: &[u64], length: usize) -> Result<(), ReadError> {
        let mut kept = self.kept.borrow_mut();
        let mut new = Vec::new();
        for place in places {
            if kept.find(*place, length).is_none() && !new.contains(place) {
                new.push(*place);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let bytes = self.memory.pieces(&new, length)?;
        for (place, bytes) in new.iter().zip(bytes.chunks(length)) {
            kept.keep(*place, bytes);
        }
        Ok(())
    }

    /// Reads what was not read before, and what lies around it.
    fn fetch(&self, address: u64, length: usize) -> Result<usize, ReadError> {
        let start = address & !(WINDOW - 1);
        let fits = address + length as u64 <= start + WINDOW;
        let (start, length) = match fits {
            true => (start, WINDOW as usize),
            false => (address, length),
        };
        let bytes = self.memory.bytes(start, length)?;
        let place = self.kept.borrow_mut().keep(start, &bytes);
        Ok(place + (address - start) as usize)
    }
}

impl ReadMemory for Look {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        let length = buffer.len();
        let known = self.kept.borrow_mut().find(address, length);
        let place = match known {
            Some(place) => place,
            None => self.fetch(address, length)?,
        };
        let mut kept = self.kept.borrow_mut();
        buffer.copy_from_slice(&kept.bytes[place..place + length]);
        kept.asked.push((place, length));
        Ok(())
    }
}

impl Kept {
    /// Where in `bytes` these lie: in the window of before, most likely, or in
    /// the next one.
    fn find(&mut self, address: u64, length: usize) -> Option<usize> {
        let all = self.windows.len();
        for step in 0..all {
            let at = (self.recent + step) % all;
            if let Some(place) = self.windows[at].place(address, length) {
                self.recent = at;
                return Some(place);
            }
        }
        None
    }

    /// Keeps bytes, and says where.
    fn keep(&mut self, address: u64, bytes: &[u8]) -> usize {
        let window = Window {
            address,
            length: bytes.len(),
            offset: self.bytes.len(),
        };
        self.recent = self.windows.len();
        self.windows.push(window);
        self.bytes.extend_from_slice(bytes);
        window.offset
    }

    /// How many looks in a row, this one too, did not need each window.
    fn idle(&self, mut before: Vec<u8>) -> Vec<u8> {
        before.resize(self.windows.len(), 0);
        before.iter_mut().for_each(|it| *it = it.saturating_add(1));
        for (place, _) in &self.asked {
            before[window_of(&self.windows, *place)] = 0;
        }
        before
    }
}

/// The window that a place in the bytes belongs to.
fn window_of(windows: &[Window], place: usize) -> usize {
    windows.partition_point(|it| it.offset <= place) - 1
}

/// A trail of what was asked for alone.
fn cut(windows: &[Window], bytes: &[u8], asked: &[(usize, usize)]) -> Trail {
    let address = |place: usize| {
        let window = windows[window_of(windows, place)];
        window.address + (place - window.offset) as u64
    };
    let mut asked: Vec<(u64, usize, usize)> = asked
        .iter()
        .map(|(place, length)| (address(*place), *length, *place))
        .collect();
    asked.sort_unstable();
    asked.dedup();
    let mut trail = Trail::default();
    let mut from = 0;
    for (address, length, place) in asked {
        from = trail.add(address, &bytes[place..place + length], from);
    }
    trail.idle = vec![0; trail.ranges.len()];
    trail
}

impl Window {
    fn place(&self, address: u64, length: usize) -> Option<usize> {
        let within = address.checked_sub(self.address)? as usize;
        (within + length <= self.length).then_some(self.offset + within)
    }

    fn range(&self) -> RemoteIoVec {
        RemoteIoVec {
            base: self.address as usize,
            len: self.length,
        }
    }
}

impl Trail {
    /// Where its bytes lie.
    fn windows(&self) -> Vec<Window> {
        let mut windows = Vec::with_capacity(self.ranges.len() + 8);
        let mut offset = 0;
        for range in &self.ranges {
            windows.push(Window {
                address: range.base as u64,
                length: range.len,
                offset,
            });
            offset += range.len;
        }
        windows
    }

    /// Once more, nothing has changed: the same ranges were needed.
    fn again_as_it_is(mut self) -> Trail {
        for idle in self.idle.iter_mut().filter(|it| **it > 0) {
            *idle += 1;
        }
        match self.idle.iter().any(|it| *it > MOST_IDLE) {
            true => Trail {
                spare: std::mem::take(&mut self.spare),
                ..cut(&self.windows(), &self.bytes, &self.read)
            },
            false => self,
        }
    }

    /// Reads the same ranges again. Are they all there?
    fn again(&self, memory: Remote, bytes: &mut Vec<u8>) -> bool {
        bytes.resize(self.bytes.len(), 0);
        (1..=MOST_PIECES).contains(&self.ranges.len()) && memory.ranges(&self.ranges, bytes).is_ok()
    }

    /// Is all that mattered as it was?
    fn is_still(&self, bytes: &[u8]) -> bool {
        let same = |&(at, length): &(usize, usize)| {
            bytes.get(at..at + length) == self.bytes.get(at..at + length)
        };
        !self.read.is_empty() && self.read.iter().all(same)
    }

    /// Adds a place that does not begin before the last one does. The last
    /// range begins at `from` in `bytes`; says where it does now.
    fn add(&mut self, address: u64, bytes: &[u8], mut from: usize) -> usize {
        if !self.ranges.last().is_some_and(|it| is_near(it, address)) {
            from = self.bytes.len();
            self.ranges.push(RemoteIoVec {
                base: address as usize,
                len: 0,
            });
        }
        if let Some(range) = self.ranges.last_mut() {
            let within = address as usize - range.base;
            range.len = range.len.max(within + bytes.len());
            self.bytes.resize(from + range.len, 0);
            let at = from + within;
            self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
            self.read.push((at, bytes.len()));
        }
        from
    }
}

/// Is it worth while, and safe, to read what lies between?
fn is_near(range: &RemoteIoVec, address: u64) -> bool {
    let last = (range.base + range.len) as u64 - 1;
    address <= last + GAP && address / PAGE == last / PAGE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me() -> Remote {
        Remote(std::process::id())
    }

    fn changed(trail: Trail) -> Look {
        match Look::along(me(), trail) {
            Found::Changed(look) => look,
            Found::Same(_) => panic!("something is not as it was"),
        }
    }

    fn same(trail: Trail) -> Trail {
        match Look::along(me(), trail) {
            Found::Same(trail) => trail,
            Found::Changed(_) => panic!("everything is as it was"),
        }
    }

    /// What a walk from word to word finds.
    fn walk(look: &Look, first: &[u64; 3]) -> Vec<u64> {
        let at = |index: usize| look.u64(&raw const first[index] as u64).expect("our own");
        let mut found = vec![at(0), at(2)];
        let pieces = look.pieces(&[&raw const first[1] as u64], 8);
        found.extend(pieces.expect("our own").iter().map(|it| u64::from(*it)));
        found
    }

    #[test]
    fn what_is_as_before_is_known_to_be() {
        let mut words = Box::new([1, 2, 3]);
        let first = changed(Trail::default());
        assert_eq!(walk(&first, &words), [1, 3, 2, 0, 0, 0, 0, 0, 0, 0]);
        let trail = first.trail();
        assert_eq!(trail.ranges.len(), 1, "neighbours are read as one");
        let trail = same(same(trail));
        words[2] = 4;
        let look = changed(trail);
        assert_eq!(walk(&look, &words), [1, 4, 2, 0, 0, 0, 0, 0, 0, 0]);
        same(look.trail());
    }

    #[test]
    fn what_was_read_by_the_way_does_not_matter() {
        let mut words = Box::new([1_u64; 9]);
        let address = |words: &[u64; 9], index: usize| &raw const words[index] as u64;
        let look = changed(Trail::default());
        let ends = [0, 8].map(|index| look.u64(address(&words, index)));
        assert_eq!(ends, [Ok(1), Ok(1)]);
        let trail = look.trail();
        words[4] = 77;
        same(trail);
    }

    #[test]
    fn a_trail_grows_by_detours_and_is_cut_in_the_end() {
        let mut far: Vec<Box<[u64; 1024]>> = (0..40).map(|it| Box::new([it; 1024])).collect();
        let mut trail = Trail::default();
        let mut widest = 0;
        for (number, page) in (0_u64..).zip(&mut far) {
            let look = changed(trail);
            let found = look.u64(&raw const page[512] as u64);
            assert_eq!(found, Ok(number));
            trail = look.trail();
            page[512] += 1;
            widest = widest.max(trail.ranges.len());
        }
        assert!(
            (2..=MOST_DETOURS as usize + 2).contains(&widest),
            "{widest}"
        );
    }

    #[test]
    fn what_is_not_needed_any_more_is_not_read() {
        let far: Vec<Box<[u64; 1024]>> = (0..4).map(|it| Box::new([it; 1024])).collect();
        let place = |index: usize| &raw const far[index][512] as u64;
        let look = changed(Trail::default());
        assert!((0..4).all(|it| look.u64(place(it)) == Ok(it as u64)));
        let long = look.trail();
        assert_eq!(long.ranges.len(), 4);
        // Another look, which needs less.
        let look = Look {
            memory: me(),
            kept: RefCell::new(Kept {
                windows: long.windows(),
                bytes: long.bytes.clone(),
                ..Kept::default()
            }),
            before: long,
        };
        assert_eq!(look.u64(place(1)), Ok(1));
        let mut trail = look.trail();
        assert_eq!(trail.ranges.len(), 4, "it may be needed again soon");
        for _ in 0..MOST_IDLE {
            trail = same(trail);
        }
        assert_eq!(trail.ranges.len(), 1);
        same(trail);
    }

    #[test]
    fn a_trail_into_nothing_is_left() {
        let trail = Trail {
            ranges: vec![RemoteIoVec { base: 8, len: 8 }],
            bytes: vec![0; 8],
            read: vec![(0, 8)],
            ..Trail::default()
        };
        assert!(changed(trail).u64(8).is_err());
    }
}
