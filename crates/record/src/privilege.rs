//! What this machine and this user can record.
//!
//! Each thing that a recording needs, or that may stand in its way, is one
//! [`Ability`]: what was found, and the least strong step that would give it.
//! Where asking is not enough (a container's filter, a lock-down), the thing is
//! tried: a map is made and a program is loaded, and let go.

mod caps;
mod container;
mod kernel;
mod knobs;
mod tracing;
mod trials;

pub use caps::Capabilities;

use crate::session::RecordError;

/// One thing a recording needs, and whether it is there.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Ability {
    /// What it is, such as `bpf` or `btf`.
    pub name: &'static str,
    /// What it gives, in a few words.
    pub gives: &'static str,
    /// The engine that it matters to: `ebpf` or `ptrace`.
    pub engine: &'static str,
    /// Does its engine record nothing without it?
    pub required: bool,
    /// Is it there? Of a setting: does it let recordings be?
    pub ok: bool,
    /// What was found: a value, an error, a version.
    pub found: String,
    /// The least strong step that would give it; empty when it is there.
    pub remedy: String,
}

impl Ability {
    /// An ability that a recording cannot do without.
    fn required(name: &'static str, gives: &'static str) -> Ability {
        Ability {
            name,
            gives,
            engine: "ebpf",
            required: true,
            ok: false,
            found: String::new(),
            remedy: String::new(),
        }
    }

    /// A setting that matters to some recordings only.
    fn setting(name: &'static str, gives: &'static str) -> Ability {
        Ability {
            required: false,
            ..Ability::required(name, gives)
        }
    }

    /// The same, of the ptrace engine.
    fn of_ptrace(self) -> Ability {
        Ability {
            engine: "ptrace",
            ..self
        }
    }

    fn found(self, found: impl Into<String>) -> Ability {
        Ability {
            ok: true,
            found: found.into(),
            ..self
        }
    }

    fn missing(self, found: impl Into<String>, remedy: impl Into<String>) -> Ability {
        Ability {
            ok: false,
            found: found.into(),
            remedy: remedy.into(),
            ..self
        }
    }
}

/// What the system said, without the number that `io::Error` appends.
fn said(error: &std::io::Error) -> String {
    match error.raw_os_error() {
        Some(errno) => nix::errno::Errno::from_raw(errno).desc().into(),
        None => error.to_string(),
    }
}

/// Everything that matters, in the order in which it is needed.
pub fn abilities() -> Vec<Ability> {
    let mut all = of_ebpf();
    all.extend(tracing::abilities());
    all
}

/// The same without what only the ptrace engine needs: trying that takes two
/// processes.
fn of_ebpf() -> Vec<Ability> {
    let caps = Capabilities::of_this_process();
    let mut all = vec![kernel::version(), kernel::btf(), container::pid_namespace()];
    all.extend(caps::abilities(&caps));
    all.extend(trials::abilities(&caps));
    all.extend(knobs::abilities(&caps));
    all.push(container::seccomp());
    all
}

/// May this user record with the eBPF engine? Asked before a command is started.
///
/// # Errors
/// [`RecordError::Unsupported`] for a kernel that cannot,
/// [`RecordError::NotPermitted`] for a user who may not; both with remedies.
pub fn check() -> Result<(), RecordError> {
    match of_ebpf().into_iter().find(|it| it.required && !it.ok) {
        None => Ok(()),
        Some(missing) => Err(refusal(missing)),
    }
}

fn refusal(missing: Ability) -> RecordError {
    let why = format!("{} ({}): {}", missing.name, missing.gives, missing.found);
    if kernel::NAMES.contains(&missing.name) {
        return RecordError::Unsupported {
            why,
            remedies: vec![missing.remedy],
        };
    }
    if missing.name == container::NAMESPACE {
        return RecordError::NotPermitted {
            what: "the eBPF engine cannot record in this PID namespace".into(),
            why,
            remedies: vec![missing.remedy],
        };
    }
    RecordError::NotPermitted {
        what: "this user may not record here".into(),
        why,
        remedies: bpf_remedies(),
    }
}

/// What gives a user the right to load BPF programs, least strong step first.
pub fn bpf_remedies() -> Vec<String> {
    caps::remedies(&Capabilities::of_this_process())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_missing_names_a_remedy() {
        for ability in abilities() {
            assert_eq!(ability.ok, ability.remedy.is_empty(), "{ability:?}");
            assert!(!ability.found.is_empty(), "{ability:?}");
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = abilities().iter().map(|it| it.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn an_old_kernel_is_unsupported_and_a_missing_right_not_permitted() {
        let old = kernel::judge("5.4.0", "x86_64");
        assert!(matches!(refusal(old), RecordError::Unsupported { .. }));

        let inside = refusal(container::of_namespace(Some(4_026_532_177)));
        let RecordError::NotPermitted { what, remedies, .. } = inside else {
            panic!("the kernel is able");
        };
        assert!(what.contains("PID namespace"), "{what}");
        assert!(remedies[0].contains("host"), "{remedies:?}");

        let none = caps::abilities(&Capabilities::default()).remove(0);
        let RecordError::NotPermitted { remedies, why, .. } = refusal(none) else {
            panic!("a missing capability is a matter of permission");
        };
        assert!(why.contains("cap_bpf"), "{why}");
        assert!(!remedies.is_empty());
    }
}
