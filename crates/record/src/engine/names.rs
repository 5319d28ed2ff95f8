//! What Python calls its threads: read from outside, while they run.
//!
//! The kernel's names say little: CPython tells the kernel from 3.14 on only,
//! and 15 bytes of a name. So a thread is looked up in its interpreter's
//! `threading` module soon after its first Python stack, and again less and
//! less often, for it may be named late or renamed. A process with one Python
//! thread keeps the name of its command: there is nobody to tell it from.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;

use keelback_python::{Build, Layout, ReadMemory, Roster, ThreadName};
use keelback_trace::{ProcessId, ThreadId};

/// A thread is looked up again after this long, and then after four times as
/// long each, ns.
const FIRST_PAUSE: u64 = 20_000_000;
/// The longest time between two looks, ns.
const LONGEST_PAUSE: u64 = 10_000_000_000;

/// The Pythons of a recording and their threads.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pythons: HashMap<ProcessId, Python>,
    /// No thread is due before this instant.
    next: u64,
}

/// A Python in a process.
#[derive(Debug)]
struct Python {
    pid: u32,
    build: Arc<Build>,
    /// By `PyInterpreterState`, as far as they were found.
    rosters: HashMap<u64, Roster>,
    threads: HashMap<ThreadId, Asked>,
    /// Had it more than one at a time?
    is_threaded: bool,
}

/// A thread that has a Python stack.
#[derive(Debug)]
struct Asked {
    tid: u32,
    /// Its `PyThreadState`.
    tstate: u64,
    /// What was told last.
    told: Option<String>,
    /// When to look next, and how long after that.
    due: u64,
    pause: u64,
}

/// A name that is news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) thread: ThreadId,
    pub(crate) name: String,
}

impl Names {
    /// A process runs this Python from now on.
    pub(crate) fn begin(&mut self, process: ProcessId, pid: u32, build: &Arc<Build>) {
        self.pythons.entry(process).or_insert_with(|| Python {
            pid,
            build: Arc::clone(build),
            rosters: HashMap::new(),
            threads: HashMap::new(),
            is_threaded: false,
        });
    }

    /// The process's program is over.
    pub(crate) fn forget(&mut self, process: ProcessId) {
        self.pythons.remove(&process);
    }

    /// A thread has this `PyThreadState`.
    pub(crate) fn met(&mut self, process: ProcessId, thread: ThreadId, tid: u32, tstate: u64) {
        let Some(python) = self.pythons.get_mut(&process) else {
            return;
        };
        let met = python.threads.entry(thread).or_insert(Asked {
            tid,
            tstate,
            told: None,
            due: 0,
            pause: FIRST_PAUSE,
        });
        if met.due == 0 || met.tstate != tstate {
            (met.tstate, met.due) = (tstate, 0);
            self.next = 0;
        }
        python.is_threaded |= python.threads.len() > 1;
    }

    /// The kernel has another name for the thread now. From 3.14 on that is
    /// what Python made of its own; says what that was.
    pub(crate) fn renamed(&mut self, process: ProcessId, thread: ThreadId) -> Option<&str> {
        let known = self.pythons.get_mut(&process)?.threads.get_mut(&thread)?;
        (known.due, known.pause) = (0, FIRST_PAUSE);
        self.next = 0;
        known.told.as_deref()
    }

    /// The thread ended.
    pub(crate) fn ended(&mut self, process: ProcessId, thread: ThreadId) {
        if let Some(python) = self.pythons.get_mut(&process) {
            python.threads.remove(&thread);
        }
    }

    /// Looks up who is due; `open` gives the memory of a process.
    pub(crate) fn look<M: ReadMemory>(
        &mut self,
        now: u64,
        open: impl Fn(u32) -> Option<M>,
    ) -> Vec<News> {
        if now < self.next {
            return Vec::new();
        }
        self.next = u64::MAX;
        let mut news = Vec::new();
        for python in self.pythons.values_mut() {
            if python.is_threaded {
                python.look(now, &open, &mut news);
                let due = python.threads.values().map(|it| it.due);
                self.next = due.fold(self.next, u64::min);
            }
        }
        news
    }
}

impl Python {
    fn look<M: ReadMemory>(
        &mut self,
        now: u64,
        open: impl Fn(u32) -> Option<M>,
        news: &mut Vec<News>,
    ) {
        let build = Arc::clone(&self.build);
        let due = self.threads.iter_mut().filter(|it| it.1.due <= now);
        let due: Vec<(ThreadId, u64)> = due
            .map(|(thread, asked)| (*thread, asked.postpone(now)))
            .collect();
        let Some(layout) = build.layout.as_ref().ok().filter(|_| !due.is_empty()) else {
            return;
        };
        let Some(memory) = open(self.pid) else {
            return;
        };
        let mut by_interpreter: HashMap<u64, Vec<(u64, ThreadId)>> = HashMap::new();
        for (thread, tstate) in due {
            if let Some((interpreter, ident)) = place(&memory, layout, tstate) {
                let its = by_interpreter.entry(interpreter).or_default();
                its.push((ident, thread));
            }
        }
        for (interpreter, threads) in by_interpreter {
            self.look_in(&memory, layout, interpreter, &threads, news);
        }
    }

    fn look_in<M: ReadMemory>(
        &mut self,
        memory: &M,
        layout: &Layout,
        interpreter: u64,
        threads: &[(u64, ThreadId)],
        news: &mut Vec<News>,
    ) {
        let Some(roster) = self.roster(memory, layout, interpreter) else {
            return;
        };
        let idents: Vec<u64> = threads.iter().map(|it| it.0).collect();
        let Ok(mut names) = roster.names(memory, layout, &idents) else {
            self.rosters.remove(&interpreter);
            return;
        };
        for (ident, thread) in threads {
            if let Some((seen, asked)) = names.remove(ident).zip(self.threads.get_mut(thread))
                && asked.told.as_deref() != Some(&seen.name)
                && is_of(&seen, self.pid, asked.tid)
            {
                asked.told = Some(seen.name.clone());
                news.push(News {
                    thread: *thread,
                    name: seen.name,
                });
            }
        }
    }

    fn roster<M: ReadMemory>(
        &mut self,
        memory: &M,
        layout: &Layout,
        interpreter: u64,
    ) -> Option<Roster> {
        if let Some(known) = self.rosters.get(&interpreter) {
            return Some(*known);
        }
        let found = Roster::find(memory, layout, interpreter).ok()??;
        self.rosters.insert(interpreter, found);
        Some(found)
    }
}

impl Asked {
    /// Is due again after a pause. Says its thread state.
    fn postpone(&mut self, now: u64) -> u64 {
        self.due = now + self.pause;
        self.pause = (4 * self.pause).min(LONGEST_PAUSE);
        self.tstate
    }
}

/// Interpreter and `pthread_self()` of a thread state.
fn place(memory: &impl ReadMemory, layout: &Layout, tstate: u64) -> Option<(u64, u64)> {
    let interpreter = memory.u64(layout.thread.interp.of(tstate)).ok()?;
    let ident = memory.u64(layout.thread.thread_id.of(tstate)).ok()?;
    (interpreter != 0 && ident != 0).then_some((interpreter, ident))
}

/// Is it this thread's, which still lives? Its thread state and its
/// `pthread_self()` may be another's by now. A child process's main thread has
/// the native id of the thread that forked it, and is the only one there.
fn is_of(name: &ThreadName, pid: u32, tid: u32) -> bool {
    let Ok(status) = fs::read_to_string(format!("/proc/{pid}/task/{tid}/status")) else {
        return false;
    };
    let mut lines = status.lines();
    // Outermost PID namespace first (proc_pid_status(5)).
    let ids = lines.find_map(|line| line.strip_prefix("NSpid:"));
    let own = ids.and_then(|it| it.split_whitespace().next_back()?.parse().ok());
    pid == tid || name.native_id.is_none() || name.native_id == own
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name that says this native id.
    fn name(native_id: Option<u32>) -> ThreadName {
        ThreadName {
            name: "client-3".into(),
            native_id,
        }
    }

    fn tid() -> u32 {
        rustix::thread::gettid()
            .as_raw_nonzero()
            .get()
            .cast_unsigned()
    }

    #[test]
    fn a_name_is_for_the_living_thread_of_its_native_id() {
        let me = std::process::id();
        let ended = std::thread::spawn(move || {
            assert!(is_of(&name(Some(tid())), me, tid()));
            assert!(is_of(&name(None), me, tid()));
            assert!(!is_of(&name(Some(me)), me, tid()));
            tid()
        });
        let ended = ended.join().expect("its assertions hold");
        let gone = format!("/proc/{me}/task/{ended}");
        // A join may return a moment before the kernel has taken it away.
        while fs::metadata(&gone).is_ok() {
            std::thread::yield_now();
        }
        assert!(!is_of(&name(Some(ended)), me, ended));
        assert!(is_of(&name(Some(7)), me, me), "of a fork's main thread");
    }

    #[test]
    fn looks_become_rarer() {
        let mut asked = Asked {
            tid: 1,
            tstate: 0x1000,
            told: None,
            due: 0,
            pause: FIRST_PAUSE,
        };
        let mut due = Vec::new();
        for _ in 0..7 {
            assert_eq!(asked.postpone(asked.due), 0x1000);
            due.push(asked.due / 1_000_000);
        }
        assert_eq!(due, [20, 100, 420, 1700, 6820, 16_820, 26_820]);
    }
}
