//! Time in calls about files, by path: file systems differ in it.

use std::collections::HashMap;

use keelback_trace::provenance::Mount;
use keelback_trace::{Dictionary, TextId};

/// Calls about files and their calibrated time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FileTime {
    /// Calls that name a path: the file system looks it up.
    pub(super) lookups: u64,
    /// Their time, nanoseconds.
    pub(super) lookup_ns: u64,
    /// These and the calls on what was opened.
    pub(super) calls: u64,
    /// Their time, nanoseconds.
    pub(super) ns: u64,
}

impl FileTime {
    /// Mean time of a lookup, nanoseconds.
    pub(super) fn mean_lookup_ns(&self) -> u64 {
        self.lookup_ns / self.lookups.max(1)
    }

    /// Adds another's sums.
    pub(super) fn add(&mut self, more: &FileTime) {
        self.lookups += more.lookups;
        self.lookup_ns += more.lookup_ns;
        self.calls += more.calls;
        self.ns += more.ns;
    }
}

/// Sums by path.
#[derive(Debug, Default)]
pub(super) struct FileTimes(HashMap<TextId, FileTime>);

impl FileTimes {
    /// A call that names a path ended.
    pub(super) fn looked_up(&mut self, path: TextId, ns: u64) {
        let lookups = 1;
        let lookup_ns = ns;
        self.0.entry(path).or_default().add(&FileTime {
            lookups,
            lookup_ns,
            calls: 1,
            ns,
        });
    }

    /// A call on an open file ended.
    pub(super) fn used(&mut self, path: TextId, ns: u64) {
        if path != TextId::NONE {
            let time = self.0.entry(path).or_default();
            time.calls += 1;
            time.ns += ns;
        }
    }

    /// By mount, in the order of `mounts`; paths that begin nowhere are left
    /// out.
    pub(super) fn by_mount(&self, mounts: &[Mount], known: &Dictionary) -> Vec<FileTime> {
        let mut sums = vec![FileTime::default(); mounts.len()];
        for (path, time) in &self.0 {
            if let Some(mount) = mount_of(known.text(*path), mounts) {
                sums[mount].add(time);
            }
        }
        sums
    }
}

/// The position of the mount that a path is on: the deepest, and of those in
/// one place the last.
pub(super) fn mount_of(path: &str, mounts: &[Mount]) -> Option<usize> {
    let is_on = |mount: &Mount| {
        let rest = path.strip_prefix(mount.point.trim_end_matches('/'));
        rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    let on = mounts.iter().enumerate().filter(|(_, it)| is_on(it));
    let deepest = on.max_by_key(|(_, it)| it.point.len());
    deepest.filter(|_| path.starts_with('/')).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_and_last_mount_has_the_path() {
        let mount = |point: &str, kind: &str| Mount {
            point: point.into(),
            kind: kind.into(),
        };
        let mounts = [
            mount("/", "ext4"),
            mount("/srv", "nfs4"),
            mount("/srv/app", "ext4"),
            mount("/srv/app", "overlay"),
        ];
        let cases = [
            ("/usr/lib/python3", Some(0)),
            ("/srv", Some(1)),
            ("/srvx", Some(0)),
            ("/srv/app/x.py", Some(3)),
            ("x.py", None),
        ];
        for (path, expected) in cases {
            assert_eq!(mount_of(path, &mounts), expected, "{path}");
        }
    }
}
