//! How long the machine's tasks waited for a CPU.

use std::fs;

/// The `total` of the `some` line of /proc/pressure/cpu, nanoseconds since
/// boot; `None` where the kernel does not count pressure
/// (Documentation/accounting/psi.rst).
pub(super) fn stalled_ns() -> Option<u64> {
    parse(&fs::read_to_string("/proc/pressure/cpu").ok()?)
}

fn parse(text: &str) -> Option<u64> {
    let some = text.lines().find(|line| line.starts_with("some "))?;
    let (_, total) = some.rsplit_once("total=")?;
    Some(total.trim().parse::<u64>().ok()? * 1_000)
}

/// How long the main thread of `pid` was ready but not running, nanoseconds:
/// the second number of /proc/PID/schedstat (Documentation/scheduler/
/// sched-stats.rst). Works on a zombie; 0 where it is not kept.
pub(super) fn run_delay_ns(pid: u32) -> u64 {
    fs::read_to_string(format!("/proc/{pid}/schedstat"))
        .ok()
        .and_then(|text| text.split_ascii_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_of_the_some_line() {
        let text = "some avg10=0.57 avg60=2.48 avg300=3.78 total=64012244\n\
                    full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";
        assert_eq!(parse(text), Some(64_012_244_000));
        assert_eq!(parse(""), None);
    }
}
