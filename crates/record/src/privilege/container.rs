//! Walls around this process: seccomp filters and PID namespaces.

use std::os::unix::fs::MetadataExt;

use super::Ability;

/// What a container's creator can do about missing capabilities.
pub(super) const CAPABILITIES: &str = "start the container with --cap-add BPF --cap-add PERFMON (docker, podman), or record from the host";

/// What a container's creator can do about a filter that refuses bpf(2).
pub(super) const FILTER: &str = "let the container's seccomp profile pass bpf and perf_event_open (--security-opt seccomp=PROFILE), or record from the host";

/// Inode of the first PID namespace (`PROC_PID_INIT_INO`, linux/proc_ns.h).
const FIRST_PID_NAMESPACE: u64 = 0xEFFF_FFFC;

pub(super) fn abilities() -> Vec<Ability> {
    vec![seccomp(), pid_namespace()]
}

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
fn seccomp() -> Ability {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = match mode(&status) {
        None => "not in this kernel",
        Some("0") => "no filter on this process",
        Some(_) => "this process is filtered",
    };
    Ability::setting("seccomp", "whether a container filters system calls").found(found)
}

/// Recording inside a namespace is fine: pids are those seen inside.
fn pid_namespace() -> Ability {
    let ability = Ability::setting("pid_namespace", "whose process numbers are seen");
    match std::fs::metadata("/proc/self/ns/pid") {
        Ok(it) if it.ino() == FIRST_PID_NAMESPACE => ability.found("the first one"),
        Ok(_) => ability.found("a nested one; processes outside it are not seen"),
        Err(error) => ability.missing(super::said(&error), "mount /proc"),
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
}
