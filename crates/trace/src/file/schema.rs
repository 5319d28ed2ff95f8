//! The table of tables: everything the file can hold, in one place.
//!
//! Each line is `field: type, "unit", "sentence"`. A wide field is kept as
//! several columns: see [`super::cell`]. Numbers that name a row of another table
//! carry that table's name as their unit. The first row of a definition table
//! is number 0 (number 1 in `stacks`).
//!
//! Adding a table or a column keeps the format's version: older readers ignore
//! what they do not know. Everything else needs a new one: see
//! [`super::version`].

use arrow_array::ArrayRef;

use super::cell::{At, Cell, Span};
use super::table::{Row, Table, cell, columns_of, tables};

tables! {
    /// A string that other tables name; row 0 is empty.
    "texts" => TextRow, TextColumns, TextView {
        text: String, "UTF-8", "The string.";
    }

    /// A process.
    "processes" => ProcessRow, ProcessColumns, ProcessView {
        pid: u32, "pid", "Its pid in the recorder's PID namespace.";
        parent: u32, "processes", "The process that made it; 4294967295 when it is not recorded.";
        start: u64, "ns since the recording's start", "When it was first seen.";
        exe: u32, "texts", "Path of its executable when first seen.";
        command: u32, "texts", "Its command line when first seen.";
    }

    /// A thread of a process.
    "threads" => ThreadRow, ThreadColumns, ThreadView {
        tid: u32, "tid", "Its tid in the recorder's PID namespace.";
        process: u32, "processes", "The process it belongs to.";
        start: u64, "ns since the recording's start", "When it was first seen.";
        name: u32, "texts", "Its name when first seen.";
    }

    /// A Python code object.
    "codes" => CodeRow, CodeColumns, CodeView {
        name: u32, "texts", "Its qualified name, or its name before CPython 3.11.";
        file: u32, "texts", "Its `co_filename`.";
        first_line: u32, "line", "Its `co_firstlineno`.";
    }

    /// A line of a code object.
    "frames" => FrameRow, FrameColumns, FrameView {
        code: u32, "codes", "The code object.";
        line: u32, "line", "The line being executed; 0 when unknown.";
    }

    /// A Python stack: a frame on top of its callers; the first row is number 1.
    "stacks" => StackRow, StackColumns, StackView {
        parent: u32, "stacks", "The callers; 0 at the outermost recorded frame.";
        frame: u32, "frames", "The innermost frame.";
        truncated: bool, "yes or no", "Were there more callers than are recorded?";
    }

    /// A Python interpreter found in a process.
    "interpreters" => InterpreterRow, InterpreterColumns, InterpreterView {
        process: u32, "processes", "The process it runs in.";
        since: u64, "ns since the recording's start", "When it was found.";
        version: String, "version", "Its version as far as it is known.";
        file: String, "path", "The file that holds `_PyRuntime`.";
        stripped: bool, "yes or no", "Has the file no symbol table?";
        free_threaded: bool, "yes or no", "Built with `--disable-gil`?";
        runtime: u64, "address", "Address of `_PyRuntime`.";
        runtime_size: u64, "bytes", "Size of `_PyRuntime`.";
        gil: u64, "address", "Address of its `_gil_runtime_state`; 0 if unknown.";
        cond_start: u16, "bytes from gil", "Where the GIL's `cond` begins.";
        cond_end: u16, "bytes from gil", "Where the GIL's `cond` ends.";
        mutex_start: u16, "bytes from gil", "Where the GIL's `mutex` begins.";
        mutex_end: u16, "bytes from gil", "Where the GIL's `mutex` ends.";
        switch_cond_start: u16, "bytes from gil", "Where the GIL's `switch_cond` begins.";
        switch_cond_end: u16, "bytes from gil", "Where the GIL's `switch_cond` ends.";
        switch_mutex_start: u16, "bytes from gil", "Where the GIL's `switch_mutex` begins.";
        switch_mutex_end: u16, "bytes from gil", "Where the GIL's `switch_mutex` ends.";
        no_frames: String, "sentence", "Why there are no Python frames; empty when there are.";
    }

    /// System calls that were counted in the kernel instead of being kept one by one.
    "tallies" => TallyRow, TallyColumns, TallyView {
        thread: u32, "threads", "The thread that made them.";
        nr: u16, "system call", "Their x86-64 number.";
        errno: u16, "errno", "How they failed; 0 for success.";
        count: u64, "calls", "How many.";
        time_ns: u64, "ns", "Their summed time as the recorder saw it.";
    }

    /// Something that was not recorded.
    "losses" => LossRow, LossColumns, LossView {
        kind: String, "name", "What went missing.";
        count: u64, "times", "How often.";
    }

    /// A thread's start, exec, new name or end.
    "life" => LifeRow, LifeColumns, LifeView {
        at: At, "ns since the recording's start", "When it was seen.";
        thread: u32, "threads", "The thread.";
        stack: u32, "stacks", "Its Python stack; 0 for none.";
        kind: u8, "0 started, 1 exec, 2 named, 3 exited", "What was seen.";
        by: u32, "threads", "Of a start: the thread that made it; else 4294967295.";
        text: u32, "texts", "Of an exec the executable, of a new name the name; else 0.";
        command: u32, "texts", "Of an exec: the command line; else 0.";
        status: i32, "wait(2) status", "Of an end: how it ended; else 0.";
    }

    /// A thread runs under another GIL than before: a sub-interpreter's own.
    "gils" => GilRow, GilColumns, GilRowView {
        at: At, "ns since the recording's start", "When it was seen.";
        thread: u32, "threads", "The thread.";
        stack: u32, "stacks", "Its Python stack; 0 for none.";
        gil: u64, "address", "Its `_gil_runtime_state`, one of those in `interpreters`.";
    }

    /// A thread left its CPU or got one.
    "switches" => SwitchRow, SwitchColumns, SwitchView {
        at: At, "ns since the recording's start", "When it was seen.";
        thread: u32, "threads", "The thread.";
        stack: u32, "stacks", "Its Python stack; 0 for none.";
        cpu: u16, "CPU", "The CPU it left or got.";
        state: u8, "0 preempted, 1 sleeping, 2 uninterruptible, 3 stopped, 4 dead, 255 got a CPU", "What happened.";
        nr: u16, "system call", "The x86-64 number of the call it is in; 65535 for none.";
        arg0: u64, "raw", "The call's first argument.";
        arg1: u64, "raw", "The call's second argument.";
        arg2: u64, "raw", "The call's third argument.";
        parked: u64, "address", "The lock object it is parked on; 0 for none.";
        parked_type: u32, "texts", "Type of the object that holds the lock; 0 for none.";
        gil: u8, "0 unknown, 1 free, 2 held", "The GIL it is under.";
        gil_holder: u32, "threads", "The holder of the GIL; 4294967295 for none or unknown.";
    }

    /// A thread was made runnable.
    "wakes" => WakeRow, WakeColumns, WakeView {
        at: At, "ns since the recording's start", "When it was seen.";
        thread: u32, "threads", "The woken thread.";
        stack: u32, "stacks", "The waker's Python stack; 0 for none.";
        by: u32, "threads", "The waker; 4294967295 when it is not a recorded thread.";
        nr: u16, "system call", "The x86-64 number of the waker's call; 65535 for none.";
        arg0: u64, "raw", "The waker's call's first argument.";
        arg1: u64, "raw", "The waker's call's second argument.";
        arg2: u64, "raw", "The waker's call's third argument.";
    }

    /// A system call ended.
    "calls" => CallRow, CallColumns, CallView {
        at: At, "ns since the recording's start", "When it ended.";
        thread: u32, "threads", "The thread that made it.";
        stack: u32, "stacks", "Its Python stack; 0 for none.";
        nr: u16, "system call", "Its x86-64 number.";
        arg0: u64, "raw", "Its first argument.";
        arg1: u64, "raw", "Its second argument.";
        arg2: u64, "raw", "Its third argument.";
        ret: i64, "raw", "Its return value; -errno on failure.";
        took: Span, "ns", "From entry to exit as the recorder saw it.";
        path: u32, "texts", "Its path argument; 0 for none.";
    }

    /// A sample of a running thread.
    "samples" => SampleRow, SampleColumns, SampleView {
        at: At, "ns since the recording's start", "When it was taken.";
        thread: u32, "threads", "The thread.";
        stack: u32, "stacks", "Its Python stack; 0 for none.";
        cpu: u16, "CPU", "The CPU it ran on.";
        user: bool, "yes or no", "Was it in user space?";
        nr: u16, "system call", "The x86-64 number of the call it is in; 65535 for none.";
        arg0: u64, "raw", "The call's first argument.";
        arg1: u64, "raw", "The call's second argument.";
        arg2: u64, "raw", "The call's third argument.";
        gil: u8, "0 unknown, 1 free, 2 held", "The GIL it is under.";
        gil_holder: u32, "threads", "The holder of the GIL; 4294967295 for none or unknown.";
    }

    /// A thread has had more page faults than when they were read before.
    "faults" => FaultsRow, FaultsColumns, FaultsView {
        at: At, "ns since the recording's start", "When they were read.";
        thread: u32, "threads", "The thread.";
        stack: u32, "stacks", "Its Python stack; 0 for none.";
        minor: u64, "faults", "Page faults served without I/O, since its birth.";
        major: u64, "faults", "Page faults that waited for I/O, since its birth.";
    }

    /// Running totals of a thread since its birth.
    "usage" => UsageRow, UsageColumns, UsageView {
        at: At, "ns since the recording's start", "When they were read.";
        thread: u32, "threads", "The thread.";
        stack: u32, "stacks", "Its Python stack; 0 for none.";
        minor_faults: u64, "faults", "Page faults served without I/O.";
        major_faults: u64, "faults", "Page faults that waited for I/O.";
        user_ns: u64, "ns", "CPU time in user space.";
        system_ns: u64, "ns", "CPU time in the kernel.";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_table_and_column_has_a_name_of_its_own_and_a_sentence() {
        let tables = tables();
        let names: HashSet<_> = tables.iter().map(|table| table.name).collect();
        assert_eq!(names.len(), tables.len());
        for table in &tables {
            assert!(table.about.ends_with('.'), "{}", table.name);
            let columns: HashSet<_> = table.columns.iter().map(|it| &it.name).collect();
            assert_eq!(columns.len(), table.columns.len(), "{}", table.name);
            for column in &table.columns {
                let (name, about) = (&column.name, column.about);
                assert!(about.ends_with(['.', '?']), "{}.{name}", table.name);
                assert!(!column.unit.is_empty(), "{}.{name}", table.name);
            }
        }
    }

    #[test]
    fn the_schema_carries_units_and_sentences() {
        let schema = CallRow::table().arrow_schema();
        let took = schema.field_with_name("took_0").expect("a column");
        assert_eq!(took.metadata()["unit"], "ns");
        assert_eq!(schema.metadata()["about"], "A system call ended.");
    }
}
