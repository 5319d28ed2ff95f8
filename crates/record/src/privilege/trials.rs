//! What is only known by trying.

use std::io;

use super::{Ability, Capabilities, caps, container, said};
use crate::sys::trial;

const UPROBE: &str = "/sys/bus/event_source/devices/uprobe/type";

pub(super) fn abilities(caps: &Capabilities) -> Vec<Ability> {
    let held = caps.bpf() && caps.perfmon();
    vec![
        tried(
            Ability::required("ring_buffer", "records from kernel to user space"),
            trial::ring_buffer(),
            held,
            caps,
        ),
        tried(
            Ability::required("bpf", "a tracing program, accepted by the kernel"),
            trial::program(),
            held,
            caps,
        ),
        tried(
            Ability::required("perf_event", "a CPU clock that samples"),
            trial::cpu_clock(),
            held,
            caps,
        ),
        uprobe(),
    ]
}

fn tried(ability: Ability, outcome: io::Result<()>, held: bool, caps: &Capabilities) -> Ability {
    match outcome {
        Ok(()) => ability.found("tried, works"),
        Err(error) => ability.missing(said(&error), remedy(held, caps)),
    }
}

/// With the capabilities held, only a wall around the process can refuse.
fn remedy(held: bool, caps: &Capabilities) -> String {
    match held {
        false => caps::remedies(caps).swap_remove(0),
        true if container::is_filtered() => container::FILTER.into(),
        true => {
            "see lockdown below, and the kernel's CONFIG_BPF_SYSCALL and CONFIG_PERF_EVENTS".into()
        }
    }
}

/// Some kernels ask for more than CAP_PERFMON here.
fn uprobe() -> Ability {
    let ability = Ability::setting("uprobe", "seeing a Python before its first line");
    let kind = match std::fs::read_to_string(UPROBE) {
        Ok(kind) => kind.trim().parse().unwrap_or(0),
        Err(error) => return ability.missing(format!("{UPROBE}: {}", said(&error)), NO_UPROBES),
    };
    match trial::uprobe(kind) {
        Ok(()) => ability.found("tried, works"),
        Err(error) => ability.missing(said(&error), NO_RIGHT_TO_PROBE),
    }
}

const NO_UPROBES: &str =
    "boot a kernel built with CONFIG_UPROBE_EVENTS=y; in a container, mount /sys";
const NO_RIGHT_TO_PROBE: &str =
    "add cap_sys_admin to the file's capabilities, or use sudo: this kernel wants it for uprobes";
