//! Processes that run already: what `/proc` says of them at an attach.

use std::collections::HashMap;
use std::fs;
use std::os::fd::OwnedFd;

use keelback_python::{Found, LiveProcess, Named, Roster, ThreadState, Walker};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::engine::ebpf::abi;
use crate::engine::ebpf::decode::Decoder;
use crate::session::RecordError;

/// A thread that ran before the recording did, as `/proc` shows it.
#[derive(Clone, Debug)]
pub(crate) struct Present {
    pub(crate) name: String,
    /// Of its process.
    pub(crate) exe: String,
    /// Of its process, words ended by NUL.
    pub(crate) command: Vec<u8>,
    pub(crate) asleep: bool,
    pub(crate) uninterruptible: bool,
    /// Its Python stack, innermost first.
    pub(crate) stack: Vec<Named>,
    /// The system call it is in.
    pub(crate) call: Option<(u16, [u64; 3])>,
    pub(crate) minor_faults: u64,
    pub(crate) major_faults: u64,
    pub(crate) user_ns: u64,
    pub(crate) system_ns: u64,
}

/// A handle on a process.
pub(crate) fn open(pid: u32) -> Result<OwnedFd, RecordError> {
    let number = Pid::from_raw(pid.cast_signed()).ok_or(RecordError::NoProcess(pid))?;
    pidfd_open(number, PidfdFlags::empty()).map_err(|error| match error {
        rustix::io::Errno::SRCH => RecordError::NoProcess(pid),
        // A thread's tid is no process (pidfd_open(2)).
        rustix::io::Errno::INVAL | rustix::io::Errno::NOENT => RecordError::NoProcess(pid),
        other => RecordError::System {
            what: format!("open process {pid}"),
            source: other.into(),
        },
    })
}

/// Is there such a process?
pub(crate) fn exists(pid: u32) -> Result<(), RecordError> {
    open(pid).map(drop)
}

/// A process and its descendants, parents first.
pub(crate) fn family(root: u32) -> Vec<u32> {
    let mut family = vec![root];
    let mut next = 0;
    while let Some(pid) = family.get(next).copied() {
        family.extend(children(pid));
        next += 1;
    }
    family
}

/// `/proc/PID/task/TID/children` of every thread.
fn children(pid: u32) -> Vec<u32> {
    tids(pid)
        .into_iter()
        .filter_map(|tid| fs::read_to_string(format!("/proc/{pid}/task/{tid}/children")).ok())
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|it| it.parse().ok())
                .collect::<Vec<u32>>()
        })
        .collect()
}

/// The threads of a process.
pub(crate) fn tids(pid: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let mut tids: Vec<u32> = tasks
        .flatten()
        .filter_map(|task| task.file_name().to_str()?.parse().ok())
        .collect();
    tids.sort_unstable();
    tids
}

/// Tells the decoder about a process and its threads.
pub(crate) fn announce(
    decoder: &mut Decoder<'_>,
    pid: u32,
    python: Option<&Found>,
) -> Result<(), RecordError> {
    let at = crate::cost::monotonic();
    let mut stacks = python.and_then(stacks).unwrap_or_default();
    for tid in tids(pid) {
        let mut thread = look_at(pid, tid);
        // Only a sleeping thread still is where it was seen.
        if thread.asleep {
            thread.stack = stacks.remove(&tid).unwrap_or_default();
        }
        decoder.present(at, pid, tid, &thread)?;
    }
    Ok(())
}

/// The Python stacks of a process's threads, by tid, as far as they can be
/// read while it runs.
fn stacks(python: &Found) -> Option<HashMap<u32, Vec<Named>>> {
    let layout = python.build.layout.as_ref().ok()?;
    let memory = LiveProcess::open(python.pid).ok()?;
    let walker = Walker::new(&memory, layout, python.runtime?);
    let threads = walker.threads().ok()?;
    let alone = threads.len() == 1;
    let tid_of = |thread: &ThreadState| thread.native_thread_id.or(alone.then_some(python.pid));
    let stack_of = |thread: &ThreadState| {
        let stack = walker.stack(thread, abi::MAX_FRAMES as usize).ok()?;
        Some((tid_of(thread)?, walker.name(&stack.frames).ok()?))
    };
    Some(threads.iter().filter_map(stack_of).collect())
}

/// The `PyThreadState` of each thread whose tid is known, as far as they can be
/// read while the process runs. Before 3.11 only `threading` knows tids.
pub(crate) fn thread_states(python: &Found) -> Option<Vec<(u32, u64)>> {
    let layout = python.build.layout.as_ref().ok()?;
    let memory = LiveProcess::open(python.pid).ok()?;
    let walker = Walker::new(&memory, layout, python.runtime?);
    let threads = walker.threads().ok()?;
    let mut names = HashMap::new();
    if threads.iter().any(|it| it.native_thread_id.is_none()) {
        let idents: Vec<u64> = threads.iter().map(|it| it.thread_id).collect();
        for interpreter in walker.interpreters().ok()? {
            if let Ok(Some(roster)) = Roster::find(&memory, layout, interpreter) {
                names.extend(roster.names(&memory, layout, &idents).unwrap_or_default());
            }
        }
    }
    let tid = |it: &ThreadState| {
        let named = || names.get(&it.thread_id)?.native_id;
        it.native_thread_id.or_else(named)
    };
    let states = threads.iter().filter_map(|it| Some((tid(it)?, it.address)));
    Some(states.collect())
}

/// Tells the decoder which Python a running process has.
pub(crate) fn announce_runtime(decoder: &mut Decoder<'_>, pid: u32, build: u32, runtime: u64) {
    decoder.runtime_present(crate::cost::monotonic(), pid, build, runtime);
}

/// What `/proc` says of a thread now.
pub(crate) fn look_at(pid: u32, tid: u32) -> Present {
    let read = |name: &str| {
        fs::read_to_string(format!("/proc/{pid}/task/{tid}/{name}")).unwrap_or_default()
    };
    let stat = read("stat");
    // The name is in parentheses and may hold any character, `)` too.
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .map_or("", |it| it.1)
        .split_whitespace()
        .collect();
    let number = |index: usize| {
        fields
            .get(index)
            .and_then(|it| it.parse::<u64>().ok())
            .unwrap_or(0)
    };
    let tick = 1_000_000_000 / rustix::param::clock_ticks_per_second();
    Present {
        name: read("comm").trim_end().to_owned(),
        exe: fs::read_link(format!("/proc/{pid}/exe"))
            .map_or_else(|_| String::new(), |it| it.display().to_string()),
        command: fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default(),
        asleep: matches!(fields.first(), Some(&"S" | &"D")),
        stack: Vec::new(),
        uninterruptible: fields.first() == Some(&"D"),
        call: call(&read("syscall")),
        minor_faults: number(7),
        major_faults: number(9),
        user_ns: number(11) * tick,
        system_ns: number(12) * tick,
    }
}

/// `/proc/PID/task/TID/syscall`: `202 0x7f… 0x80 0x2 …`, `running` or `-1 …`.
pub(crate) fn call(line: &str) -> Option<(u16, [u64; 3])> {
    let mut words = line.split_whitespace();
    let nr = words.next()?.parse().ok()?;
    let mut hex = || u64::from_str_radix(words.next()?.trim_start_matches("0x"), 16).ok();
    Some((nr, [hex()?, hex()?, hex()?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_its_own_threads_and_calls() {
        let me = std::process::id();
        assert!(tids(me).contains(&me));
        assert!(!look_at(me, me).name.is_empty());
        assert_eq!(family(me)[0], me);
    }

    #[test]
    fn a_call_is_a_number_and_three_arguments() {
        assert_eq!(
            call("202 0x7f00 0x80 0x2 0x0 0x0 0x0 0x7ffe 0x7f11"),
            Some((202, [0x7f00, 0x80, 2]))
        );
        assert_eq!(call("running"), None);
        assert_eq!(call("-1 0x7ffe 0x7f11"), None);
    }

    #[test]
    fn a_pid_that_does_not_exist_is_said_to() {
        assert!(matches!(
            exists(4_000_000),
            Err(RecordError::NoProcess(4_000_000))
        ));
        assert!(matches!(exists(0), Err(RecordError::NoProcess(0))));
    }
}
