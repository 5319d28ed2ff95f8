//! From `_PyRuntime` to the frames of every thread.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Code;
use crate::{FrameStyle, InstrStyle, Layout, Pages, ReadError, ReadMemory};

/// More interpreters or threads than this are a list that was changed while it
/// was read.
const MOST_LINKS: usize = 1 << 16;

/// Walks one interpreter's threads and frames.
///
/// A running program changes them meanwhile: stop it, or expect an error or a
/// mixed stack now and then.
pub struct Walker<'a, M> {
    memory: &'a M,
    layout: &'a Layout,
    runtime: u64,
}

/// A thread that Python knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadState {
    /// Its `PyThreadState`.
    pub address: u64,
    /// The `PyInterpreterState` it belongs to.
    pub interpreter: u64,
    /// `pthread_self()`, which is the thread's fs base.
    pub thread_id: u64,
    /// Its tid in its own PID namespace (3.11+).
    pub native_thread_id: Option<u32>,
}

/// A position in a code object, as memory has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Its code object.
    pub code: u64,
    /// Bytes from the start of its bytecode; negative before the first
    /// instruction.
    pub offset: i64,
}

/// A thread's frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// Innermost first.
    pub frames: Vec<Frame>,
    /// Were there more than asked for?
    pub truncated: bool,
}

/// A frame for people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Named {
    /// `co_qualname` (3.11+) or `co_name`.
    pub name: String,
    /// `co_filename`.
    pub file: String,
    /// The line; `None` where the line table gives none.
    pub line: Option<u32>,
}

impl<'a, M: ReadMemory> Walker<'a, M> {
    /// `runtime` is the address of `_PyRuntime`.
    pub fn new(memory: &'a M, layout: &'a Layout, runtime: u64) -> Walker<'a, M> {
        Walker {
            memory,
            layout,
            runtime,
        }
    }

    /// Every `PyInterpreterState`, the main interpreter's last.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn interpreters(&self) -> Result<Vec<u64>, ReadError> {
        let head = self.layout.runtime.interpreters_head.of(self.runtime);
        self.list(head, |it| self.layout.interpreter.next.of(it))
    }

    /// Every thread of every interpreter, the newest first.
    ///
    /// # Errors
    /// When a list cannot be read.
    pub fn threads(&self) -> Result<Vec<ThreadState>, ReadError> {
        let mut threads = Vec::new();
        for interpreter in self.interpreters()? {
            let head = self.layout.interpreter.threads_head.of(interpreter);
            for address in self.list(head, |it| self.layout.thread.next.of(it))? {
                threads.push(self.thread(address, interpreter)?);
            }
        }
        Ok(threads)
    }

    /// The frames of a thread, at most `limit` of them.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn stack(&self, thread: &ThreadState, limit: usize) -> Result<Stack, ReadError> {
        self.stack_from(&Pages::new(self.memory), thread, limit)
    }

    /// The same by way of a memory that itself keeps what lies around a place.
    ///
    /// # Errors
    /// When a frame cannot be read.
    pub fn stack_from(
        &self,
        pages: &impl ReadMemory,
        thread: &ThreadState,
        limit: usize,
    ) -> Result<Stack, ReadError> {
        let mut stack = Stack::default();
        let mut next = self.innermost(thread)?;
        // Native boundaries are links too; in a circle of them nothing is found.
        for _ in 0..limit.saturating_add(MOST_LINKS) {
            if next == 0 {
                break;
            }
            if self.is_python(pages, next)? {
                stack.truncated = stack.frames.len() == limit;
                if stack.truncated {
                    break;
                }
                stack.frames.push(self.frame(pages, next)?);
            }
            next = pages.u64(self.layout.frame.previous.of(next))?;
        }
        Ok(stack)
    }

    /// Names and lines of frames; each code object is read once.
    ///
    /// # Errors
    /// When a code object cannot be read.
    pub fn name(&self, frames: &[Frame]) -> Result<Vec<Named>, ReadError> {
        let mut codes = HashMap::new();
        frames
            .iter()
            .map(|frame| {
                let code = match codes.entry(frame.code) {
                    Entry::Occupied(it) => it.into_mut(),
                    Entry::Vacant(it) => it.insert(self.code(frame.code)?),
                };
                Ok(self.named(code, *frame))
            })
            .collect()
    }

    fn code(&self, address: u64) -> Result<Code, ReadError> {
        Code::read(self.memory, self.layout, address)
    }

    fn named(&self, code: &Code, frame: Frame) -> Named {
        Named {
            name: code.name.clone(),
            file: code.file.clone(),
            line: self
                .layout
                .line(code.first_line, &code.line_table, frame.offset),
        }
    }

    fn list(&self, head: u64, next: impl Fn(u64) -> u64) -> Result<Vec<u64>, ReadError> {
        let mut links = Vec::new();
        let mut link = self.memory.u64(head)?;
        while link != 0 {
            if links.len() == MOST_LINKS {
                return Err(ReadError::Nonsense {
                    what: "a list without an end",
                    address: head,
                });
            }
            links.push(link);
            link = self.memory.u64(next(link))?;
        }
        Ok(links)
    }

    fn thread(&self, address: u64, interpreter: u64) -> Result<ThreadState, ReadError> {
        let fields = &self.layout.thread;
        let native = fields.native_thread_id;
        Ok(ThreadState {
            address,
            interpreter,
            thread_id: self.memory.u64(fields.thread_id.of(address))?,
            native_thread_id: native
                .map(|it| self.memory.u32(it.of(address)))
                .transpose()?,
        })
    }

    fn innermost(&self, thread: &ThreadState) -> Result<u64, ReadError> {
        let first = self
            .memory
            .u64(self.layout.thread.frame.of(thread.address))?;
        match self.layout.frame.style {
            FrameStyle::CFrame(_) if first == 0 => Ok(0),
            FrameStyle::CFrame(current) => self.memory.u64(current.of(first)),
            FrameStyle::FrameObject | FrameStyle::Current => Ok(first),
        }
    }

    fn is_python(&self, memory: &impl ReadMemory, frame: u64) -> Result<bool, ReadError> {
        let fields = &self.layout.frame;
        match (fields.owner, fields.boundary_owner) {
            (Some(owner), Some(boundary)) => Ok(memory.u8(owner.of(frame))? < boundary),
            _ => Ok(true),
        }
    }

    fn frame(&self, memory: &impl ReadMemory, frame: u64) -> Result<Frame, ReadError> {
        let fields = &self.layout.frame;
        let code = memory.u64(fields.code.of(frame))? & fields.code_mask;
        Ok(Frame {
            code,
            offset: self.offset(memory, frame, code)?,
        })
    }

    fn offset(&self, memory: &impl ReadMemory, frame: u64, code: u64) -> Result<i64, ReadError> {
        let instr = memory.u64(self.layout.frame.instr.of(frame))?;
        match self.layout.frame.instr_style {
            InstrStyle::LocalPointer { index, copies } => {
                let index = memory.u32(index.of(frame))?;
                let start = self.local_bytecode(copies.of(code), index)?;
                Ok(instr.wrapping_sub(start).cast_signed())
            }
            _ => Ok(self.layout.offset(code, instr).unwrap_or(-1)),
        }
    }

    /// `co_tlbc->entries[index]`.
    fn local_bytecode(&self, copies: u64, index: u32) -> Result<u64, ReadError> {
        // `entries` follows `size`, a Py_ssize_t.
        let entries = self.memory.u64(copies)?.wrapping_add(8);
        self.memory.u64(entries.wrapping_add(8 * u64::from(index)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Plan;
    use crate::{Field, Snapshot, Version};

    const RUNTIME: u64 = 0x1_0000;
    const INTERPRETER: u64 = 0x2_0000;
    const THREAD: u64 = 0x3_0000;
    const CFRAME: u64 = 0x4_0000;
    const FRAMES: u64 = 0x5_0000;
    const CODE: u64 = 0x6_0000;

    /// 3.12's, with the tagged code pointers of 3.14.
    fn layout() -> Layout {
        let plan = Plan::of_release(Version::release(3, 12, 1));
        let mut layout = plan.layout().unwrap();
        layout.frame.code_mask = !3;
        layout
    }

    /// Structures of two pages, their members set one by one.
    #[derive(Default)]
    struct Image(HashMap<u64, Vec<u8>>);

    impl Image {
        fn set(&mut self, base: u64, field: Field, value: u64) {
            let bytes = self.0.entry(base).or_insert_with(|| vec![0; 0x2000]);
            let at = field.offset as usize;
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }

        fn snapshot(self) -> Snapshot {
            let mut snapshot = Snapshot::default();
            for (address, bytes) in self.0 {
                snapshot.insert(address, bytes);
            }
            snapshot
        }
    }

    /// A thread with three frames, of which the second marks native code.
    fn image(layout: &Layout) -> Image {
        let mut image = Image::default();
        let FrameStyle::CFrame(current) = layout.frame.style else {
            unreachable!("3.12 has a cframe")
        };
        image.set(RUNTIME, layout.runtime.interpreters_head, INTERPRETER);
        image.set(INTERPRETER, layout.interpreter.threads_head, THREAD);
        image.set(THREAD, layout.thread.thread_id, 0x7f00_0000_0700);
        image.set(THREAD, layout.thread.frame, CFRAME);
        image.set(CFRAME, current, FRAMES);
        for (at, owner) in [(0, 0), (1, 3), (2, 0)] {
            let base = FRAMES + 0x2000 * at;
            let previous = if at == 2 { 0 } else { base + 0x2000 };
            let start = layout.code.bytecode.of(CODE);
            image.set(base, layout.frame.owner.unwrap(), owner);
            image.set(base, layout.frame.code, CODE | 1);
            image.set(base, layout.frame.previous, previous);
            image.set(base, layout.frame.instr, start + 2 * at);
        }
        image
    }

    #[test]
    fn tags_are_taken_off_and_native_boundaries_left_out() {
        let layout = layout();
        let memory = image(&layout).snapshot();
        let walker = Walker::new(&memory, &layout, RUNTIME);
        let threads = walker.threads().unwrap();
        assert_eq!(threads.len(), 1);
        assert_eq!(threads[0].thread_id, 0x7f00_0000_0700);
        let stack = walker.stack(&threads[0], 10).unwrap();
        let frame = |offset| Frame { code: CODE, offset };
        assert_eq!(stack.frames, [frame(0), frame(4)]);
        assert!(!stack.truncated);
        assert_eq!(walker.stack(&threads[0], 2), Ok(stack));
        assert!(walker.stack(&threads[0], 1).unwrap().truncated);
    }

    #[test]
    fn a_list_in_a_circle_is_an_error() {
        let layout = layout();
        let mut image = image(&layout);
        image.set(THREAD, layout.thread.next, THREAD);
        let memory = image.snapshot();
        let walker = Walker::new(&memory, &layout, RUNTIME);
        assert!(matches!(walker.threads(), Err(ReadError::Nonsense { .. })));
    }

    #[test]
    fn frames_in_a_circle_end_at_the_limit() {
        let layout = layout();
        let mut image = image(&layout);
        image.set(FRAMES + 0x4000, layout.frame.previous, FRAMES);
        let memory = image.snapshot();
        let walker = Walker::new(&memory, &layout, RUNTIME);
        let thread = walker.threads().unwrap()[0];
        let stack = walker.stack(&thread, 100).unwrap();
        assert!(stack.truncated);
        assert_eq!(stack.frames.len(), 100);
    }

    #[test]
    fn boundaries_in_a_circle_end_too() {
        let layout = layout();
        let mut image = image(&layout);
        image.set(FRAMES + 0x2000, layout.frame.previous, FRAMES + 0x2000);
        let memory = image.snapshot();
        let walker = Walker::new(&memory, &layout, RUNTIME);
        let thread = walker.threads().unwrap()[0];
        assert_eq!(walker.stack(&thread, 100).unwrap().frames.len(), 1);
    }
}
