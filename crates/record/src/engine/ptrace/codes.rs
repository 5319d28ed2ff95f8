//! Code objects: each is read once, and told from others at its address.

use std::hash::Hasher;

use keelback_python::{Build, Code, Frame, Layout, ReadError, ReadMemory};
use keelback_trace::define::{self, Frame as FrameAt};
use keelback_trace::{CodeId, FrameId, LossKind, TextId, WriteError};

use super::look::{Found, Look, Trail};
use super::memory::Remote;
use super::quick::{Quick, QuickMap, QuickSet};
use super::teller::Teller;
use crate::engine::print::Print;
use crate::engine::shim::is_shim;

/// A frame whose code object cannot be mistaken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Printed {
    code: u64,
    print: u64,
    offset: i64,
}

/// A code object whose name is known.
#[derive(Clone, Debug)]
struct Told {
    id: CodeId,
    first_line: u32,
    table: Vec<u8>,
    /// Does Python itself hide it?
    shim: bool,
}

/// The code objects of a process.
#[derive(Clone, Debug, Default)]
pub(super) struct Codes {
    told: QuickMap<(u64, u64), Told>,
    /// Their positions; `None` for what Python does not show.
    frames: QuickMap<Printed, Option<FrameId>>,
    /// Addresses that no other code object can have, for theirs is never freed.
    immortal: QuickSet<u64>,
    /// Does this Python have such?
    has_immortals: bool,
}

/// In the place of a print for code objects that need none.
const IMMORTAL: u64 = 0;
/// A reference count beyond this is not counted: the object is never freed
/// (`_PyObject_IMMORTAL_REFCNT`, Include/object.h: 999999999 in 3.11, more
/// later). 3.11 and 3.12 have the frozen modules' code objects so.
const LEAST_IMMORTAL: u32 = 900_000_000;

impl Codes {
    /// Of a process with this Python. Free-threaded builds count otherwise.
    pub(super) fn of(build: &Build) -> Codes {
        Codes {
            has_immortals: build.version.minor >= 11 && !build.free_threaded,
            ..Codes::default()
        }
    }

    /// Tells the code objects of frames apart, in one read (two before 3.12).
    pub(super) fn print(
        &self,
        look: &Look,
        layout: &Layout,
        frames: &[Frame],
    ) -> Result<Vec<Printed>, ReadError> {
        let print = Print::of(layout);
        let length = print.length as usize;
        let is_mortal = |frame: &&Frame| !self.immortal.contains(&frame.code);
        let places: Vec<u64> = frames
            .iter()
            .filter(is_mortal)
            .map(|frame| frame.code.wrapping_add(u64::from(print.offset)))
            .collect();
        let windows = look.pieces(&places, length)?;
        let hashes = match print.name {
            Some(name) => name_hashes(look, layout, &windows, length, name as usize)?,
            None => vec![0; 8 * places.len()],
        };
        let mut prints = windows.chunks(length).zip(hashes.chunks(8)).map(hash);
        let printed = frames.iter().map(|frame| Printed {
            code: frame.code,
            print: match self.immortal.contains(&frame.code) {
                true => IMMORTAL,
                false => prints.next().unwrap_or(IMMORTAL),
            },
            offset: frame.offset,
        });
        Ok(printed.collect())
    }

    /// The frame's name and line; `None` for one that Python does not show.
    pub(super) fn frame(
        &mut self,
        memory: Remote,
        layout: &Layout,
        frame: &Printed,
        teller: &mut Teller<'_>,
    ) -> Result<Option<FrameId>, WriteError> {
        if let Some(known) = self.frames.get(frame) {
            return Ok(*known);
        }
        let told = self.code(memory, layout, frame, teller)?;
        let known = match told.shim {
            true => None,
            false => Some(teller.known.frame(told.at(layout, frame.offset))?),
        };
        self.frames.insert(*frame, known);
        Ok(known)
    }

    fn code(
        &mut self,
        memory: Remote,
        layout: &Layout,
        frame: &Printed,
        teller: &mut Teller<'_>,
    ) -> Result<&Told, WriteError> {
        let key = (frame.code, frame.print);
        if !self.told.contains_key(&key) {
            let told = tell(memory, layout, frame.code, teller)?;
            // `ob_refcnt` is an object's first word (Include/object.h).
            let is_immortal = |count: u64| count as u32 >= LEAST_IMMORTAL;
            if self.has_immortals && memory.u64(frame.code).is_ok_and(is_immortal) {
                self.immortal.insert(frame.code);
                self.told.insert((frame.code, IMMORTAL), told.clone());
            }
            self.told.insert(key, told);
        }
        Ok(&self.told[&key])
    }
}

impl Told {
    /// The line of a position.
    fn at(&self, layout: &Layout, offset: i64) -> FrameAt {
        let style = layout.code.line_style;
        let line = u32::try_from(offset)
            .ok()
            .and_then(|offset| keelback_python::line(style, self.first_line, &self.table, offset));
        FrameAt {
            code: self.id,
            line: line.unwrap_or(0),
        }
    }
}

/// The hashes of the names that windows point to.
fn name_hashes(
    look: &Look,
    layout: &Layout,
    windows: &[u8],
    length: usize,
    name: usize,
) -> Result<Vec<u8>, ReadError> {
    let names: Vec<u64> = windows
        .chunks(length)
        .map(|window| layout.unicode.hash.of(word(window, name)))
        .collect();
    look.pieces(&names, 8)
}

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |it| u64::from_le_bytes(*it))
}

/// Of a window and of the hash of its name.
fn hash((window, name): (&[u8], &[u8])) -> u64 {
    let mut hasher = Quick::default();
    hasher.write(window);
    hasher.write(name);
    // Not to be taken for that of an immortal.
    hasher.finish() | 1
}

fn tell(
    memory: Remote,
    layout: &Layout,
    address: u64,
    teller: &mut Teller<'_>,
) -> Result<Told, WriteError> {
    let Ok(code) = read(memory, layout, address) else {
        return unnamed(teller);
    };
    let id = define::Code {
        name: teller.known.text(&code.name)?,
        file: teller.known.text(&code.file)?,
        first_line: code.first_line,
    };
    Ok(Told {
        id: teller.known.code(id)?,
        first_line: code.first_line,
        table: code.line_table,
        shim: is_shim(&code.name, &code.file),
    })
}

/// Its fields lie in few places, which are read as wholes.
fn read(memory: Remote, layout: &Layout, address: u64) -> Result<Code, ReadError> {
    match Look::along(memory, Trail::default()) {
        Found::Changed(look) => Code::read(&look, layout, address),
        Found::Same(_) => Code::read(&memory, layout, address),
    }
}

fn unnamed(teller: &mut Teller<'_>) -> Result<Told, WriteError> {
    teller.lose(LossKind::CodeUnnamed);
    let code = define::Code {
        name: teller.known.text("<unnamed>")?,
        file: TextId::NONE,
        first_line: 0,
    };
    Ok(Told {
        id: teller.known.code(code)?,
        first_line: 0,
        table: Vec::new(),
        shim: false,
    })
}
