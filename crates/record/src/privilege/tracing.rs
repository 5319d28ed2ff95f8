//! What the ptrace engine needs.

use std::io;

use super::{Ability, said};
use crate::engine::ptrace::refusal;
use crate::sys::trial::{self, Filtering};

pub(super) fn abilities() -> Vec<Ability> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    vec![
        ptrace(trial::tracing()),
        filter(trial::filtering()),
        switches(trial::switches()),
        no_new_privs(flag(&status)),
    ]
}

fn ptrace(tried: io::Result<()>) -> Ability {
    let ability = Ability::required("ptrace", "watching a program that keelback starts");
    let ability = ability.of_ptrace();
    match tried {
        Ok(()) => ability.found("tried, works"),
        Err(error) => {
            let errno = error.raw_os_error().unwrap_or(libc::EPERM);
            let remedy = refusal::remedies(errno).into_iter().next();
            ability.missing(said(&error), remedy.unwrap_or_default())
        }
    }
}

/// Without a filter the tracer stops every call (seccomp(2)).
fn filter(tried: io::Result<Filtering>) -> Ability {
    let ability = Ability::setting("seccomp_filter", "letting calls that do not block pass");
    let ability = ability.of_ptrace();
    match tried {
        Ok(Filtering::Plain) => ability.found("tried, works"),
        Ok(Filtering::Forgoing) => {
            ability.found("tried, works; setuid programs run without their privileges then")
        }
        Err(error) => ability.missing(
            said(&error),
            "let the container's seccomp profile pass seccomp and prctl; until then every call is stopped at",
        ),
    }
}

/// Without them threads stop at their waits for the GIL.
fn switches(tried: io::Result<()>) -> Ability {
    let ability = Ability::setting("switches", "waits for the GIL that nobody is stopped at");
    let ability = ability.of_ptrace();
    match tried {
        Ok(()) => ability.found("tried, works"),
        Err(error) => ability.missing(said(&error), NO_NOTES),
    }
}

/// Debian and Ubuntu have 3 and 4 there, others 2; a container's filter may refuse
/// the call whatever it says.
const NO_NOTES: &str = "sudo sysctl kernel.perf_event_paranoid=2 (until reboot); in a container, let its seccomp profile pass perf_event_open";

/// `NoNewPrivs` of /proc/PID/status: execve(2) grants no privileges any more.
fn flag(status: &str) -> Option<bool> {
    let line = status.lines().find_map(|it| it.strip_prefix("NoNewPrivs:"));
    line.map(|it| it.trim() == "1")
}

fn no_new_privs(set: Option<bool>) -> Ability {
    let ability = Ability::setting("no_new_privs", "file capabilities, sudo, setuid programs");
    match set {
        Some(true) => ability.missing(
            "set: none of them has an effect",
            "start keelback where it is not set (docker: without --security-opt no-new-privileges; systemd: NoNewPrivileges=no)",
        ),
        Some(false) => ability.found("not set"),
        None => ability.found("not in this kernel"),
    }
    .of_ptrace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_its_own_remedy() {
        let refused = |errno| Err(io::Error::from_raw_os_error(errno));
        let sandboxed = ptrace(refused(libc::ENOSYS));
        assert!(sandboxed.required && !sandboxed.ok);
        assert!(
            sandboxed.remedy.contains("seccomp profile"),
            "{sandboxed:?}"
        );
        let unfiltered = filter(Err(io::Error::from_raw_os_error(libc::EINVAL)));
        assert!(!unfiltered.required && unfiltered.remedy.contains("seccomp"));
    }

    #[test]
    fn the_flag_is_read_from_proc() {
        let set = flag("Name:\tx\nNoNewPrivs:\t1\n");
        assert_eq!(set, Some(true));
        assert!(!no_new_privs(set).ok && no_new_privs(Some(false)).ok);
        assert!(no_new_privs(flag("Name:\tx\n")).ok);
    }
}
