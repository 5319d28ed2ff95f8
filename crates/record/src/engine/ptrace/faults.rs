//! A thread's page faults, as the kernel counts them.

use std::fs::File;
use std::os::unix::fs::FileExt;

use keelback_trace::{EventKind, StackId};

use super::tracer::Tracer;
use super::usage::Look;

/// A reading takes some 5 us, as much as half a stop: it is not made at every call,
/// but after so long, ns.
const PAUSE: u64 = 1_000_000;

/// A thread's `stat`, kept open, and what was told of it.
#[derive(Debug)]
pub(super) struct FaultMeter {
    stat: File,
    told: Option<(u64, u64)>,
    /// When it was read last.
    at: u64,
}

impl FaultMeter {
    pub(super) fn of(tgid: u32, tid: u32) -> Option<FaultMeter> {
        let stat = File::open(format!("/proc/{tgid}/task/{tid}/stat")).ok()?;
        Some(FaultMeter {
            stat,
            told: None,
            at: 0,
        })
    }

    /// What it says now.
    pub(super) fn look(&self) -> Option<Look> {
        // 52 numbers and a name of 15 bytes (proc_pid_stat(5)).
        let mut text = [0; 1024];
        let length = self.stat.read_at(&mut text, 0).ok()?;
        Look::parse(&String::from_utf8_lossy(&text[..length]))
    }

    /// Page faults without and with I/O, up to now.
    fn read(&self) -> Option<(u64, u64)> {
        Some(self.look()?.faults())
    }

    /// What is new in a reading.
    fn news(&mut self, now: (u64, u64)) -> Option<EventKind> {
        let is_new = self.told.replace(now) != Some(now);
        let (minor, major) = now;
        is_new.then_some(EventKind::Faults { minor, major })
    }
}

impl Tracer<'_> {
    /// A call has ended: tells of the thread's page faults from time to time.
    pub(super) fn tell_faults_in_time(&mut self, tid: u32, at: u64) {
        let tracee = self.table.threads.get_mut(&tid);
        let meter = tracee.and_then(|it| it.faults.as_mut());
        if let Some(meter) = meter.filter(|it| it.at + PAUSE <= at) {
            meter.at = at;
            self.tell_faults(tid, at);
        }
    }

    /// Tells of a thread's page faults up to here, if there are more.
    pub(super) fn tell_faults(&mut self, tid: u32, at: u64) {
        let tracee = self.table.threads.get(&tid);
        let meter = tracee.and_then(|it| it.faults.as_ref());
        if let Some(now) = meter.and_then(FaultMeter::read) {
            self.tell_these_faults(tid, at, now);
        }
    }

    /// The same, where they have just been read.
    pub(super) fn tell_these_faults(&mut self, tid: u32, at: u64, now: (u64, u64)) {
        let Some(tracee) = self.table.threads.get_mut(&tid) else {
            return;
        };
        if let Some(kind) = tracee.faults.as_mut().and_then(|it| it.news(now)) {
            self.teller.event(at, tracee.id, StackId::NONE, kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_pages_are_news() {
        let me = rustix::thread::gettid()
            .as_raw_nonzero()
            .get()
            .cast_unsigned();
        let mut meter = FaultMeter::of(std::process::id(), me).expect("it runs");
        let mut minor = || match meter.read().and_then(|now| meter.news(now)) {
            Some(EventKind::Faults { minor, .. }) => minor,
            _ => 0,
        };
        let before = minor();
        let pages = vec![1_u8; 100 << 12];
        let after = minor();
        assert!(
            after >= before + 100,
            "{before} -> {after}, {}",
            pages.len()
        );
    }
}
