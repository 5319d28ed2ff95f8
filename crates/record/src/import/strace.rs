//! A log of `strace -f -ttt -T` becomes a recording.
//!
//! It has every call with its time, so the system call and start-up reports
//! hold; there are no Python stacks, no GIL and no CPU time in it. With `-k` a
//! call has a native stack, which becomes a stack like any other: a function is
//! a code object whose file is its library, without lines.

use std::collections::HashMap;
use std::io::{self, BufRead};

use keelback_trace::define::Thread;
use keelback_trace::{
    Call, EventKind, FrameId, Nanos, OffState, ProcessId, Provenance, Sink, StackId, TextId,
    ThreadId, WriteError,
};
use syscalls::Sysno;

use super::draft::{Draft, got_cpu, has_slept, left_cpu};
use super::line::{End, Line, What, arguments, parse};
use super::native::{self, Native};
use super::words::{errno_of, number_of, text_of};
use crate::engine::paths::path_arguments;

/// A call that takes longer than this under strace has slept, unless it says
/// itself that it has not: two stops in the same place cost less.
const AWAKE: u64 = 300_000;

/// Why a log could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The log cannot be read.
    #[error("cannot read the log: {0}")]
    Read(#[from] io::Error),
    /// There is no line with a time and a call in it.
    #[error("there is no line of `strace -f -ttt -T` or of `perf script` in the log")]
    NoCalls,
    /// perf.data has no names of functions; perf finds them.
    #[error("this is perf.data itself, and only perf can name the functions in it")]
    PerfData,
    /// The recording could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Takes a log in; says what it is known to be.
///
/// # Errors
/// See [`ImportError`]. Lines that are no calls are passed over.
pub(super) fn strace(log: impl BufRead, sink: &mut dyn Sink) -> Result<Provenance, ImportError> {
    let mut import = Import::new(sink)?;
    for line in log.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if let Some(frame) = native::frame(&line) {
            import.frame(frame)?;
            continue;
        }
        import.end_of_stack()?;
        if let Some(line) = parse(&line) {
            import.take(&line)?;
        }
    }
    import.end_of_stack()?;
    import.finish()
}

struct Import<'a> {
    draft: Draft<'a>,
    threads: HashMap<u32, ThreadId>,
    /// Of each thread: its process.
    processes: HashMap<u32, ProcessId>,
    unfinished: HashMap<u32, (u64, String)>,
    /// The events of the call whose stack may follow: where they begin.
    call_at: usize,
    /// Its stack so far, innermost first.
    stack: Vec<FrameId>,
    paths: [u8; 512],
}

impl<'a> Import<'a> {
    fn new(sink: &'a mut dyn Sink) -> Result<Import<'a>, WriteError> {
        Ok(Import {
            draft: Draft::new(sink)?,
            threads: HashMap::new(),
            processes: HashMap::new(),
            unfinished: HashMap::new(),
            call_at: 0,
            stack: Vec::new(),
            paths: path_arguments(),
        })
    }

    fn take(&mut self, line: &Line<'_>) -> Result<(), WriteError> {
        let at = self.draft.since_first(line.at);
        let thread = self.thread(line.tid, at, ThreadId::NONE, None)?;
        match &line.what {
            What::Call(name, args, end) => self.call(line.tid, thread, name, args, at, *end),
            What::Unfinished(_, args) => {
                self.unfinished.insert(line.tid, (at, (*args).to_owned()));
                Ok(())
            }
            What::Resumed(name, end) => match self.unfinished.remove(&line.tid) {
                Some((began, args)) => self.call(line.tid, thread, name, &args, began, *end),
                None => Ok(()),
            },
            What::Exited(status) => {
                self.event(at, thread, EventKind::Exited { status: *status });
                self.threads.remove(&line.tid);
                Ok(())
            }
        }
    }

    /// One frame more of the call's stack.
    fn frame(&mut self, native: Native<'_>) -> Result<(), WriteError> {
        let frame = self.draft.frame(native.function, native.file)?;
        self.stack.push(frame);
        Ok(())
    }

    /// The stack is whole: it is that of the call in the line before it.
    fn end_of_stack(&mut self) -> Result<(), WriteError> {
        let mut stack = StackId::NONE;
        for frame in std::mem::take(&mut self.stack).into_iter().rev() {
            stack = self.draft.call(stack, frame)?;
        }
        let call = self.draft.events.iter_mut().skip(self.call_at);
        for event in call.filter(|it| has_stack(&it.kind)) {
            event.stack = stack;
        }
        self.call_at = self.draft.events.len();
        Ok(())
    }

    fn event(&mut self, at: u64, thread: ThreadId, kind: EventKind) {
        self.draft.event(at, thread, StackId::NONE, kind);
    }

    /// The thread of a tid, at its first line or its birth.
    fn thread(
        &mut self,
        tid: u32,
        at: u64,
        by: ThreadId,
        of: Option<ProcessId>,
    ) -> Result<ThreadId, WriteError> {
        if let Some(known) = self.threads.get(&tid) {
            return Ok(*known);
        }
        let process = match of {
            Some(process) => process,
            None => self.draft.process(tid, at, ProcessId::NONE)?,
        };
        let thread = self.draft.known.thread(Thread {
            tid,
            process,
            start: Nanos(at),
            name: TextId::NONE,
        })?;
        self.threads.insert(tid, thread);
        self.processes.insert(tid, process);
        self.event(at, thread, EventKind::Started { by });
        if by != ThreadId::NONE {
            self.event(at, thread, got_cpu());
        }
        Ok(thread)
    }

    fn call(
        &mut self,
        tid: u32,
        thread: ThreadId,
        name: &str,
        args: &str,
        began: u64,
        end: End<'_>,
    ) -> Result<(), WriteError> {
        let Some(number) = name
            .parse::<Sysno>()
            .ok()
            .and_then(|it| u16::try_from(it.id()).ok())
        else {
            return Ok(());
        };
        let words = arguments(args);
        let value = |index: usize| words.get(index).map_or(0, |it| number_of(it));
        let call = Call {
            nr: number,
            args: [value(0), value(1), value(2)],
        };
        let ret = if end.errno.is_empty() {
            end.ret
        } else {
            -errno_of(end.errno)
        };
        let path = self.path(number, &words)?;
        self.sleep(thread, call, ret, began, end.took);
        let kind = EventKind::Call {
            call,
            ret,
            took: end.took,
            path,
        };
        self.event(began + end.took, thread, kind);
        self.life(tid, thread, name, args, &words, ret, began + end.took)
    }

    /// Did the thread sleep in the call?
    fn sleep(&mut self, thread: ThreadId, call: Call, ret: i64, began: u64, took: u64) {
        if has_slept(call, ret, took, AWAKE) {
            self.event(began, thread, left_cpu(call, OffState::Sleeping));
            self.event(began + took, thread, got_cpu());
        }
    }

    fn path(&mut self, number: u16, words: &[&str]) -> Result<TextId, WriteError> {
        let which = self.paths.get(usize::from(number)).copied().unwrap_or(0);
        let word = which
            .checked_sub(1)
            .and_then(|it| words.get(usize::from(it)));
        match word.and_then(|it| text_of(it)) {
            Some(path) => self.draft.known.text(&path),
            None => Ok(TextId::NONE),
        }
    }

    /// Births and programs.
    #[expect(clippy::too_many_arguments, reason = "the parts of one line")]
    fn life(
        &mut self,
        tid: u32,
        thread: ThreadId,
        name: &str,
        args: &str,
        words: &[&str],
        ret: i64,
        at: u64,
    ) -> Result<(), WriteError> {
        match (name, u32::try_from(ret)) {
            ("execve", Ok(0)) => self.exec(thread, words, at),
            ("clone" | "clone3" | "fork" | "vfork", Ok(child @ 1..)) => {
                let own = self.processes.get(&tid).copied().unwrap_or(ProcessId::NONE);
                let process = match args.contains("CLONE_THREAD") {
                    true => own,
                    false => self.draft.process(child, at, own)?,
                };
                self.thread(child, at, thread, Some(process)).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn exec(&mut self, thread: ThreadId, words: &[&str], at: u64) -> Result<(), WriteError> {
        let exe = words.first().and_then(|it| text_of(it)).unwrap_or_default();
        let list = words.get(1).copied().unwrap_or_default();
        let list = list.trim_start_matches('[').trim_end_matches(']');
        let argv: Vec<std::ffi::OsString> = arguments(list)
            .into_iter()
            .filter_map(text_of)
            .map(Into::into)
            .collect();
        let command = crate::engine::words::shell_words(&argv);
        self.draft.executed(&command);
        let exe = self.draft.known.text(&exe)?;
        let command = self.draft.known.text(&command)?;
        self.event(at, thread, EventKind::Exec { exe, command });
        Ok(())
    }

    fn finish(self) -> Result<Provenance, ImportError> {
        let started_unix_ns = self.draft.first()?;
        self.draft.finish(Provenance {
            started_unix_ns,
            engine: "strace".to_owned(),
            remarks: vec![
                "imported from strace, which makes each call several times as slow as it is"
                    .to_owned(),
            ],
            ..Provenance::default()
        })
    }
}

/// Does it happen at a place in the program?
fn has_stack(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Call { .. } | EventKind::SwitchOut { .. })
}

#[cfg(test)]
mod tests {
    use keelback_trace::define::Frame;
    use keelback_trace::{Event, Memory};

    use super::*;

    const LOG: &str = r#"
10 1700000000.000000 execve("/usr/bin/python3", ["python3", "a b.py"], 0x7ffe /* 3 vars */) = 0 <0.000500>
10 1700000000.001000 stat("/nope", 0x7ffe) = -1 ENOENT (No such file or directory) <0.000010>
10 1700000000.002000 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD, tls=0x7f) = 11 <0.000040>
11 1700000000.003000 futex(0x7f00, FUTEX_WAIT_PRIVATE, 2, NULL <unfinished ...>
10 1700000000.004000 futex(0x7f00, FUTEX_WAKE_PRIVATE, 1) = 1 <0.000010>
11 1700000000.004100 <... futex resumed>) = 0 <0.001100>
11 1700000000.005000 +++ exited with 0 +++
10 1700000000.006000 +++ exited with 3 +++
"#;

    #[test]
    fn a_log_becomes_calls_threads_and_sleeps() {
        let mut memory = Memory::default();
        let provenance = strace(LOG.as_bytes(), &mut memory).expect("it is one");
        assert_eq!(provenance.command, "python3 'a b.py'");
        assert_eq!(
            (
                memory.dictionary.processes.len(),
                memory.dictionary.threads.len()
            ),
            (1, 2)
        );
        let calls: Vec<_> = memory
            .events
            .iter()
            .filter_map(|it| match it.kind {
                EventKind::Call {
                    call, ret, path, ..
                } => Some((i64::from(call.nr), ret, memory.dictionary.text(path))),
                _ => None,
            })
            .collect();
        assert_eq!(
            calls,
            [
                (libc::SYS_execve, 0, "/usr/bin/python3"),
                (libc::SYS_stat, -2, "/nope"),
                (libc::SYS_clone, 11, ""),
                (libc::SYS_futex, 1, ""),
                (libc::SYS_futex, 0, ""),
            ]
        );
        let slept = memory.events.iter().filter(
            |it| matches!(it.kind, EventKind::SwitchOut { call, .. } if call.args == [0x7f00, 0x80, 2]),
        );
        assert_eq!(slept.map(|it| it.at.0).collect::<Vec<_>>(), [3_000_000]);
        assert!(memory.events.is_sorted_by_key(|it| it.at));
    }

    #[test]
    fn a_stack_is_that_of_the_call_above_it() {
        const LOG: &[u8] = br#"
7 1700000000.000000 read(3,  <unfinished ...>
8 1700000000.000000 getpid() = 8 <0.000010>
 > /lib/libc.so.6(getpid+0x1) [0x10]
 > /bin/app(main+0x2) [0x20]
7 1700000000.000900 <... read resumed>"x", 1) = 1 <0.000900>
 > /lib/libc.so.6(read+0x1) [0x11]
 > /bin/app(f+0x2) [0x30]
 > /bin/app(main+0x4) [0x22]
7 1700000000.001000 getppid() = 1 <0.000010>
7 1700000000.002000 exit_group(0) = ?
 > /bin/app(main+0x4) [0x22]
"#;
        let mut memory = Memory::default();
        strace(LOG, &mut memory).expect("it is one");
        let known = &memory.dictionary;
        let names = |event: &Event| {
            let code = |frame: Frame| &known.codes[frame.code.index()];
            let frames = known.frames_of(event.stack);
            frames
                .map(|it| known.text(code(it).name))
                .collect::<Vec<_>>()
        };
        let told = memory.events.iter().filter(|it| has_stack(&it.kind));
        let told: Vec<_> = told.map(|it| (it.at.0, names(it))).collect();
        let read = vec!["read", "f", "main"];
        assert_eq!(
            told,
            [
                (0, read.clone()),
                (10_000, vec!["getpid", "main"]),
                (900_000, read),
                (1_010_000, vec![]),
            ]
        );
    }

    /// What the start-up and the replay read of a call.
    #[test]
    fn names_of_flags_become_their_numbers() {
        const LOG: &[u8] = br#"
1 1700000000.000000 openat(AT_FDCWD, "a", O_RDONLY|O_CLOEXEC) = 3 <0.000010>
1 1700000000.001000 openat(AT_FDCWD, "/x", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4 <0.000010>
1 1700000000.002000 lseek(3</tmp/a>, -1, SEEK_END) = 5 <0.000010>
1 1700000000.003000 ioctl(3, TCGETS, 0x7ffe) = -1 ENOTTY (Inappropriate ioctl for device) <0.000010>
1 1700000000.004000 access("/a", R_OK|X_OK) = 0 <0.000010>
"#;
        let mut memory = Memory::default();
        strace(LOG, &mut memory).expect("it is one");
        let args: Vec<_> = memory
            .events
            .iter()
            .filter_map(|it| match it.kind {
                EventKind::Call { call, .. } => Some(call.args),
                _ => None,
            })
            .collect();
        let here = i64::from(libc::AT_FDCWD).cast_unsigned();
        let end = (-1_i64).cast_unsigned();
        assert_eq!(
            args,
            [
                [here, 0, 0o200_0000],
                [here, 0, 0o1101],
                [3, end, 2],
                [3, 0x5401, 0x7ffe],
                [0, 5, 0],
            ]
        );
    }

    #[test]
    fn what_is_no_log_is_refused() {
        let nothing = strace(&b"hello\n"[..], &mut Memory::default());
        assert!(matches!(nothing, Err(ImportError::NoCalls)));
    }
}
