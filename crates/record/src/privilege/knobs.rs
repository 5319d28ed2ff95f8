//! Settings of the system that may stand in the way.

use std::io::ErrorKind;

use super::{Ability, Capabilities};

pub(super) fn abilities(caps: &Capabilities) -> Vec<Ability> {
    vec![
        ptrace_scope(&read("/proc/sys/kernel/yama/ptrace_scope"), caps),
        lockdown(&read("/sys/kernel/security/lockdown")),
        unprivileged_bpf(&read("/proc/sys/kernel/unprivileged_bpf_disabled")),
        paranoid(&read("/proc/sys/kernel/perf_event_paranoid"), caps),
        memlock(),
    ]
}

/// A setting's value; `None` where the kernel does not have it.
fn read(path: &str) -> Result<Option<String>, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(super::said(&error)),
    }
}

type Value = Result<Option<String>, String>;

/// Yama decides who may look into a process that is not a descendant
/// (Documentation/admin-guide/LSM/Yama.rst): only `attach` needs that.
fn ptrace_scope(value: &Value, caps: &Capabilities) -> Ability {
    let ability = Ability::setting("ptrace_scope", "attaching to running programs");
    match value {
        Ok(None) => ability.found("no Yama in this kernel"),
        Ok(Some(it)) if it == "3" => {
            ability.missing("3: nobody may", "boot with kernel.yama.ptrace_scope=2 or less")
        }
        Ok(Some(it)) if it == "0" || caps.ptrace() => ability.found(it.clone()),
        Ok(Some(it)) if it == "1" => ability.missing(
            "1: only what keelback starts",
            "let keelback start the program (keelback run); to attach, add cap_sys_ptrace to the file's capabilities, or until reboot: sudo sysctl kernel.yama.ptrace_scope=0",
        ),
        Ok(Some(it)) => ability.missing(
            format!("{it}: only with cap_sys_ptrace"),
            "add cap_sys_ptrace to the file's capabilities, or until reboot: sudo sysctl kernel.yama.ptrace_scope=1",
        ),
        Err(error) => ability.found(error.clone()),
    }
}

/// kernel_lockdown(7): only `confidentiality` keeps BPF from reading memory.
fn lockdown(value: &Value) -> Ability {
    let ability = Ability::setting("lockdown", "reading kernel memory from BPF");
    match value {
        Ok(Some(it)) if it.contains("[confidentiality]") => ability.missing(
            "confidentiality",
            "boot without lockdown=confidentiality; `integrity` is no hindrance",
        ),
        Ok(Some(it)) => ability.found(chosen(it)),
        Ok(None) => ability.found("not in this kernel"),
        Err(error) => ability.found(error.clone()),
    }
}

/// `[none] integrity confidentiality`: the chosen one stands in brackets.
fn chosen(choices: &str) -> &str {
    let chosen = choices
        .split_once('[')
        .and_then(|(_, it)| it.split_once(']'));
    chosen.map_or(choices, |(it, _)| it)
}

/// It never suffices to change this one: tracing needs CAP_PERFMON anyway.
fn unprivileged_bpf(value: &Value) -> Ability {
    let ability = Ability::setting(
        "unprivileged_bpf_disabled",
        "BPF without rights, which is never enough for tracing",
    );
    ability.found(shown(value))
}

/// It counts for those without CAP_PERFMON only, and alone it is not enough.
fn paranoid(value: &Value, caps: &Capabilities) -> Ability {
    let ability = Ability::setting(
        "perf_event_paranoid",
        "who may sample all CPUs; no matter with cap_perfmon",
    );
    let level = value.as_ref().ok().and_then(|it| it.as_ref()?.parse().ok());
    match caps.perfmon() || level.is_none_or(|level: i32| level <= 0) {
        true => ability.found(shown(value)),
        false => ability.missing(shown(value), "get cap_perfmon; then it does not matter"),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Ok(Some(it)) => it.clone(),
        Ok(None) => "not in this kernel".into(),
        Err(error) => error.clone(),
    }
}

/// Since 5.11 BPF memory counts against the control group instead.
fn memlock() -> Ability {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Memlock).current;
    let found = limit.map_or("unlimited".into(), |bytes| format!("{} KiB", bytes >> 10));
    Ability::setting("memlock", "locked memory; no matter since Linux 5.11").found(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Ok(Some(text.into()))
    }

    #[test]
    fn yama_may_be_absent() {
        assert!(ptrace_scope(&Ok(None), &Capabilities::default()).ok);
    }

    #[test]
    fn yama_one_needs_the_capability() {
        let none = Capabilities::default();
        let all = Capabilities {
            effective: u64::MAX,
            bounding: u64::MAX,
        };
        assert!(!ptrace_scope(&value("1"), &none).ok);
        assert!(ptrace_scope(&value("1"), &all).ok);
        assert!(!ptrace_scope(&value("3"), &all).ok);
        let remedy = |scope| ptrace_scope(&value(scope), &none).remedy;
        assert!(remedy("1").contains("keelback run") && !remedy("2").contains("keelback run"));
    }

    #[test]
    fn only_confidentiality_hinders() {
        assert!(lockdown(&value("none [integrity] confidentiality")).ok);
        assert!(!lockdown(&value("none integrity [confidentiality]")).ok);
        assert_eq!(chosen("[none] integrity"), "none");
    }
}
