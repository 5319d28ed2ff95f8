//! Walls around this process: seccomp filters and PID namespaces.

use std::os::unix::fs::MetadataExt;

use super::Ability;

/// What a container's creator can do about missing capabilities.
pub(super) const CAPABILITIES: &str = "start the container with --cap-add BPF --cap-add PERFMON (docker, podman), or record from the host";

/// What a container's creator can do about a filter that refuses bpf(2).
pub(super) const FILTER: &str = "let the container's seccomp profile pass bpf and perf_event_open (--security-opt seccomp=PROFILE), or record from the host";

/// Inode of the first PID namespace (`PROC_PID_INIT_INO`, linux/proc_ns.h).
const FIRST_PID_NAMESPACE: u64 = 0xEFFF_FFFC;

/// The ability that no right within a container replaces.
pub(super) const NAMESPACE: &str = "pid_namespace";

/// Is a filter on this process?
pub(super) fn is_filtered() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    mode(&status) == Some("2")
}

/// `Seccomp` of /proc/PID/status: 0 none, 1 strict, 2 filter; absent in a
/// kernel without seccomp.
fn mode(status: &str) -> Option<&str> {
    let line = status.lines().find_map(|it| it.strip_prefix("Seccomp:"));
    line.map(str::trim)
}

/// A filter alone is no hindrance; the trials tell whether it refuses anything.
pub(super) fn seccomp() -> Ability {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = match mode(&status) {
        None => "not in this kernel",
        Some("0") => "no filter on this process",
        Some(_) => "this process is filtered",
    };
    Ability::setting("seccomp", "whether a container filters system calls").found(found)
}

pub(super) fn pid_namespace() -> Ability {
    let namespace = std::fs::metadata("/proc/self/ns/pid");
    of_namespace(namespace.ok().map(|it| it.ino()))
}

/// BPF programs see the pids of the first namespace, `/proc` shows those of
/// this one: they meet in the first one only. Elsewhere a number stands for two
/// processes. ptrace(2) has the pids that `/proc` has.
pub(super) fn of_namespace(inode: Option<u64>) -> Ability {
    let ability = Ability::required(NAMESPACE, "process numbers that BPF and /proc share");
    match inode {
        Some(FIRST_PID_NAMESPACE) => ability.found("the first one"),
        Some(_) => ability.missing(
            "a nested one, as in a container",
            "record from the host (docker: or start the container with --pid=host)",
        ),
        None => ability.missing("/proc/self/ns/pid cannot be read", "mount /proc"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_is_read_from_proc() {
        assert_eq!(
            mode("Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n"),
            Some("2")
        );
        assert_eq!(mode("Name:\tx\n"), None);
    }

    #[test]
    fn bpf_and_proc_agree_in_the_first_namespace_only() {
        assert!(of_namespace(Some(4_026_531_836)).ok);
        assert!(!of_namespace(Some(4_026_532_177)).ok);
        assert!(of_namespace(None).remedy.contains("mount /proc"));
    }
}
