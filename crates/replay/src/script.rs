//! What is made again: a list of calls that only look.

use std::collections::{BTreeMap, HashMap};
use std::ffi::CString;

use keelback_trace::{Call, EventKind, ReadError, Source};
use syscalls::x86_64::Sysno;

/// One call, and what it returned when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    /// What to do.
    pub act: Act,
    /// Its recorded return value; `-errno` on failure.
    pub recorded: i64,
}

/// A slot is the position of an open file in [`Script::files`].
pub(crate) type Slot = usize;

/// Calls that cannot change anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// stat(2) by path.
    Stat(CString),
    /// access(2).
    Access(CString, u32),
    /// readlink(2).
    Readlink(CString),
    /// open(2) for reading.
    Open(Slot),
    /// An open(2) that failed.
    OpenFails(CString, i32),
    /// fstat(2).
    Fstat(Slot),
    /// read(2) of at most so many bytes.
    Read(Slot, usize),
    /// lseek(2): offset and whence.
    Seek(Slot, i64, u32),
    /// getdents64(2) with a buffer of so many bytes.
    List(Slot, usize),
    /// ioctl(2) `TCGETS`: is it a terminal?
    IsTerminal(Slot),
    /// close(2).
    Close(Slot),
}

/// An open that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path.
    pub path: CString,
    /// Flags it was opened with.
    pub flags: i32,
    /// Was it listed, or opened to be?
    pub folder: bool,
    /// Bytes that were read of it in all.
    pub bytes: usize,
}

/// A recording's file calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// In the order in which they were made.
    pub ops: Vec<Op>,
    /// What was opened.
    pub files: Vec<File>,
    /// Calls that are not made again, by name and reason.
    pub refused: BTreeMap<String, u64>,
}

/// open(2) on x86-64.
const O_ACCMODE: u64 = 3;
const O_CREAT: u64 = 0o100;
const O_TRUNC: u64 = 0o1000;
const O_DIRECTORY: u64 = 0o200_000;
const O_NONBLOCK: i32 = 0o4000;
/// ioctl(2): asm-generic/ioctls.h.
const TCGETS: u64 = 0x5401;
/// A buffer larger than this was never filled at a start-up.
const MOST_READ: u64 = 64 << 20;

impl Script {
    /// Reads the calls of a recording's first Python, else of its first
    /// process, after its last exec.
    ///
    /// # Errors
    /// Whatever the source says about a file it cannot read.
    pub fn read(source: &dyn Source) -> Result<Script, ReadError> {
        let known = source.dictionary();
        let first = known.interpreters.first();
        let subject = first.map_or(keelback_trace::ProcessId(0), |it| it.process);
        let mut making = Making::default();
        for event in source.events()? {
            let event = event?;
            let thread = known.threads.get(event.thread.index());
            if thread.is_none_or(|it| it.process != subject) {
                continue;
            }
            match event.kind {
                EventKind::Exec { .. } => making = Making::default(),
                EventKind::Call {
                    call, ret, path, ..
                } => making.call(call, ret, known.text(path)),
                _ => {}
            }
        }
        Ok(making.script)
    }

    /// Files (not folders) that were read.
    pub fn read_files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|it| !it.folder && it.bytes > 0)
    }

    /// Calls for which io_uring has no operation (Linux 6.18: opcodes 0-62),
    /// by name.
    pub fn without_opcode(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for op in &self.ops {
            let name = match op.act {
                Act::Access(..) => "access",
                Act::Readlink(_) => "readlink",
                Act::Seek(..) => "lseek",
                Act::List(..) => "getdents64",
                Act::IsTerminal(_) => "ioctl",
                _ => continue,
            };
            *counts.entry(name).or_default() += 1;
        }
        counts
    }

    /// Calls that io_uring hands to a kernel worker, by name: statx always
    /// (io_uring/statx.c), an open of a name that is not there unless that is
    /// cached.
    pub fn punted(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for op in self.ops.iter().filter(|op| self.converts(op)) {
            let name = match op.act {
                Act::Stat(_) | Act::Fstat(_) => "statx, always",
                Act::OpenFails(..) => "openat of what is not there, unless cached",
                _ => continue,
            };
            *counts.entry(name).or_default() += 1;
        }
        counts
    }

    /// Has io_uring this call, and is it not about a folder, whose listing it
    /// has not?
    pub(crate) fn converts(&self, op: &Op) -> bool {
        let file = |slot: &Slot| !self.files[*slot].folder;
        match &op.act {
            Act::Stat(_) | Act::OpenFails(..) => true,
            Act::Open(slot) | Act::Fstat(slot) | Act::Read(slot, _) | Act::Close(slot) => {
                file(slot)
            }
            _ => false,
        }
    }
}

#[derive(Debug, Default)]
struct Making {
    script: Script,
    open: HashMap<u64, Slot>,
}

impl Making {
    fn call(&mut self, call: Call, ret: i64, path: &str) {
        let Some(sysno) = Sysno::new(call.nr.into()) else {
            return self.refuse(&format!("syscall_{}", call.nr));
        };
        match self.act(sysno, call, ret, path) {
            Ok(act) => self.script.ops.push(Op { act, recorded: ret }),
            Err(why) => self.refuse(&format!("{}{why}", sysno.name())),
        }
    }

    fn refuse(&mut self, what: &str) {
        *self.script.refused.entry(what.to_owned()).or_default() += 1;
    }

    fn act(&mut self, sysno: Sysno, call: Call, ret: i64, path: &str) -> Result<Act, &'static str> {
        use Sysno as S;
        let [first, second, third] = call.args;
        match sysno {
            S::stat | S::lstat => Ok(Act::Stat(looked_at(path)?)),
            S::newfstatat | S::statx if path.is_empty() => Ok(Act::Fstat(self.slot(first)?)),
            S::newfstatat | S::statx => Ok(Act::Stat(at(first, path)?)),
            S::access => Ok(Act::Access(looked_at(path)?, second as u32)),
            S::faccessat | S::faccessat2 => Ok(Act::Access(at(first, path)?, third as u32)),
            S::readlink => Ok(Act::Readlink(looked_at(path)?)),
            S::readlinkat => Ok(Act::Readlink(at(first, path)?)),
            S::open => self.open(looked_at(path)?, second, ret),
            S::openat => self.open(at(first, path)?, third, ret),
            S::fstat => Ok(Act::Fstat(self.slot(first)?)),
            S::read => self.read(first, third, ret),
            S::lseek => Ok(Act::Seek(
                self.slot(first)?,
                second.cast_signed(),
                third as u32,
            )),
            S::ioctl if second == TCGETS => Ok(Act::IsTerminal(self.slot(first)?)),
            S::ioctl => Err(" (not TCGETS)"),
            S::getdents64 => self.list(first, third),
            S::close => self.close(first),
            _ => Err(""),
        }
    }

    fn open(&mut self, path: CString, flags: u64, ret: i64) -> Result<Act, &'static str> {
        if flags & O_ACCMODE != 0 || flags & (O_CREAT | O_TRUNC) != 0 {
            return Err(" (to write)");
        }
        // Whatever is there now, opening it must not wait.
        let bits = flags as i32 | O_NONBLOCK;
        let Ok(fd) = u64::try_from(ret) else {
            return Ok(Act::OpenFails(path, bits));
        };
        let slot = self.script.files.len();
        self.script.files.push(File {
            path,
            flags: bits,
            folder: flags & O_DIRECTORY != 0,
            bytes: 0,
        });
        self.open.insert(fd, slot);
        Ok(Act::Open(slot))
    }

    fn read(&mut self, fd: u64, length: u64, ret: i64) -> Result<Act, &'static str> {
        let slot = self.slot(fd)?;
        self.script.files[slot].bytes += usize::try_from(ret).unwrap_or(0);
        Ok(Act::Read(slot, length.min(MOST_READ) as usize))
    }

    fn list(&mut self, fd: u64, length: u64) -> Result<Act, &'static str> {
        let slot = self.slot(fd)?;
        self.script.files[slot].folder = true;
        Ok(Act::List(slot, length.min(MOST_READ) as usize))
    }

    fn close(&mut self, fd: u64) -> Result<Act, &'static str> {
        let slot = self.slot(fd)?;
        self.open.remove(&fd);
        Ok(Act::Close(slot))
    }

    fn slot(&self, fd: u64) -> Result<Slot, &'static str> {
        let slot = self.open.get(&(fd & u64::from(u32::MAX)));
        slot.copied().ok_or(" (not opened here)")
    }
}

/// The path of an `…at` call. A folder that is named by a descriptor is not
/// known by the recording.
fn at(folder: u64, path: &str) -> Result<CString, &'static str> {
    /// fcntl.h: the current folder.
    const AT_FDCWD: i32 = -100;
    match path.starts_with('/') || folder as i32 == AT_FDCWD {
        true => looked_at(path),
        false => Err(" (relative to a descriptor)"),
    }
}

/// Devices do things when they are opened; `/proc` and `/sys` are another
/// process's, or another moment's.
fn looked_at(path: &str) -> Result<CString, &'static str> {
    let special = ["/proc", "/sys", "/dev"].iter().any(|place| {
        let rest = path.strip_prefix(place);
        rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    });
    match special || path.is_empty() {
        true => Err(" (in /proc, /sys or /dev)"),
        false => CString::new(path).map_err(|_| " (unreadable path)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(calls: &[(Sysno, [u64; 3], i64, &str)]) -> Script {
        let mut making = Making::default();
        for (sysno, args, ret, path) in calls {
            let call = Call {
                nr: *sysno as u16,
                args: *args,
            };
            making.call(call, *ret, path);
        }
        making.script
    }

    const HERE: u64 = 0xffff_ff9c;

    #[test]
    fn what_could_change_something_is_refused_by_name() {
        let script = told(&[
            (Sysno::openat, [HERE, 0, 0o101], 3, "/tmp/x"),
            (Sysno::write, [3, 0, 5], 5, ""),
            (Sysno::unlink, [0; 3], 0, "/tmp/x"),
            (Sysno::openat, [HERE, 0, 0], 4, "/dev/tty"),
            (Sysno::ioctl, [0, 0x5413, 0], 0, ""),
        ]);
        assert!(script.ops.is_empty());
        let names: Vec<_> = script.refused.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "ioctl (not TCGETS)",
                "openat (in /proc, /sys or /dev)",
                "openat (to write)",
                "unlink",
                "write"
            ]
        );
    }

    #[test]
    fn questions_and_misses_go_to_a_worker() {
        let script = told(&[
            (Sysno::newfstatat, [HERE, 0, 0], 0, "/a"),
            (Sysno::openat, [HERE, 0, 0], -2, "/nope"),
            (Sysno::openat, [HERE, 0, 0], 3, "/a"),
            (Sysno::fstat, [3, 0, 0], 0, ""),
            (Sysno::readlink, [0, 0, 0], -22, "/a"),
        ]);
        let punted: Vec<_> = script.punted().into_iter().collect();
        let misses = "openat of what is not there, unless cached";
        assert_eq!(punted, [(misses, 1), ("statx, always", 2)]);
        assert_eq!(script.without_opcode()["readlink"], 1);
    }

    #[test]
    fn descriptors_become_slots() {
        let script = told(&[
            (Sysno::openat, [HERE, 0, 0], 3, "/a"),
            (Sysno::read, [3, 0, 100], 42, ""),
            (Sysno::close, [3, 0, 0], 0, ""),
            (Sysno::openat, [HERE, 0, 0o200_000], 3, "/d"),
            (Sysno::read, [7, 0, 100], 42, ""),
        ]);
        let acts: Vec<_> = script.ops.iter().map(|op| op.act.clone()).collect();
        assert_eq!(
            acts,
            [Act::Open(0), Act::Read(0, 100), Act::Close(0), Act::Open(1)]
        );
        assert_eq!((script.files[0].bytes, script.files[1].folder), (42, true));
        assert_eq!(script.refused["read (not opened here)"], 1);
    }
}
