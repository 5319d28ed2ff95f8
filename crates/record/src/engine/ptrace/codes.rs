//! Code objects: each is read once, and told from others at its address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use keelback_python::{Code, Frame, Layout, ReadError};
use keelback_trace::define::{self, Frame as FrameAt};
use keelback_trace::{CodeId, FrameId, LossKind, TextId, WriteError};

use super::memory::Remote;
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
pub(super) struct Codes(HashMap<(u64, u64), Told>);

impl Codes {
    /// Tells the code objects of frames apart, in one read (two before 3.12).
    pub(super) fn print(
        &self,
        memory: Remote,
        layout: &Layout,
        frames: &[Frame],
    ) -> Result<Vec<Printed>, ReadError> {
        let print = Print::of(layout);
        let length = print.length as usize;
        let places: Vec<u64> = frames
            .iter()
            .map(|frame| frame.code.wrapping_add(u64::from(print.offset)))
            .collect();
        let windows = memory.pieces(&places, length)?;
        let hashes = match print.name {
            Some(name) => name_hashes(memory, layout, &windows, length, name as usize)?,
            None => vec![0; 8 * frames.len()],
        };
        let windows = windows.chunks(length).zip(hashes.chunks(8));
        let printed = frames.iter().zip(windows);
        Ok(printed
            .map(|(frame, window)| Printed {
                code: frame.code,
                print: hash(&window),
                offset: frame.offset,
            })
            .collect())
    }

    /// The frame's name and line; `None` for one that Python does not show.
    pub(super) fn frame(
        &mut self,
        memory: Remote,
        layout: &Layout,
        frame: &Printed,
        teller: &mut Teller<'_>,
    ) -> Result<Option<FrameId>, WriteError> {
        let key = (frame.code, frame.print);
        let told = match self.0.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(tell(memory, layout, frame.code, teller)?),
        };
        if told.shim {
            return Ok(None);
        }
        let line = u32::try_from(frame.offset).ok().and_then(|offset| {
            keelback_python::line(layout.code.line_style, told.first_line, &told.table, offset)
        });
        let frame = FrameAt {
            code: told.id,
            line: line.unwrap_or(0),
        };
        teller.known.frame(frame).map(Some)
    }
}

/// The hashes of the names that windows point to.
fn name_hashes(
    memory: Remote,
    layout: &Layout,
    windows: &[u8],
    length: usize,
    name: usize,
) -> Result<Vec<u8>, ReadError> {
    let names: Vec<u64> = windows
        .chunks(length)
        .map(|window| layout.unicode.hash.of(word(window, name)))
        .collect();
    memory.pieces(&names, 8)
}

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |it| u64::from_le_bytes(*it))
}

fn hash(it: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    it.hash(&mut hasher);
    hasher.finish()
}

fn tell(
    memory: Remote,
    layout: &Layout,
    address: u64,
    teller: &mut Teller<'_>,
) -> Result<Told, WriteError> {
    let Ok(code) = Code::read(&memory, layout, address) else {
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
