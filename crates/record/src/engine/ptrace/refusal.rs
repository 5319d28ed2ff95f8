//! Why a process could not be traced, and what would help.

use std::fs;

use crate::session::RecordError;

/// `ptrace_scope` (Documentation/admin-guide/LSM/Yama.rst).
const YAMA: &str = "/proc/sys/kernel/yama/ptrace_scope";

/// ptrace(2) refused to trace a process with this errno.
pub(super) fn refused(pid: u32, errno: i32) -> RecordError {
    match errno {
        libc::ESRCH => RecordError::NoProcess(pid),
        libc::EPERM | libc::EACCES | libc::ENOSYS => {
            let (why, remedies) = explain(errno, scope(), tracer_of(pid));
            RecordError::NotPermitted {
                what: format!("process {pid} may not be traced"),
                why,
                remedies,
            }
        }
        _ => RecordError::System {
            what: format!("trace process {pid}"),
            source: std::io::Error::from_raw_os_error(errno),
        },
    }
}

/// What would help a tracer that may trace nothing at all, least strong step
/// first.
pub(crate) fn remedies(errno: i32) -> Vec<String> {
    explain(errno, scope(), 0).1
}

/// Yama's setting; `None` where there is no Yama.
fn scope() -> Option<u8> {
    fs::read_to_string(YAMA).ok()?.trim().parse().ok()
}

/// `TracerPid` (proc_pid_status(5)); 0 for none.
fn tracer_of(pid: u32) -> u32 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let mut lines = status.lines();
    let line = lines.find_map(|it| it.strip_prefix("TracerPid:"));
    line.and_then(|it| it.trim().parse().ok()).unwrap_or(0)
}

fn explain(errno: i32, scope: Option<u8>, tracer: u32) -> (String, Vec<String>) {
    let told = |why: &str, remedies: &[&str]| {
        let remedies = remedies.iter().map(|it| (*it).to_owned()).collect();
        (why.to_owned(), remedies)
    };
    match (errno, scope) {
        _ if tracer != 0 => (
            format!("process {tracer} traces it, and a process has one tracer only"),
            vec![format!("end the debugger or strace with pid {tracer}")],
        ),
        (libc::ENOSYS, _) => told(
            "ptrace(2) is not there: a sandbox's seccomp filter forbids it",
            &["in a container: docker run --cap-add=SYS_PTRACE, or a seccomp profile with ptrace"],
        ),
        (_, Some(3)) => told(
            "kernel.yama.ptrace_scope is 3: nobody may use ptrace(2) until the next boot",
            &["boot with kernel.yama.ptrace_scope=2 or less"],
        ),
        (_, Some(2)) => told(
            "kernel.yama.ptrace_scope is 2: ptrace(2) needs cap_sys_ptrace",
            &[
                "sudo setcap cap_sys_ptrace+ep \"$(command -v keelback)\"",
                "until reboot: sudo sysctl kernel.yama.ptrace_scope=1",
            ],
        ),
        (_, Some(1)) => told(
            "kernel.yama.ptrace_scope is 1: only a program's own parent may trace it",
            &[
                "let keelback start it: keelback run -- COMMAND",
                "sudo setcap cap_sys_ptrace+ep \"$(command -v keelback)\"",
                "until reboot: sudo sysctl kernel.yama.ptrace_scope=0",
            ],
        ),
        _ => told(
            "it belongs to another user, has more privileges, or a sandbox forbids ptrace(2)",
            &[
                "run keelback as that user",
                "in a container: docker run --cap-add=SYS_PTRACE",
                "sudo setcap cap_sys_ptrace+ep \"$(command -v keelback)\"",
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_of_yama_has_its_remedy() {
        for scope in [None, Some(0), Some(1), Some(2), Some(3)] {
            let (why, remedies) = explain(libc::EPERM, scope, 0);
            assert!(!why.is_empty() && !remedies.is_empty(), "{scope:?}");
        }
        assert!(
            explain(libc::EPERM, Some(1), 0)
                .0
                .contains("ptrace_scope is 1")
        );
        assert!(explain(libc::EPERM, None, 77).0.contains("77"));
    }

    #[test]
    fn a_process_that_is_gone_is_not_forbidden() {
        assert!(matches!(refused(7, libc::ESRCH), RecordError::NoProcess(7)));
    }
}
