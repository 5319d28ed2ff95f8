//! An io_uring that owns all that the kernel is told the address of.
//!
//! Paths are borrowed from the script for as long as the ring lives; buffers
//! are the ring's. Every operation that was queued is waited for before a
//! buffer is used again and before the ring is dropped, so the kernel never
//! writes to what is no longer there.

use std::ffi::CStr;
use std::io;

use io_uring::squeue::{Entry, Flags};
use io_uring::{IoUring, opcode, types};

/// Which features the ring is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// None.
    Bare,
    /// `SINGLE_ISSUER` and `DEFER_TASKRUN` (Linux 6.1).
    Defer,
    /// `SQPOLL`.
    Poll,
}

/// Entries of the largest submission queue.
const MOST_ENTRIES: u32 = 1024;
/// Milliseconds until a polling thread sleeps: longer than any pause between two
/// submits, and no longer, because it burns as much after the last.
const POLL_IDLE: u32 = 2;

/// What the kernel writes to; used by one ring after another, so that no ring
/// pays for the pages.
pub(crate) struct Memory {
    /// What files are; nobody reads it.
    facts: Vec<libc::statx>,
    buffers: Vec<Vec<u8>>,
}

impl Memory {
    pub(crate) fn new() -> Memory {
        // SAFETY: `statx` is plain integers; zero is a value of each.
        let nothing: libc::statx = unsafe { std::mem::zeroed() };
        Memory {
            facts: vec![nothing; MOST_ENTRIES as usize],
            buffers: Vec::new(),
        }
    }
}

/// A ring and its memory.
pub(crate) struct Ring<'a> {
    ring: IoUring,
    memory: &'a mut Memory,
    entries: usize,
    asked: usize,
    used: usize,
    pending: usize,
    /// Operations that failed.
    pub(crate) failed: u64,
    /// The result of the last operation that completed.
    pub(crate) last: i32,
    /// Times the kernel was entered.
    pub(crate) enters: u64,
}

impl<'a> Ring<'a> {
    /// A ring with room for so many operations, [`MOST_ENTRIES`] at most, and
    /// for so many files of its own.
    ///
    /// # Errors
    /// Whatever the kernel says: io_uring may be switched off.
    pub(crate) fn new(
        kind: Kind,
        entries: u32,
        slots: u32,
        memory: &'a mut Memory,
    ) -> io::Result<Ring<'a>> {
        let entries = entries.min(MOST_ENTRIES);
        let mut builder = IoUring::builder();
        match kind {
            Kind::Bare => {}
            Kind::Defer => {
                builder.setup_single_issuer().setup_defer_taskrun();
            }
            Kind::Poll => {
                builder.setup_sqpoll(POLL_IDLE);
            }
        }
        let ring = builder.build(entries)?;
        if slots > 0 {
            ring.submitter().register_files_sparse(slots)?;
        }
        Ok(Ring {
            ring,
            memory,
            entries: entries as usize,
            asked: 0,
            used: 0,
            pending: 0,
            failed: 0,
            last: 0,
            enters: 0,
        })
    }

    /// Is there room for so many more operations?
    pub(crate) fn has_room(&self, more: usize) -> bool {
        self.pending + more < self.entries
    }

    /// Queues a statx of a path.
    pub(crate) fn stat(&mut self, path: &'a CStr) {
        let entry = self.statx(types::Fd(libc::AT_FDCWD), path, 0);
        self.push(entry);
    }

    /// Queues a statx of an open file.
    pub(crate) fn fstat(&mut self, fd: i32) {
        let entry = self.statx(types::Fd(fd), c"", libc::AT_EMPTY_PATH);
        self.push(entry);
    }

    fn statx(&mut self, fd: types::Fd, path: &'a CStr, flags: i32) -> Entry {
        let facts: *mut libc::statx = &mut self.memory.facts[self.asked];
        self.asked += 1;
        opcode::Statx::new(fd, path.as_ptr(), facts.cast())
            .flags(flags)
            .mask(libc::STATX_BASIC_STATS)
            .build()
    }

    /// Queues an open that gives a descriptor of the process.
    pub(crate) fn open(&mut self, path: &'a CStr, flags: i32) {
        let entry = opcode::OpenAt::new(types::Fd(libc::AT_FDCWD), path.as_ptr())
            .flags(flags)
            .build();
        self.push(entry);
    }

    /// Queues an open into one of the ring's own slots.
    pub(crate) fn open_direct(&mut self, path: &'a CStr, flags: i32, slot: u32, linked: bool) {
        let Ok(slot) = types::DestinationSlot::try_from_slot_target(slot) else {
            self.failed += 1;
            return;
        };
        // A direct descriptor cannot be kept across exec, so it has no flag
        // that says so (io_uring/openclose.c).
        let entry = opcode::OpenAt::new(types::Fd(libc::AT_FDCWD), path.as_ptr())
            .flags(flags & !libc::O_CLOEXEC)
            .file_index(Some(slot))
            .build();
        self.push(link(entry, linked, Flags::IO_LINK));
    }

    /// Queues a read from a descriptor of the process.
    pub(crate) fn read(&mut self, fd: i32, length: usize) {
        let (address, length) = self.buffer(length);
        // The offset -1 is the file's own position.
        let entry = opcode::Read::new(types::Fd(fd), address, length)
            .offset(u64::MAX)
            .build();
        self.push(entry);
    }

    /// Queues a read from one of the ring's own slots.
    pub(crate) fn read_direct(&mut self, slot: u32, length: usize, linked: bool) {
        let (address, length) = self.buffer(length);
        let entry = opcode::Read::new(types::Fixed(slot), address, length).build();
        // A short read must not keep the file from being closed.
        self.push(link(entry, linked, Flags::IO_HARDLINK));
    }

    /// Queues a close of a descriptor of the process.
    pub(crate) fn close(&mut self, fd: i32) {
        self.push(opcode::Close::new(types::Fd(fd)).build());
    }

    /// Queues a close of one of the ring's own slots.
    pub(crate) fn close_direct(&mut self, slot: u32) {
        self.push(opcode::Close::new(types::Fixed(slot)).build());
    }

    fn buffer(&mut self, length: usize) -> (*mut u8, u32) {
        if self.memory.buffers.len() <= self.used {
            self.memory.buffers.push(Vec::new());
        }
        let buffer = &mut self.memory.buffers[self.used];
        if buffer.len() < length {
            buffer.resize(length, 1);
        }
        self.used += 1;
        (buffer.as_mut_ptr(), length as u32)
    }

    fn push(&mut self, entry: Entry) {
        // SAFETY: what the entry points to is borrowed for `'a` or owned by
        // this ring, and is not touched before `finish` has seen it completed.
        let pushed = unsafe { self.ring.submission().push(&entry) };
        match pushed {
            Ok(()) => self.pending += 1,
            Err(_) => self.failed += 1,
        }
    }

    /// Submits what is queued and waits for all of it.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        while self.pending > 0 {
            self.enters += 1;
            self.ring.submit_and_wait(self.pending)?;
            for done in self.ring.completion() {
                self.pending = self.pending.saturating_sub(1);
                self.last = done.result();
                self.failed += u64::from(done.result() < 0);
            }
        }
        self.used = 0;
        self.asked = 0;
        Ok(())
    }
}

impl Drop for Ring<'_> {
    fn drop(&mut self) {
        // An error leaves nothing that could be done about it.
        let _ = self.finish();
    }
}

fn link(entry: Entry, linked: bool, flag: Flags) -> Entry {
    match linked {
        true => entry.flags(flag),
        false => entry,
    }
}
