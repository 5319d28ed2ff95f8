//! What each open descriptor was opened for, through forks and execs.

use std::collections::HashMap;

use keelback_trace::{ProcessId, TextId};
use syscalls::x86_64::Sysno;

use super::StartPurpose;
use crate::ended_call::EndedCall;

/// openat(2), x86-64.
const O_CLOEXEC: u64 = 0o2_000_000;

#[derive(Clone, Copy, Debug)]
struct Open {
    purpose: StartPurpose,
    path: TextId,
    ends_with_exec: bool,
}

/// Descriptors by process, and the library each process is loading.
#[derive(Debug, Default)]
pub(super) struct Descriptors {
    open: HashMap<ProcessId, HashMap<u32, Open>>,
    loading: HashMap<ProcessId, (u32, StartPurpose)>,
}

impl Descriptors {
    /// What it was opened for.
    pub(super) fn purpose(&self, process: ProcessId, fd: u32) -> Option<StartPurpose> {
        Some(self.open.get(&process)?.get(&fd)?.purpose)
    }

    /// The file that it is; none for what is no file.
    pub(super) fn path(&self, process: ProcessId, fd: u32) -> TextId {
        let open = self.open.get(&process).and_then(|it| it.get(&fd));
        open.map_or(TextId::NONE, |it| it.path)
    }

    /// What the library that is being loaded was opened for.
    pub(super) fn loading(&self, process: ProcessId) -> Option<StartPurpose> {
        self.loading.get(&process).map(|(_, purpose)| *purpose)
    }

    /// Takes in what a call that ended does to descriptors.
    pub(super) fn step(&mut self, process: ProcessId, it: &EndedCall, purpose: StartPurpose) {
        let call = it.call;
        let fd = call.args[0] as u32;
        let (Ok(given), Some(sysno)) = (u32::try_from(it.ret), Sysno::new(call.nr.into())) else {
            return;
        };
        let open = |flags: u64| Open {
            purpose,
            path: it.path,
            ends_with_exec: flags & O_CLOEXEC != 0,
        };
        match sysno {
            Sysno::open => self.opened(process, given, open(call.args[1])),
            Sysno::openat => self.opened(process, given, open(call.args[2])),
            Sysno::openat2 | Sysno::socket => self.opened(process, given, open(O_CLOEXEC)),
            Sysno::dup | Sysno::dup2 | Sysno::dup3 => self.copied(process, fd, given),
            // fcntl(2): F_DUPFD and F_DUPFD_CLOEXEC.
            Sysno::fcntl if matches!(call.args[1], 0 | 1030) => self.copied(process, fd, given),
            Sysno::close => self.closed(process, fd),
            _ => {}
        }
    }

    fn opened(&mut self, process: ProcessId, fd: u32, open: Open) {
        let purpose = open.purpose;
        self.open.entry(process).or_default().insert(fd, open);
        if matches!(purpose, StartPurpose::Library | StartPurpose::Extension) {
            self.loading.insert(process, (fd, purpose));
        }
    }

    fn copied(&mut self, process: ProcessId, from: u32, to: u32) {
        let open = self.open.entry(process).or_default();
        match open.get(&from).copied() {
            Some(it) => open.insert(to, it),
            None => open.remove(&to),
        };
    }

    fn closed(&mut self, process: ProcessId, fd: u32) {
        if let Some(open) = self.open.get_mut(&process) {
            open.remove(&fd);
        }
        if self.loading.get(&process).is_some_and(|it| it.0 == fd) {
            self.loading.remove(&process);
        }
    }

    /// A child has what its parent has.
    pub(super) fn forked(&mut self, parent: ProcessId, child: ProcessId) {
        let open = self.open.get(&parent).cloned().unwrap_or_default();
        self.open.insert(child, open);
    }

    /// The process runs another program now.
    pub(super) fn executed(&mut self, process: ProcessId) {
        self.loading.remove(&process);
        if let Some(open) = self.open.get_mut(&process) {
            open.retain(|_, it| !it.ends_with_exec);
        }
    }
}
