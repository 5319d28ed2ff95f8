//! Packages on file systems that do more for a lookup than one's own disk.

use keelback_trace::provenance::Mount;

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::startup::file_times::{FileTime, mount_of};
use crate::words::{count, duration, grouped, percent};

/// A bare start looks up half as many names.
const MIN_LOOKUPS: u64 = 250;
/// So many mounts are named.
const NAMED: usize = 3;

/// A mount that modules came from.
struct Used<'a> {
    mount: &'a Mount,
    modules: u64,
    time: FileTime,
}

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let (used, elsewhere) = used(case);
    let dearest = used.first()?;
    let size_ns = used.iter().map(|it| it.time.ns).sum();
    Some(Finding {
        id: "file-system",
        severity: case.severity(size_ns),
        text: format!(
            "Modules came from {}, {} of the start-up in all. A lookup elsewhere took {}. {}",
            used.iter()
                .take(NAMED)
                .map(told)
                .collect::<Vec<_>>()
                .join("; "),
            percent(case.report.share(size_ns)),
            duration(elsewhere.mean_lookup_ns()),
            advice(&dearest.mount.kind),
        ),
        evidence: vec![
            Fact::text("type", &dearest.mount.kind),
            Fact::text("mount", &dearest.mount.point),
            Fact::count("modules", dearest.modules),
            Fact::count("calls", dearest.time.calls),
            Fact::count("lookups", dearest.time.lookups),
            Fact::nanos("lookup_ns", dearest.time.mean_lookup_ns()),
            Fact::count("elsewhere_lookups", elsewhere.lookups),
            Fact::nanos("elsewhere_lookup_ns", elsewhere.mean_lookup_ns()),
            Fact::nanos("time_ns", size_ns),
        ],
        next: "keelback replay".into(),
        size_ns,
    })
}

fn told(it: &Used<'_>) -> String {
    format!(
        "{} at {} ({}, {}, {} calls of {}, a lookup {})",
        it.mount.kind,
        it.mount.point,
        count(it.modules, "module"),
        count(it.time.lookups, "lookup"),
        grouped(it.time.calls),
        duration(it.time.ns),
        duration(it.time.mean_lookup_ns()),
    )
}

/// Mounts that take more than a disk, dearest first; and all the others.
fn used<'a>(case: &Case<'a>) -> (Vec<Used<'a>>, FileTime) {
    let mounts = &case.scene.origin.mounts;
    let times = case.book.file_times.by_mount(mounts, case.scene.known);
    let mut modules = vec![0; mounts.len()];
    for row in &case.report.imports {
        if let Some(mount) = mount_of(&row.file, mounts) {
            modules[mount] += 1;
        }
    }
    let mut elsewhere = FileTime::default();
    let mut used = Vec::new();
    for ((mount, time), modules) in mounts.iter().zip(times).zip(modules) {
        match advice(&mount.kind).is_empty() {
            true => elsewhere.add(&time),
            false if modules == 0 || time.lookups < MIN_LOOKUPS => {}
            false => used.push(Used {
                mount,
                modules,
                time,
            }),
        }
    }
    used.sort_by_key(|it| std::cmp::Reverse(it.time.ns));
    (used, elsewhere)
}

/// What helps with such a type; empty for disks and memory.
fn advice(kind: &str) -> &'static str {
    match kind {
        "overlay" | "aufs" | "unionfs" => {
            "An overlay looks for a name in layer after layer: fewer layers help, or a volume for \
             the packages."
        }
        "nfs" | "nfs4" | "cifs" | "smb3" | "smbfs" | "ceph" | "lustre" | "beegfs" | "afs"
        | "orangefs" | "gpfs" | "panfs" | "coda" => {
            "Names are asked of a server, one after the other: copy the packages to a disk of \
             this machine, or import them from one zip file."
        }
        "9p" | "virtiofs" | "vboxsf" | "vmhgfs" | "prl_fs" => {
            "Names are asked of the host, one after the other: copy the packages into the \
             machine, or import them from one zip file."
        }
        _ if kind == "fuse" || kind == "fuseblk" || kind.starts_with("fuse.") => {
            "Names are asked of a process (FUSE), one after the other: copy the packages to a \
             disk, or import them from one zip file."
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn disks_and_memory_need_no_advice() {
        for kind in [
            "ext4", "xfs", "btrfs", "zfs", "tmpfs", "squashfs", "fusectl",
        ] {
            assert_eq!(advice(kind), "", "{kind}");
        }
        for kind in ["overlay", "nfs4", "fuse.sshfs", "fuse", "virtiofs"] {
            assert_ne!(advice(kind), "", "{kind}");
        }
    }
}
