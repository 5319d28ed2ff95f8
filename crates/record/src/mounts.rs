//! Where file systems are mounted, for the trace.

use std::fs;

use keelback_trace::provenance::Mount;
use keelback_trace::{Definition, Event, Provenance, Sink, WriteError};

use crate::session::{Outcome, RecordError};

/// Types that hold no program: the kernel's own.
const KERNELS: &[&str] = &[
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "efivarfs",
    "fusectl",
    "hugetlbfs",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "sysfs",
    "tracefs",
];

/// Records into a sink, and adds what is mounted to the provenance.
pub(crate) fn with_mounts(
    sink: &mut dyn Sink,
    record: impl FnOnce(&mut dyn Sink) -> Result<Outcome, RecordError>,
) -> Result<Outcome, RecordError> {
    let mut sink = WithMounts::new(sink);
    let mut outcome = record(&mut sink)?;
    outcome.provenance.mounts = sink.mounts;
    Ok(outcome)
}

/// A sink that adds to the provenance what the first Python sees mounted: it
/// may have a mount namespace of its own.
struct WithMounts<'a> {
    sink: &'a mut dyn Sink,
    pids: Vec<u32>,
    mounts: Vec<Mount>,
    is_pythons: bool,
}

impl<'a> WithMounts<'a> {
    /// Begins with what the recorder sees.
    fn new(sink: &'a mut dyn Sink) -> WithMounts<'a> {
        WithMounts {
            sink,
            pids: Vec::new(),
            mounts: mounts_of("self").unwrap_or_default(),
            is_pythons: false,
        }
    }

    /// One that is gone by now was most likely where the recorder is.
    fn look(&mut self, pid: u32) {
        if let Some(mounts) = mounts_of(&pid.to_string()) {
            self.mounts = mounts;
            self.is_pythons = true;
        }
    }
}

impl Sink for WithMounts<'_> {
    fn define(&mut self, definition: Definition) -> Result<(), WriteError> {
        match &definition {
            Definition::Process(process) => self.pids.push(process.pid),
            Definition::Interpreter(it) if !self.is_pythons => {
                if let Some(pid) = self.pids.get(it.process.index()) {
                    self.look(*pid);
                }
            }
            _ => {}
        }
        self.sink.define(definition)
    }

    fn event(&mut self, event: Event) -> Result<(), WriteError> {
        self.sink.event(event)
    }

    fn provenance(&mut self, provenance: &Provenance) -> Result<(), WriteError> {
        self.sink.provenance(&Provenance {
            mounts: self.mounts.clone(),
            ..provenance.clone()
        })
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.sink.flush()
    }
}

/// What a process sees; `None` if it is gone, or another user's.
fn mounts_of(pid: &str) -> Option<Vec<Mount>> {
    let text = fs::read(format!("/proc/{pid}/mountinfo")).ok()?;
    let text = String::from_utf8_lossy(&text);
    let mounts: Vec<_> = text.lines().filter_map(mount).collect();
    // Of a process that is ending the file can be read, and is empty.
    (!mounts.is_empty()).then_some(mounts)
}

/// `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw`
/// (proc_pid_mountinfo(5)).
fn mount(line: &str) -> Option<Mount> {
    let (place, kind) = line.split_once(" - ")?;
    let kind = kind.split(' ').next()?;
    let point = place.split(' ').nth(4)?;
    (!KERNELS.contains(&kind)).then(|| Mount {
        point: unescaped(point),
        kind: kind.to_owned(),
    })
}

/// Space, tab, newline and backslash are written in octal.
fn unescaped(text: &str) -> String {
    let escapes = [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ];
    let replace = |text: String, (escape, it): (&str, &str)| text.replace(escape, it);
    escapes.into_iter().fold(text.to_owned(), replace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_mountinfo() {
        let told = |line| mount(line).map(|it| (it.point, it.kind));
        let cases = [
            (
                "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue",
                Some(("/mnt2".to_owned(), "ext3".to_owned())),
            ),
            (
                r"41 36 0:52 / /srv/my\040packages ro - nfs4 server:/x rw,vers=4.2",
                Some(("/srv/my packages".to_owned(), "nfs4".to_owned())),
            ),
            ("22 36 0:20 / /proc rw - proc proc rw", None),
            ("nothing of the kind", None),
        ];
        for (line, expected) in cases {
            assert_eq!(told(line), expected, "{line}");
        }
    }
}
