//! The facts, and what each means for a comparison here.

use std::path::PathBuf;

use serde::Serialize;

use super::files::Files;

/// One thing about the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is about.
    pub name: &'static str,
    /// How it is.
    pub value: String,
    /// What that does to a comparison made here; empty if nothing.
    pub means: &'static str,
}

/// Reads what can be read without privilege. What this kernel or machine does
/// not have is left out.
pub fn facts() -> Vec<Fact> {
    of(&Files(PathBuf::from("/")))
}

fn of(files: &Files) -> Vec<Fact> {
    let readers = [
        pressure,
        load,
        steal,
        throttling,
        governor,
        boost,
        smt,
        isolated,
        huge_pages,
        samepage,
        numa,
        damon,
        clock,
        randomization,
        virtualization,
        counters,
    ];
    readers.iter().filter_map(|read| read(files)).collect()
}

fn fact(name: &'static str, value: impl Into<String>, means: &'static str) -> Option<Fact> {
    Some(Fact {
        name,
        value: value.into(),
        means,
    })
}

fn pressure(files: &Files) -> Option<Fact> {
    let text = files.text("proc/pressure/cpu")?;
    let average = text
        .split_ascii_whitespace()
        .find_map(|word| word.strip_prefix("avg60="))?;
    let busy = average.parse::<f64>().ok()? > 5.0;
    let means = match busy {
        true => "wall time measures the others too; CPU time decides",
        false => "",
    };
    fact(
        "CPU pressure",
        format!("some task waited {average} % of the last minute"),
        means,
    )
}

fn load(files: &Files) -> Option<Fact> {
    let text = files.text("proc/loadavg")?;
    let one = text.split_ascii_whitespace().next()?;
    let cpus = files
        .text("proc/stat")?
        .lines()
        .filter(|line| line.starts_with("cpu"))
        .count()
        - 1;
    let means = match one.parse::<f64>().ok()? > cpus as f64 {
        true => "runs share their CPU and its caches: more pairs will be needed",
        false => "",
    };
    fact("load", format!("{one} on {cpus} CPUs"), means)
}

fn steal(files: &Files) -> Option<Fact> {
    let (stolen, all) = files.ticks()?;
    let share = 100.0 * stolen as f64 / all.max(1) as f64;
    let means = match share > 1.0 {
        true => "the host takes CPU away, and CPU time includes part of that",
        false => "",
    };
    fact("steal", format!("{share:.1} % since boot"), means)
}

fn throttling(files: &Files) -> Option<Fact> {
    let limit = files.cpu_limit()?;
    fact(
        "CPU limit",
        format!(
            "cpu.max {}, throttled {} times",
            limit.limit, limit.throttled
        ),
        "a throttled run takes longer on the wall, not in CPU time",
    )
}

fn governor(files: &Files) -> Option<Fact> {
    let governor = files.text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")?;
    let means = match governor.as_str() {
        "performance" => "",
        _ => "the frequency follows the load; random order in pairs takes most of that out",
    };
    fact("governor", governor, means)
}

fn boost(files: &Files) -> Option<Fact> {
    let on = match files.text("sys/devices/system/cpu/intel_pstate/no_turbo") {
        Some(no_turbo) => no_turbo == "0",
        None => files.text("sys/devices/system/cpu/cpufreq/boost")? == "1",
    };
    match on {
        true => fact(
            "boost",
            "on",
            "speed depends on heat and on the other cores",
        ),
        false => fact("boost", "off", ""),
    }
}

fn smt(files: &Files) -> Option<Fact> {
    match files.text("sys/devices/system/cpu/smt/active")?.as_str() {
        "1" => fact(
            "SMT",
            "on",
            "whoever runs on the sibling slows a run down, CPU time included",
        ),
        _ => fact("SMT", "off", ""),
    }
}

fn isolated(files: &Files) -> Option<Fact> {
    let list = files
        .text("sys/devices/system/cpu/isolated")
        .filter(|list| !list.is_empty())?;
    fact(
        "isolated CPUs",
        list,
        "nothing runs there unless told to: use --cpu",
    )
}

fn huge_pages(files: &Files) -> Option<Fact> {
    let chosen = files.chosen("sys/kernel/mm/transparent_hugepage/enabled")?;
    let means = match chosen.as_str() {
        "always" => "whether a run gets huge pages depends on free memory: some runs are faster",
        _ => "",
    };
    fact("transparent huge pages", chosen, means)
}

fn samepage(files: &Files) -> Option<Fact> {
    match files.text("sys/kernel/mm/ksm/run")?.as_str() {
        "1" => fact(
            "page merging",
            "on",
            "a write to a merged page costs a copy, at random",
        ),
        _ => None,
    }
}

fn numa(files: &Files) -> Option<Fact> {
    match files.text("proc/sys/kernel/numa_balancing")?.as_str() {
        "0" => None,
        _ => fact(
            "NUMA balancing",
            "on",
            "pages move while programs run: extra faults, at random",
        ),
    }
}

fn damon(files: &Files) -> Option<Fact> {
    let on = files
        .text("sys/module/damon_reclaim/parameters/enabled")
        .as_deref()
        == Some("Y")
        || files
            .text("sys/kernel/mm/damon/admin/kdamonds/0/state")
            .as_deref()
            == Some("on");
    match on {
        true => fact(
            "DAMON",
            "on",
            "may push an executable's pages out while nobody looks; every run gets new ones",
        ),
        false => None,
    }
}

fn clock(files: &Files) -> Option<Fact> {
    let clock = files.text("sys/devices/system/clocksource/clocksource0/current_clocksource")?;
    let means = match clock.as_str() {
        "hpet" | "acpi_pm" | "jiffies" => {
            "reading the time is slow, and programs that do so often are too"
        }
        _ => "",
    };
    fact("clock", clock, means)
}

fn randomization(files: &Files) -> Option<Fact> {
    match files.text("proc/sys/kernel/randomize_va_space")?.as_str() {
        "2" => fact("address randomization", "on", ""),
        _ => fact(
            "address randomization",
            "not full",
            "the size of the environment then moves programs, by up to 7 %; it is varied here",
        ),
    }
}

fn virtualization(files: &Files) -> Option<Fact> {
    let info = files.text("proc/cpuinfo")?;
    let flags = info.lines().find(|line| line.starts_with("flags"))?;
    match flags
        .split_ascii_whitespace()
        .any(|flag| flag == "hypervisor")
    {
        true => fact(
            "machine",
            "virtual",
            "other guests share its caches and its heat; no setting here changes that",
        ),
        false => fact("machine", "real", ""),
    }
}

fn counters(files: &Files) -> Option<Fact> {
    match files.has("sys/bus/event_source/devices/cpu")
        || files.has("sys/bus/event_source/devices/cpu_core")
    {
        true => fact("instruction counter", "present", ""),
        false => fact(
            "instruction counter",
            "none",
            "instructions are counted by qemu or valgrind, if one of them is installed",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &[(&str, &str)]) -> Vec<Fact> {
        let (_folder, files) = crate::machine::files::tests::machine(files);
        of(&files)
    }

    #[test]
    fn a_busy_machine_is_told() {
        let facts = machine(&[
            (
                "proc/pressure/cpu",
                "some avg10=90.00 avg60=63.10 avg300=40.00 total=1\n",
            ),
            ("proc/loadavg", "8.20 7.00 6.00 3/200 4000\n"),
            (
                "proc/stat",
                "cpu  50 0 10 30 0 0 0 10 0 0\ncpu0 1 0 0 0\ncpu1 1 0 0 0\nintr 5\n",
            ),
        ]);
        let find = |name| facts.iter().find(|fact| fact.name == name).unwrap();
        assert_eq!(
            find("CPU pressure").value,
            "some task waited 63.10 % of the last minute"
        );
        assert!(!find("CPU pressure").means.is_empty());
        assert_eq!(find("load").value, "8.20 on 2 CPUs");
        assert_eq!(find("steal").value, "10.0 % since boot");
    }

    #[test]
    fn a_limit_on_cpu_is_told_with_how_often_it_bit() {
        let facts = machine(&[
            ("proc/self/cgroup", "0::/box\n"),
            ("sys/fs/cgroup/box/cpu.max", "50000 100000\n"),
            (
                "sys/fs/cgroup/box/cpu.stat",
                "usage_usec 5\nnr_throttled 12\n",
            ),
        ]);
        let limit = facts.iter().find(|fact| fact.name == "CPU limit").unwrap();
        assert_eq!(limit.value, "cpu.max 50000 100000, throttled 12 times");
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let names: Vec<&str> = machine(&[]).iter().map(|fact| fact.name).collect();
        assert_eq!(names, ["instruction counter"]);
    }

    #[test]
    fn the_chosen_word_is_the_one_in_brackets() {
        let facts = machine(&[(
            "sys/kernel/mm/transparent_hugepage/enabled",
            "always [madvise] never\n",
        )]);
        assert_eq!((facts[0].value.as_str(), facts[0].means), ("madvise", ""));
    }
}
