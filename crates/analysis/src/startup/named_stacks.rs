//! Stacks for tests, by the names of their functions.

use keelback_trace::define::{Code, Frame, Stack};
use keelback_trace::{CodeId, Dictionary, FrameId, StackId, TextId};

/// A dictionary that grows as stacks are named.
#[derive(Debug, Default)]
pub(super) struct NamedStacks {
    pub(super) known: Dictionary,
}

impl NamedStacks {
    /// A stack of `function file line`, outermost first.
    pub(super) fn stack(&mut self, frames: &[&str]) -> StackId {
        self.add(frames, false)
    }

    /// The same of which outer frames are missing.
    pub(super) fn truncated(&mut self, frames: &[&str]) -> StackId {
        self.add(frames, true)
    }

    fn add(&mut self, frames: &[&str], truncated: bool) -> StackId {
        frames.iter().fold(StackId::NONE, |parent, frame| {
            let stack = Stack {
                parent,
                frame: self.frame(frame),
                truncated,
            };
            let stacks = &mut self.known.stacks;
            StackId(place(stacks, stack) as u32 + 1)
        })
    }

    fn frame(&mut self, text: &str) -> FrameId {
        // A file's name may have spaces: `<frozen site>`.
        let (name, rest) = text.split_once(' ').expect("a function");
        let (file, line) = rest.rsplit_once(' ').expect("a file and a line");
        let code = Code {
            name: self.text(name),
            file: self.text(file),
            first_line: 1,
        };
        let frame = Frame {
            code: CodeId(place(&mut self.known.codes, code) as u32),
            line: line.parse().expect("a line"),
        };
        FrameId(place(&mut self.known.frames, frame) as u32)
    }

    /// The id of a text.
    pub(super) fn text(&mut self, text: &str) -> TextId {
        place(&mut self.known.texts, String::new());
        TextId(place(&mut self.known.texts, text.to_owned()) as u32)
    }
}

/// Where it is, at the end if it was not there.
fn place<T: PartialEq>(all: &mut Vec<T>, it: T) -> usize {
    let found = all.iter().position(|other| *other == it);
    found.unwrap_or_else(|| {
        all.push(it);
        all.len() - 1
    })
}
