//! What is only known by trying.

use std::io;

use super::{Ability, Capabilities, caps, container};
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
        Err(error) => ability.missing(error.to_string(), remedy(held, caps)),
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

fn uprobe() -> Ability {
    let ability = Ability::required("uprobe", "seeing a Python start");
    match std::fs::read_to_string(UPROBE) {
        Ok(_) => ability.found(UPROBE),
        Err(error) => ability.missing(
            format!("{UPROBE}: {error}"),
            "boot a kernel built with CONFIG_UPROBE_EVENTS=y; in a container, mount /sys",
        ),
    }
}
