//! Births, names, programs and deaths.

use keelback_trace::define::{Process, Thread};
use keelback_trace::{
    Call, EventKind, GilView, OffState, Parked, ProcessId, StackId, TextId, ThreadId, WriteError,
};

use super::abi::{ExecRecord, ExitRecord, ForkRecord, Header, NameRecord};
use super::decode::{Decoder, Refused, c_text, used};
use super::runtime;
use crate::engine::words::{shell_words, words};
use crate::present::Present;

/// Programs that began since the recorder last looked: one of them may be a
/// Python it has not met.
#[derive(Default)]
pub(crate) struct Lives {
    begun: Vec<Begun>,
}

/// A process that began a program.
#[derive(Clone, Debug)]
pub(crate) struct Begun {
    pub(crate) pid: u32,
    pub(crate) words: Vec<std::ffi::OsString>,
    pub(crate) exe: std::path::PathBuf,
}

impl Decoder<'_> {
    /// The programs that began since the last call.
    pub(crate) fn begun(&mut self) -> Vec<Begun> {
        std::mem::take(&mut self.lives.begun)
    }
}

impl Decoder<'_> {
    /// Takes in a thread that ran before the recording did.
    pub(crate) fn present(
        &mut self,
        at: u64,
        pid: u32,
        tid: u32,
        seen: &Present,
    ) -> Result<(), WriteError> {
        if self.known.thread_of_tid(tid).is_some() {
            return Ok(());
        }
        let header = Header {
            kind: 0,
            cpu: 0,
            tid,
            at,
        };
        let process = match self.known.process_of_tgid(pid) {
            Some(process) => process,
            None => self.present_process(at, pid, seen)?,
        };
        let name = self.known.text(&seen.name)?;
        let thread = born(self, &header, process, name, ThreadId::NONE)?;
        self.event(&header, thread, StackId::NONE, usage_of(seen));
        if seen.asleep {
            let stack = super::stack::of_names(self, &seen.stack)?;
            self.event(&header, thread, stack, asleep(seen));
        }
        Ok(())
    }

    fn present_process(
        &mut self,
        at: u64,
        pid: u32,
        seen: &Present,
    ) -> Result<ProcessId, WriteError> {
        let exe = self.known.text(&seen.exe)?;
        let command = self.known.text(&shell_words(&words(&seen.command)))?;
        let start = self.clock.at(at);
        let process = self.known.process(Process {
            pid,
            parent: ProcessId::NONE,
            start,
            exe,
            command,
        })?;
        self.programs.insert(process, (exe, command));
        Ok(process)
    }
}

fn usage_of(seen: &Present) -> EventKind {
    EventKind::Usage {
        minor_faults: seen.minor_faults,
        major_faults: seen.major_faults,
        user_ns: seen.user_ns,
        system_ns: seen.system_ns,
    }
}

fn asleep(seen: &Present) -> EventKind {
    let state = match seen.uninterruptible {
        true => OffState::Uninterruptible,
        false => OffState::Sleeping,
    };
    let call = seen.call.map_or(Call::NONE, |(nr, args)| Call { nr, args });
    EventKind::SwitchOut {
        cpu: 0,
        state,
        call,
        parked: Parked::NONE,
        gil: GilView::Unknown,
    }
}

pub(super) fn fork(decoder: &mut Decoder<'_>, record: &ForkRecord) -> Result<(), Refused> {
    let by = decoder
        .known
        .thread_of_tid(record.by)
        .unwrap_or(ThreadId::NONE);
    let process = match record.tgid == record.by_tgid {
        true => decoder.known.process_of_tgid(record.tgid),
        false => None,
    };
    let process = match process {
        Some(process) => process,
        None => child_process(decoder, record)?,
    };
    let name = decoder.known.text(&c_text(&record.comm))?;
    born(decoder, &record.header, process, name, by)?;
    Ok(())
}

/// A forked child runs its parent's program for now.
fn child_process(decoder: &mut Decoder<'_>, record: &ForkRecord) -> Result<ProcessId, Refused> {
    let parent = decoder.known.process_of_tgid(record.by_tgid);
    let (exe, command) = match parent {
        Some(parent) => decoder
            .programs
            .get(&parent)
            .copied()
            .unwrap_or((TextId::NONE, TextId::NONE)),
        None => (TextId::NONE, TextId::NONE),
    };
    let process = decoder.known.process(Process {
        pid: record.tgid,
        parent: parent.unwrap_or(ProcessId::NONE),
        start: decoder.clock.at(record.header.at),
        exe,
        command,
    })?;
    decoder.programs.insert(process, (exe, command));
    Ok(process)
}

fn born(
    decoder: &mut Decoder<'_>,
    header: &Header,
    process: ProcessId,
    name: TextId,
    by: ThreadId,
) -> Result<ThreadId, WriteError> {
    let start = decoder.clock.at(header.at);
    let thread = decoder.known.thread(Thread {
        tid: header.tid,
        process,
        start,
        name,
    })?;
    decoder.event(header, thread, StackId::NONE, EventKind::Started { by });
    Ok(thread)
}

/// A thread nobody announced: it began before the recording did.
pub(super) fn first_seen(decoder: &mut Decoder<'_>, header: &Header) -> Result<ThreadId, Refused> {
    let tgid = tgid_of(header.tid).unwrap_or(header.tid);
    let process = match decoder.known.process_of_tgid(tgid) {
        Some(process) => process,
        None => unannounced_process(decoder, header, tgid)?,
    };
    Ok(born(
        decoder,
        header,
        process,
        TextId::NONE,
        ThreadId::NONE,
    )?)
}

fn unannounced_process(
    decoder: &mut Decoder<'_>,
    header: &Header,
    pid: u32,
) -> Result<ProcessId, Refused> {
    Ok(decoder.known.process(Process {
        pid,
        parent: ProcessId::NONE,
        start: decoder.clock.at(header.at),
        exe: TextId::NONE,
        command: TextId::NONE,
    })?)
}

fn tgid_of(tid: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"))?;
    line.trim().parse().ok()
}

pub(super) fn exec(decoder: &mut Decoder<'_>, record: &ExecRecord) -> Result<(), Refused> {
    let exe = c_text(used(&record.exe, record.exe_length));
    let words = words(used(&record.command, record.command_length));
    let (exe_text, command) = (
        decoder.known.text(&exe)?,
        decoder.known.text(&shell_words(&words))?,
    );
    if record.old_tid != record.header.tid {
        decoder.known.rename_tid(record.old_tid, record.header.tid);
    }
    let thread = executing_thread(decoder, record, exe_text, command)?;
    decoder.begin_program(thread);
    decoder.faults(&record.header, thread, &record.faults);
    if let Some(process) = decoder.known.process_of_tgid(record.tgid) {
        runtime::gone(decoder, process)?;
        decoder.known.forget_thread_states(process);
        decoder.programs.insert(process, (exe_text, command));
    }
    decoder.event(
        &record.header,
        thread,
        StackId::NONE,
        EventKind::Exec {
            exe: exe_text,
            command,
        },
    );
    let name = decoder.known.text(&c_text(&record.comm))?;
    decoder.event(
        &record.header,
        thread,
        StackId::NONE,
        EventKind::Named { name },
    );
    decoder.lives.begun.push(Begun {
        pid: record.tgid,
        words,
        exe: exe.into(),
    });
    Ok(())
}

/// The launched command's first instant is its exec.
fn executing_thread(
    decoder: &mut Decoder<'_>,
    record: &ExecRecord,
    exe: TextId,
    command: TextId,
) -> Result<ThreadId, Refused> {
    if let Some(thread) = decoder.known.thread_of_tid(record.header.tid) {
        return Ok(thread);
    }
    let start = decoder.clock.at(record.header.at);
    let process = match decoder.known.process_of_tgid(record.tgid) {
        Some(process) => process,
        None => decoder.known.process(Process {
            pid: record.tgid,
            parent: ProcessId::NONE,
            start,
            exe,
            command,
        })?,
    };
    let name = decoder.known.text(&c_text(&record.comm))?;
    Ok(born(
        decoder,
        &record.header,
        process,
        name,
        ThreadId::NONE,
    )?)
}

pub(super) fn exit(decoder: &mut Decoder<'_>, record: &ExitRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let (user_ns, system_ns) = scaled(record);
    let usage = EventKind::Usage {
        minor_faults: record.faults.minor,
        major_faults: record.faults.major,
        user_ns,
        system_ns,
    };
    decoder.event(&record.header, thread, StackId::NONE, usage);
    let status = if record.last != 0 {
        record.status.cast_signed()
    } else {
        0
    };
    decoder.event(
        &record.header,
        thread,
        StackId::NONE,
        EventKind::Exited { status },
    );
    let process = decoder.known.process_of(thread);
    decoder.names.ended(process, thread);
    decoder.faults.remove(&thread);
    if let Some(process) = decoder
        .known
        .process_of_tgid(record.tgid)
        .filter(|_| record.last != 0)
    {
        runtime::gone(decoder, process)?;
    }
    Ok(())
}

/// The kernel counts user and system time in ticks and the sum exactly; it
/// shows the sum divided as the ticks are (kernel/sched/cputime.c:
/// cputime_adjust), and so do we.
fn scaled(record: &ExitRecord) -> (u64, u64) {
    let ticks = record.user_ns.saturating_add(record.system_ns);
    if ticks == 0 {
        return (record.run_ns, 0);
    }
    let system = u128::from(record.run_ns) * u128::from(record.system_ns) / u128::from(ticks);
    let system = u64::try_from(system).unwrap_or(record.run_ns);
    (record.run_ns.saturating_sub(system), system)
}

pub(super) fn name(decoder: &mut Decoder<'_>, record: &NameRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let name = decoder.known.text(&c_text(&record.comm))?;
    let named = |name| EventKind::Named { name };
    decoder.event(&record.header, thread, StackId::NONE, named(name));
    // Python's name stands, also beside the 15 bytes that 3.14+ sets here.
    let process = decoder.known.process_of(thread);
    if let Some(name) = decoder.names.renamed(process, thread) {
        let name = decoder.known.text(name)?;
        decoder.event(&record.header, thread, StackId::NONE, named(name));
    }
    Ok(())
}
