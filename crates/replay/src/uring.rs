//! The convertible calls through a ring.

use std::io;

use crate::ring::{Kind, Memory, Ring};
use crate::script::{Act, File, Script, Slot};

/// Files whose operations go together. Twice as many, and what is read of them
/// no longer fits where the next step would find it.
const WAVE: usize = 32;
/// Operations that a ring has room for: of a wave, of a chain, of one call.
const MANY: u32 = 1024;
const FEW: u32 = 128;
const ONE: u32 = 8;
/// Room for one file's chain and its questions.
const CHAIN: usize = 8;

/// What a run through a ring came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) failed: u64,
    pub(crate) enters: u64,
}

/// Sets a ring up and tears it down.
pub(crate) fn alone(memory: &mut Memory) -> io::Result<Ran> {
    Ring::new(Kind::Bare, MANY, 64, memory).map(|_| Ran::default())
}

/// One operation an enter.
pub(crate) fn one(script: &Script, memory: &mut Memory) -> io::Result<Ran> {
    let mut ring = Ring::new(Kind::Bare, ONE, 0, memory)?;
    let mut open = vec![-1; script.files.len()];
    for op in script.ops.iter().filter(|op| script.converts(op)) {
        match &op.act {
            Act::Stat(path) => ring.stat(path),
            Act::OpenFails(path, flags) => ring.open(path, *flags),
            Act::Open(slot) => ring.open(&script.files[*slot].path, script.files[*slot].flags),
            Act::Fstat(slot) => ring.fstat(open[*slot]),
            Act::Read(slot, length) => ring.read(open[*slot], *length),
            Act::Close(slot) => ring.close(open[*slot]),
            _ => continue,
        }
        ring.finish()?;
        if let Act::Open(slot) = op.act {
            open[slot] = ring.last;
        }
    }
    Ok(ran(&ring))
}

/// Chains of open, read and close, and questions by path; `files` of them in a
/// submit.
pub(crate) fn chains(
    script: &Script,
    files: usize,
    kind: Kind,
    memory: &mut Memory,
) -> io::Result<Ran> {
    let entries = if files == 1 { FEW } else { MANY };
    let mut ring = Ring::new(kind, entries, slots(script), memory)?;
    let mut waiting = 0;
    for op in script.ops.iter().filter(|op| script.converts(op)) {
        ask(&mut ring, script, &op.act);
        if let Act::Open(slot) = op.act {
            chain(&mut ring, script, slot);
            waiting += 1;
        }
        if waiting >= files || !ring.has_room(CHAIN) {
            ring.finish()?;
            waiting = 0;
        }
    }
    ring.finish()?;
    Ok(ran(&ring))
}

/// Three submits for a wave: questions and opens, reads, closes.
pub(crate) fn waves(script: &Script, memory: &mut Memory) -> io::Result<Ran> {
    let mut ring = Ring::new(Kind::Bare, MANY, slots(script), memory)?;
    let mut wave = Vec::with_capacity(WAVE);
    for op in script.ops.iter().filter(|op| script.converts(op)) {
        ask(&mut ring, script, &op.act);
        if let Act::Open(slot) = op.act {
            let file = &script.files[slot];
            ring.open_direct(&file.path, file.flags, slot as u32, false);
            wave.push(slot);
        }
        if wave.len() >= WAVE || !ring.has_room(CHAIN) {
            end_wave(&mut ring, script, &mut wave)?;
        }
    }
    end_wave(&mut ring, script, &mut wave)?;
    Ok(ran(&ring))
}

fn end_wave(ring: &mut Ring<'_>, script: &Script, wave: &mut Vec<Slot>) -> io::Result<()> {
    ring.finish()?;
    for slot in wave.iter().filter(|slot| script.files[**slot].bytes > 0) {
        ring.read_direct(*slot as u32, script.files[*slot].bytes, false);
    }
    ring.finish()?;
    for slot in wave.drain(..) {
        ring.close_direct(slot as u32);
    }
    ring.finish()
}

/// Each file's chain, and no question: what an index would leave to do.
pub(crate) fn reads(script: &Script, memory: &mut Memory) -> io::Result<Ran> {
    let mut ring = Ring::new(Kind::Defer, MANY, slots(script), memory)?;
    let is_read = |file: &(usize, &File)| !file.1.folder && file.1.bytes > 0;
    for (number, (slot, _)) in script.files.iter().enumerate().filter(is_read).enumerate() {
        if number > 0 && number % WAVE == 0 {
            ring.finish()?;
        }
        chain(&mut ring, script, slot);
    }
    ring.finish()?;
    Ok(ran(&ring))
}

/// Files in one submit, as [`chains`] takes them.
pub(crate) const ALL: usize = WAVE;

/// Room for each of its files.
fn slots(script: &Script) -> u32 {
    script.files.len().max(1) as u32
}

fn chain<'a>(ring: &mut Ring<'a>, script: &'a Script, slot: Slot) {
    let file = &script.files[slot];
    ring.open_direct(&file.path, file.flags, slot as u32, true);
    if file.bytes > 0 {
        ring.read_direct(slot as u32, file.bytes, true);
    }
    ring.close_direct(slot as u32);
}

fn ask<'a>(ring: &mut Ring<'a>, script: &'a Script, act: &'a Act) {
    match act {
        Act::Stat(path) => ring.stat(path),
        Act::OpenFails(path, flags) => ring.open(path, *flags),
        // A direct descriptor cannot be asked: statx takes none.
        Act::Fstat(slot) => ring.stat(&script.files[*slot].path),
        _ => {}
    }
}

fn ran(ring: &Ring<'_>) -> Ran {
    Ran {
        failed: ring.failed,
        enters: ring.enters,
    }
}
