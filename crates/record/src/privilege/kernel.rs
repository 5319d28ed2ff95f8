//! What the kernel itself must be and have.

use super::Ability;

/// The abilities that no right can replace.
pub(super) const NAMES: [&str; 2] = ["kernel", "btf"];

/// The oldest kernel with all that the engine uses: `bpf_task_pt_regs` came
/// with 5.15.
const FLOOR: (u32, u32) = (5, 15);

const BTF: &str = "/sys/kernel/btf/vmlinux";

pub(super) fn version() -> Ability {
    let uname = rustix::system::uname();
    judge(
        &uname.release().to_string_lossy(),
        &uname.machine().to_string_lossy(),
    )
}

pub(super) fn judge(release: &str, machine: &str) -> Ability {
    let ability = Ability::required(NAMES[0], "Linux 5.15 or later on x86-64");
    let found = format!("{release} {machine}");
    if machine != "x86_64" {
        return ability.missing(found, "record on an x86-64 machine");
    }
    match parse(release).is_some_and(|version| version >= FLOOR) {
        true => ability.found(found),
        false => ability.missing(found, "boot a kernel of 5.15 or later"),
    }
}

/// Major and minor number of `uname -r`.
fn parse(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

pub(super) fn btf() -> Ability {
    let ability = Ability::required(NAMES[1], "the kernel's own description of its structures");
    match std::fs::File::open(BTF) {
        Ok(_) => ability.found(BTF),
        Err(error) => ability.missing(
            format!("{BTF}: {}", super::said(&error)),
            "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y, as those of Debian 11+, Ubuntu 20.10+, Fedora 31+ and RHEL 8.2+ are",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_compare_by_number() {
        for (release, ok) in [
            ("5.14.21", false),
            ("5.15.0-91-generic", true),
            ("6.1.0", true),
            ("4.20.17", false),
            ("10.0-rc1", true),
            ("unknown", false),
        ] {
            assert_eq!(judge(release, "x86_64").ok, ok, "{release}");
        }
    }

    #[test]
    fn other_machines_are_refused() {
        assert!(!judge("6.1.0", "aarch64").ok);
    }
}
