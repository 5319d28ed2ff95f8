//! Python stacks: what the kernel side's ids mean.

use std::collections::HashMap;

use keelback_python::Named;
use keelback_trace::define::{Code, Frame, Stack};
use keelback_trace::{Parked, StackId, TextId, WriteError};
use zerocopy::FromBytes;

use super::abi::{self, StackRecord};
use super::code::CodeKey;
use super::decode::{Decoder, Refused, prefix};
use crate::engine::shim::is_shim;

/// What the ids in records mean at present. A stack's id is told again when
/// the code objects behind its addresses were replaced.
#[derive(Default)]
pub(super) struct Stacks {
    stacks: HashMap<u64, StackId>,
    texts: HashMap<u64, TextId>,
    /// Critical sections by the type of their object.
    sections: HashMap<TextId, TextId>,
}

impl Stacks {
    /// The stack of a record; none for 0.
    pub(super) fn id(&self, id: u64) -> StackId {
        self.stacks.get(&id).copied().unwrap_or(StackId::NONE)
    }

    /// The text of a record; empty for 0.
    pub(super) fn text(&self, id: u64) -> TextId {
        self.texts.get(&id).copied().unwrap_or(TextId::NONE)
    }

    pub(super) fn tell_text(&mut self, id: u64, text: TextId) {
        self.texts.insert(id, text);
    }
}

/// [`StackRecord`] up to its frames.
#[derive(zerocopy::FromBytes, zerocopy::Immutable, zerocopy::KnownLayout)]
#[repr(C)]
struct StackHead {
    header: abi::Header,
    id: u64,
    tgid: u32,
    count: u16,
    truncated: u8,
    collecting: u8,
}

pub(super) fn told(decoder: &mut Decoder<'_>, record: &[u8]) -> Result<(), Refused> {
    let (fixed, frames) = split(record, std::mem::offset_of!(StackRecord, frames))?;
    let head: &StackHead = prefix(fixed)?;
    let frames = <[abi::Frame]>::ref_from_prefix_with_elems(frames, usize::from(head.count))
        .map_err(|_| Refused::Malformed)?
        .0;
    let mut stack = StackId::NONE;
    // The record has the innermost frame first; a stack is built on its callers.
    for frame in frames.iter().rev() {
        let Some(frame) = resolve(decoder, head.tgid, frame)? else {
            continue;
        };
        let frame = decoder.known.frame(frame)?;
        let truncated = head.truncated != 0;
        stack = decoder.known.stack(Stack {
            parent: stack,
            frame,
            truncated,
        })?;
    }
    if head.collecting != 0 {
        stack = collecting(decoder, stack, head.truncated != 0)?;
    }
    decoder.stacks.stacks.insert(head.id, stack);
    Ok(())
}

/// The same stack with the collector's frame on top, which Python has not.
fn collecting(
    decoder: &mut Decoder<'_>,
    callers: StackId,
    truncated: bool,
) -> Result<StackId, WriteError> {
    let code = Code {
        name: decoder.known.text(Code::COLLECTOR)?,
        file: TextId::NONE,
        first_line: 0,
    };
    let code = decoder.known.code(code)?;
    let frame = decoder.known.frame(Frame { code, line: 0 })?;
    decoder.known.stack(Stack {
        parent: callers,
        frame,
        truncated,
    })
}

/// What a thread is parked on that enters a critical section of an object of
/// this type.
pub(super) fn section(decoder: &mut Decoder<'_>, of: TextId) -> Result<TextId, WriteError> {
    if let Some(section) = decoder.stacks.sections.get(&of) {
        return Ok(*section);
    }
    let name = decoder.known.words(of);
    let section = format!("{}{name}", Parked::CRITICAL_SECTION);
    let section = decoder.known.text(&section)?;
    decoder.stacks.sections.insert(of, section);
    Ok(section)
}

/// A stack whose frames were named elsewhere, innermost first.
pub(super) fn of_names(decoder: &mut Decoder<'_>, names: &[Named]) -> Result<StackId, WriteError> {
    let mut stack = StackId::NONE;
    let shown = names.iter().filter(|it| !is_shim(&it.name, &it.file));
    for named in shown.rev() {
        let code = Code {
            name: decoder.known.text(&named.name)?,
            file: decoder.known.text(&named.file)?,
            first_line: 0,
        };
        let code = decoder.known.code(code)?;
        let frame = decoder.known.frame(Frame {
            code,
            line: named.line.unwrap_or(0),
        })?;
        stack = decoder.known.stack(Stack {
            parent: stack,
            frame,
            truncated: false,
        })?;
    }
    Ok(stack)
}

fn resolve(
    decoder: &mut Decoder<'_>,
    tgid: u32,
    frame: &abi::Frame,
) -> Result<Option<Frame>, Refused> {
    let key = CodeKey {
        tgid,
        code: frame.code,
        print: frame.print,
    };
    super::code::shown(decoder, key, frame.instr)
}

/// The bytes before `at` and from there on.
pub(super) fn split(record: &[u8], at: usize) -> Result<(&[u8], &[u8]), Refused> {
    record.split_at_checked(at).ok_or(Refused::Malformed)
}
