//! The capabilities of this process (capabilities(7)).

use super::{Ability, container};

/// Numbers of `linux/capability.h`.
const CAP_SYS_PTRACE: u32 = 19;
const CAP_SYS_ADMIN: u32 = 21;
const CAP_PERFMON: u32 = 38;
const CAP_BPF: u32 = 39;

/// Capability sets as /proc/PID/status has them: bit `n` is capability `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// What the process may do now.
    pub effective: u64,
    /// What it can get at all, even by executing a file with capabilities.
    pub bounding: u64,
}

impl Capabilities {
    /// Those of this process.
    pub fn of_this_process() -> Capabilities {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        Capabilities::parse(&status)
    }

    fn parse(status: &str) -> Capabilities {
        Capabilities {
            effective: mask(status, "CapEff:"),
            bounding: mask(status, "CapBnd:"),
        }
    }

    /// May it load BPF programs?
    pub fn bpf(&self) -> bool {
        self.has(CAP_BPF)
    }

    /// May they trace, and may it sample all CPUs?
    pub fn perfmon(&self) -> bool {
        self.has(CAP_PERFMON)
    }

    /// May it look into any process?
    pub fn ptrace(&self) -> bool {
        self.effective >> CAP_SYS_PTRACE & 1 == 1
    }

    /// CAP_SYS_ADMIN includes the younger two, as before 5.8.
    fn has(&self, capability: u32) -> bool {
        (self.effective >> capability | self.effective >> CAP_SYS_ADMIN) & 1 == 1
    }

    /// Could this user be given the capabilities, by sudo or on a file?
    fn within_reach(&self) -> bool {
        self.bounding >> CAP_BPF & self.bounding >> CAP_PERFMON & 1 == 1
    }
}

fn mask(status: &str, field: &str) -> u64 {
    status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok())
        .unwrap_or(0)
}

pub(super) fn abilities(caps: &Capabilities) -> Vec<Ability> {
    vec![
        capability("cap_bpf", "loading BPF programs", caps.bpf(), caps),
        capability("cap_perfmon", "tracing and sampling", caps.perfmon(), caps),
    ]
}

fn capability(name: &'static str, gives: &'static str, held: bool, caps: &Capabilities) -> Ability {
    let ability = Ability::required(name, gives);
    match held {
        true => ability.found("held"),
        false => ability.missing("not held", remedies(caps).swap_remove(0)),
    }
}

/// What gives them, least strong step first.
pub(super) fn remedies(caps: &Capabilities) -> Vec<String> {
    if !caps.within_reach() {
        return vec![container::CAPABILITIES.into()];
    }
    let exe = std::env::current_exe().unwrap_or_else(|_| "keelback".into());
    vec![
        format!("sudo setcap cap_bpf,cap_perfmon+ep {}", exe.display()),
        "keelback run --elevate -- COMMAND raises the recorder alone, with sudo".into(),
        "run keelback with sudo".into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(effective: &[u32]) -> Capabilities {
        Capabilities {
            effective: effective.iter().fold(0, |mask, bit| mask | 1 << bit),
            bounding: u64::MAX,
        }
    }

    #[test]
    fn the_masks_are_read_from_proc() {
        let status = "Name:\tx\nCapEff:\t000000c000000000\nCapBnd:\t000001ffffffffff\n";
        let caps = Capabilities::parse(status);
        assert!(caps.bpf() && caps.perfmon() && !caps.ptrace());
        assert!(caps.within_reach());
    }

    #[test]
    fn the_administrator_has_both() {
        let caps = with(&[CAP_SYS_ADMIN]);
        assert!(caps.bpf() && caps.perfmon());
    }

    #[test]
    fn one_does_not_stand_for_the_other() {
        assert!(!with(&[CAP_BPF]).perfmon());
        assert!(!with(&[CAP_PERFMON]).bpf());
    }

    #[test]
    fn a_file_capability_comes_before_sudo() {
        let remedies = remedies(&with(&[]));
        assert!(remedies[0].contains("setcap") && remedies[1].contains("--elevate"));
    }

    #[test]
    fn a_container_without_them_cannot_be_helped_from_inside() {
        let remedies = remedies(&Capabilities::default());
        assert_eq!(remedies, [container::CAPABILITIES]);
    }
}
