//! What `perf script` prints of system calls and switches becomes a recording.
//!
//! perf itself finds the symbols, those of `-X perf` too, which perf.data alone
//! does not have; so its text is taken in, not its file.

use std::collections::HashMap;
use std::io::BufRead;

use keelback_trace::define::Thread;
use keelback_trace::{
    Call, Event, EventKind, Nanos, OffState, ProcessId, Provenance, Sink, StackId, TextId,
    ThreadId, WriteError,
};

use super::draft::{Draft, got_cpu, has_slept, left_cpu};
use super::perf_line::{Head, Place, entry, exit, field, head, place};
use super::strace::ImportError;

/// A call that takes longer than this has slept, where switches were not
/// recorded: perf adds a microsecond or two.
const AWAKE: u64 = 50_000;

/// Takes a log in; says what it is known to be.
///
/// # Errors
/// See [`ImportError`]. Lines of other events are passed over.
pub(super) fn perf(log: impl BufRead, sink: &mut dyn Sink) -> Result<Provenance, ImportError> {
    let mut import = Import::new(sink)?;
    let mut before = String::new();
    let mut places = Vec::new();
    for line in log.split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if head(&line).is_some() {
            import.take(&before, &places)?;
            (before, places) = (line, Vec::new());
        } else {
            places.push(line);
        }
    }
    import.take(&before, &places)?;
    import.finish()
}

/// Is this such a log?
pub(super) fn is_perf(beginning: &[u8]) -> bool {
    let text = String::from_utf8_lossy(beginning);
    let mut lines = text
        .lines()
        .filter(|it| !it.is_empty() && !it.starts_with('#'));
    lines.next().is_some_and(|it| head(it).is_some())
}

struct Import<'a> {
    draft: Draft<'a>,
    threads: HashMap<u32, Traced>,
    processes: HashMap<u32, ProcessId>,
    has_switches: bool,
}

/// A thread, and what it does.
#[derive(Clone, Copy)]
struct Traced {
    id: ThreadId,
    name: TextId,
    asleep: bool,
    /// The call it is in: since when, which, from where.
    call: Option<(u64, Call, StackId)>,
}

impl<'a> Import<'a> {
    fn new(sink: &'a mut dyn Sink) -> Result<Import<'a>, WriteError> {
        Ok(Import {
            draft: Draft::new(sink)?,
            threads: HashMap::new(),
            processes: HashMap::new(),
            has_switches: false,
        })
    }

    fn take(&mut self, line: &str, places: &[String]) -> Result<(), WriteError> {
        let Some(head) = head(line) else {
            return Ok(());
        };
        let at = self.draft.since_first(head.at);
        let stack = self.stack(places)?;
        let mut thread = self.thread(&head, at)?;
        if std::mem::take(&mut thread.asleep) {
            self.event(at, thread.id, StackId::NONE, got_cpu());
        }
        match head.event {
            "raw_syscalls:sys_enter" => {
                if let Some((nr, args)) = entry(head.text) {
                    thread.call = Some((at, Call { nr, args }, stack));
                }
            }
            "raw_syscalls:sys_exit" => self.ended(&mut thread, head.text, at),
            "sched:sched_switch" => self.left(&mut thread, &head, at, stack),
            "sched:sched_process_exec" => self.exec(thread.id, head.text, at)?,
            "sched:sched_process_exit" => {
                self.event(
                    at,
                    thread.id,
                    StackId::NONE,
                    EventKind::Exited { status: 0 },
                );
                self.threads.remove(&head.tid);
                return Ok(());
            }
            _ => {}
        }
        self.threads.insert(head.tid, thread);
        Ok(())
    }

    fn event(&mut self, at: u64, thread: ThreadId, stack: StackId, kind: EventKind) {
        self.draft.event(at, thread, stack, kind);
    }

    /// The thread of a line, with the name it has there.
    fn thread(&mut self, head: &Head<'_>, at: u64) -> Result<Traced, WriteError> {
        let name = self.draft.known.text(head.comm)?;
        if let Some(known) = self.threads.get(&head.tid).copied() {
            if known.name != name {
                self.event(at, known.id, StackId::NONE, EventKind::Named { name });
            }
            return Ok(Traced { name, ..known });
        }
        let process = self.process(head.pid, at)?;
        let id = self.draft.known.thread(Thread {
            tid: head.tid,
            process,
            start: Nanos(at),
            name,
        })?;
        let by = ThreadId::NONE;
        self.event(at, id, StackId::NONE, EventKind::Started { by });
        Ok(Traced {
            id,
            name,
            asleep: true,
            call: None,
        })
    }

    fn process(&mut self, pid: u32, at: u64) -> Result<ProcessId, WriteError> {
        if let Some(known) = self.processes.get(&pid) {
            return Ok(*known);
        }
        let id = self.draft.process(pid, at, ProcessId::NONE)?;
        self.processes.insert(pid, id);
        Ok(id)
    }

    /// Python's frames if there are any, else the native ones.
    fn stack(&mut self, places: &[String]) -> Result<StackId, WriteError> {
        let places: Vec<Place<'_>> = places.iter().filter_map(|it| place(it)).collect();
        let has_python = places.iter().any(|it| matches!(it, Place::Python { .. }));
        let mut stack = StackId::NONE;
        for place in places.into_iter().rev() {
            let (function, file) = match place {
                Place::Python { function, file } => (function, file),
                Place::Native { function, file } if !has_python => (function, file),
                Place::Native { .. } | Place::Kernel => continue,
            };
            let frame = self.draft.frame(function, file)?;
            stack = self.draft.call(stack, frame)?;
        }
        Ok(stack)
    }

    fn ended(&mut self, thread: &mut Traced, text: &str, at: u64) {
        let Some((nr, ret)) = exit(text) else { return };
        let Some((began, call, stack)) = thread.call.take().filter(|it| it.1.nr == nr) else {
            return;
        };
        let kind = EventKind::Call {
            call,
            ret,
            took: at - began,
            path: TextId::NONE,
        };
        self.event(at, thread.id, stack, kind);
    }

    /// It left its CPU.
    fn left(&mut self, thread: &mut Traced, head: &Head<'_>, at: u64, stack: StackId) {
        let number = |key| field(head.text, key).and_then(|it| it.parse::<u32>().ok());
        if number("prev_pid") != Some(head.tid) {
            return;
        }
        self.has_switches = true;
        let state = state(field(head.text, "prev_state").unwrap_or(""));
        let (call, from) = match thread.call {
            Some((_, call, from)) => (call, from),
            None => (Call::NONE, stack),
        };
        let kind = left_cpu(call, state);
        thread.asleep = true;
        self.event(at, thread.id, from, kind);
    }

    fn exec(&mut self, thread: ThreadId, text: &str, at: u64) -> Result<(), WriteError> {
        let file = field(text, "filename").unwrap_or("");
        self.draft.executed(file);
        let exe = self.draft.known.text(file)?;
        let kind = EventKind::Exec { exe, command: exe };
        self.event(at, thread, StackId::NONE, kind);
        Ok(())
    }

    fn finish(mut self) -> Result<Provenance, ImportError> {
        let started_monotonic_ns = self.draft.first()?;
        if !self.has_switches {
            let sleeps: Vec<Event> = self.draft.events.iter().flat_map(sleep).collect();
            self.draft.events.extend(sleeps);
        }
        self.draft.finish(Provenance {
            started_monotonic_ns,
            engine: "perf".to_owned(),
            remarks: vec![
                "imported from perf: calls have no paths, and what perf lost is not known here"
                    .to_owned(),
            ],
            ..Provenance::default()
        })
    }
}

/// `prev_state` (include/trace/events/sched.h): `S`, `D`, `R+`.
fn state(letters: &str) -> OffState {
    match letters.as_bytes().first() {
        Some(b'S' | b'I') => OffState::Sleeping,
        Some(b'D') => OffState::Uninterruptible,
        Some(b'T' | b't') => OffState::Stopped,
        Some(b'X' | b'Z') => OffState::Dead,
        _ => OffState::Preempted,
    }
}

/// The sleep in a call that took long.
fn sleep(event: &Event) -> Vec<Event> {
    let EventKind::Call {
        call, ret, took, ..
    } = event.kind
    else {
        return Vec::new();
    };
    if !has_slept(call, ret, took, AWAKE) {
        return Vec::new();
    }
    let at = |at: u64, kind| Event {
        at: Nanos(at),
        kind,
        ..*event
    };
    let end = event.at.0;
    vec![
        at(end - took, left_cpu(call, OffState::Sleeping)),
        at(end, got_cpu()),
    ]
}

#[cfg(test)]
mod tests {
    use keelback_trace::Memory;

    use super::*;

    const LOG: &str = "
 python3 7/7 [001] 10.000000000: sched:sched_process_exec: filename=/usr/bin/python3 pid=7 old_pid=7

 python3 7/7 [001] 10.000001000:   raw_syscalls:sys_enter: NR 0 (3, 7f00, 10, 0, 0, 0)
\tffffffff81415d70 syscall_trace_enter ([kernel.kallsyms])
\t           9a72e __read (/lib/libc.so.6)
\t            1000 py::load:/app.py (/tmp/perf-7.map)
\t            2000 _PyEval_EvalFrameDefault (/usr/bin/python3)
\t            3000 py::<module>:/app.py (/tmp/perf-7.map)

 python3 7/7 [001] 10.000002000: sched:sched_switch: prev_comm=python3 prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120
 python3 7/7 [000] 10.003000000:    raw_syscalls:sys_exit: NR 0 = 16
 worker 7/8 [001] 10.004000000:   raw_syscalls:sys_enter: NR 39 (0, 0, 0, 0, 0, 0)
\t           9a72e getpid (/lib/libc.so.6)
 worker 7/8 [001] 10.004000500:    raw_syscalls:sys_exit: NR 39 = 7
";

    fn told(log: &str) -> (Memory, Provenance) {
        let mut memory = Memory::default();
        let provenance = perf(log.as_bytes(), &mut memory).expect("it is one");
        (memory, provenance)
    }

    #[test]
    fn a_log_becomes_calls_sleeps_and_stacks() {
        assert!(is_perf(LOG.as_bytes()));
        let (memory, provenance) = told(LOG);
        assert_eq!(provenance.command, "/usr/bin/python3");
        let known = &memory.dictionary;
        assert_eq!((known.processes.len(), known.threads.len()), (1, 2));
        let labels = |event: &Event| {
            let frames = known.frames_of(event.stack);
            frames.map(|it| known.frame_label(it)).collect::<Vec<_>>()
        };
        let python = ["load (/app.py)", "<module> (/app.py)"].map(str::to_owned);
        let calls: Vec<_> = memory
            .events
            .iter()
            .filter_map(|it| match it.kind {
                EventKind::Call {
                    call, ret, took, ..
                } => Some((call.nr, ret, took, labels(it))),
                _ => None,
            })
            .collect();
        let native = vec!["getpid (/lib/libc.so.6)".to_owned()];
        assert_eq!(
            calls,
            [(0, 16, 2_999_000, python.to_vec()), (39, 7, 500, native)]
        );
        let slept = memory.events.iter().find(|it| {
            let read = |call: Call| call.nr == 0 && call.args[0] == 3;
            matches!(it.kind, EventKind::SwitchOut { call, state: OffState::Sleeping, .. } if read(call))
        });
        let slept = slept.expect("it read a pipe");
        assert_eq!((slept.at.0, labels(slept)), (2_000, python.to_vec()));
        assert!(memory.events.is_sorted_by_key(|it| it.at));
    }

    #[test]
    fn without_switches_long_calls_have_slept() {
        let calls: Vec<&str> = LOG
            .lines()
            .filter(|it| !it.contains("sched_switch"))
            .collect();
        let (memory, _) = told(&calls.join("\n"));
        let slept = memory.events.iter().filter_map(|it| match it.kind {
            EventKind::SwitchOut { .. } => Some(it.at.0),
            _ => None,
        });
        assert_eq!(slept.collect::<Vec<_>>(), [1_000]);
    }

    #[test]
    fn other_logs_are_not_perfs() {
        assert!(!is_perf(b"7 1700000000.5 getpid() = 7 <0.000001>\n"));
        assert!(!is_perf(b""));
    }
}
