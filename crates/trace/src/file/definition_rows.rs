//! Definitions as rows, and back.

use super::schema::{
    CodeRow, FrameRow, InterpreterRow, LossRow, ProcessRow, StackRow, TallyRow, TextRow, ThreadRow,
};
use super::table::Row;
use crate::define::{Code, Frame, GilWords, Interpreter, Process, Stack, Tally, Thread};
use crate::{
    CodeId, Definition, Dictionary, FrameId, Loss, LossKind, Nanos, ProcessId, StackId, TextId,
    ThreadId,
};

/// A row that is a definition.
pub(super) trait DefinitionRow: Row {
    /// Its definition, after all those in `known`; `Err` with the reason when
    /// it makes no sense there.
    fn definition(self, known: &Dictionary) -> Result<Definition, String>;
}

impl DefinitionRow for TextRow {
    fn definition(self, _: &Dictionary) -> Result<Definition, String> {
        Ok(Definition::Text(self.text))
    }
}

impl From<Process> for ProcessRow {
    fn from(process: Process) -> ProcessRow {
        ProcessRow {
            pid: process.pid,
            parent: process.parent.0,
            start: process.start.0,
            exe: process.exe.0,
            command: process.command.0,
        }
    }
}

impl DefinitionRow for ProcessRow {
    fn definition(self, _: &Dictionary) -> Result<Definition, String> {
        Ok(Definition::Process(Process {
            pid: self.pid,
            parent: ProcessId(self.parent),
            start: Nanos(self.start),
            exe: TextId(self.exe),
            command: TextId(self.command),
        }))
    }
}

impl From<Thread> for ThreadRow {
    fn from(thread: Thread) -> ThreadRow {
        ThreadRow {
            tid: thread.tid,
            process: thread.process.0,
            start: thread.start.0,
            name: thread.name.0,
        }
    }
}

impl DefinitionRow for ThreadRow {
    fn definition(self, _: &Dictionary) -> Result<Definition, String> {
        Ok(Definition::Thread(Thread {
            tid: self.tid,
            process: ProcessId(self.process),
            start: Nanos(self.start),
            name: TextId(self.name),
        }))
    }
}

impl From<Code> for CodeRow {
    fn from(code: Code) -> CodeRow {
        CodeRow {
            name: code.name.0,
            file: code.file.0,
            first_line: code.first_line,
        }
    }
}

impl DefinitionRow for CodeRow {
    fn definition(self, _: &Dictionary) -> Result<Definition, String> {
        Ok(Definition::Code(Code {
            name: TextId(self.name),
            file: TextId(self.file),
            first_line: self.first_line,
        }))
    }
}

impl From<Frame> for FrameRow {
    fn from(frame: Frame) -> FrameRow {
        FrameRow {
            code: frame.code.0,
            line: frame.line,
        }
    }
}

impl DefinitionRow for FrameRow {
    fn definition(self, _: &Dictionary) -> Result<Definition, String> {
        Ok(Definition::Frame(Frame {
            code: CodeId(self.code),
            line: self.line,
        }))
    }
}

impl From<Stack> for StackRow {
    fn from(stack: Stack) -> StackRow {
        StackRow {
            parent: stack.parent.0,
            frame: stack.frame.0,
            truncated: stack.truncated,
        }
    }
}

impl DefinitionRow for StackRow {
    /// Callers come first, so no walk from a stack outwards can run in a ring.
    fn definition(self, known: &Dictionary) -> Result<Definition, String> {
        if self.parent as usize > known.stacks.len() {
            let own = known.stacks.len() + 1;
            return Err(format!(
                "stack {own} is called by the later {}",
                self.parent
            ));
        }
        Ok(Definition::Stack(Stack {
            parent: StackId(self.parent),
            frame: FrameId(self.frame),
            truncated: self.truncated,
        }))
    }
}

impl From<Interpreter> for InterpreterRow {
    fn from(it: Interpreter) -> InterpreterRow {
        let words = it.gil_words;
        InterpreterRow {
            process: it.process.0,
            since: it.since.0,
            version: it.version,
            file: it.file,
            stripped: it.stripped,
            free_threaded: it.free_threaded,
            runtime: it.runtime,
            runtime_size: it.runtime_size,
            gil: it.gil,
            cond_start: words.cond.0,
            cond_end: words.cond.1,
            mutex_start: words.mutex.0,
            mutex_end: words.mutex.1,
            switch_cond_start: words.switch_cond.0,
            switch_cond_end: words.switch_cond.1,
            switch_mutex_start: words.switch_mutex.0,
            switch_mutex_end: words.switch_mutex.1,
            no_frames: it.no_frames,
        }
    }
}

impl DefinitionRow for InterpreterRow {
    fn definition(self, _: &Dictionary) -> Result<Definition, String> {
        Ok(Definition::Interpreter(Interpreter {
            process: ProcessId(self.process),
            since: Nanos(self.since),
            version: self.version,
            file: self.file,
            stripped: self.stripped,
            free_threaded: self.free_threaded,
            runtime: self.runtime,
            runtime_size: self.runtime_size,
            gil: self.gil,
            gil_words: GilWords {
                cond: (self.cond_start, self.cond_end),
                mutex: (self.mutex_start, self.mutex_end),
                switch_cond: (self.switch_cond_start, self.switch_cond_end),
                switch_mutex: (self.switch_mutex_start, self.switch_mutex_end),
            },
            no_frames: self.no_frames,
        }))
    }
}

impl From<Tally> for TallyRow {
    fn from(tally: Tally) -> TallyRow {
        TallyRow {
            thread: tally.thread.0,
            nr: tally.nr,
            errno: tally.errno,
            count: tally.count,
            time_ns: tally.time_ns,
        }
    }
}

impl DefinitionRow for TallyRow {
    fn definition(self, _: &Dictionary) -> Result<Definition, String> {
        Ok(Definition::Tally(Tally {
            thread: ThreadId(self.thread),
            nr: self.nr,
            errno: self.errno,
            count: self.count,
            time_ns: self.time_ns,
        }))
    }
}

impl From<Loss> for LossRow {
    fn from(loss: Loss) -> LossRow {
        LossRow {
            kind: loss.kind.name().to_owned(),
            count: loss.count,
        }
    }
}

impl DefinitionRow for LossRow {
    /// A kind that a newer keelback named is a row that cannot be read.
    fn definition(self, _: &Dictionary) -> Result<Definition, String> {
        let loss = match LossKind::from_name(&self.kind) {
            Some(kind) => Loss {
                kind,
                count: self.count,
            },
            None => Loss {
                kind: LossKind::RowsTorn,
                count: 1,
            },
        };
        Ok(Definition::Loss(loss))
    }
}
