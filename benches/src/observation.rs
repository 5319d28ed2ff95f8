//! One run of one workload under one tool.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::{Pid, SysconfVar, sysconf};
use serde_json::Value;

use crate::tool::{NOTHING, Tool};
use crate::workload::Workload;

/// What one run took. Seconds, except where said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// The program's own loop by its own clock, for one of its units: what
    /// the tool does to the program.
    pub unit: f64,
    /// CPU time of the same.
    pub unit_cpu: f64,
    /// How much of the loop's time the program was in the kernel or off every CPU,
    /// if one of its threads runs at a time; a share.
    pub lost: f64,
    /// The whole command: the tool's start and report, too.
    pub whole: f64,
    /// CPU time of the tool's own processes.
    pub tool_cpu: f64,
}

impl Observation {
    /// Runs it.
    pub fn make(
        tool: &Tool,
        workload: &Workload,
        python: &str,
        scratch: &Path,
    ) -> Result<Observation> {
        let note = scratch.join("note");
        let words = tool.around(workload, workload.command(python, tool.slow), scratch);
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .env("KEELBACK_BENCH", &note)
            .current_dir(scratch);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn()?;
        let cpu = cpu_at_end(&child)?;
        let whole = start.elapsed().as_secs_f64();
        let status = child.wait()?;
        ensure!(status.success(), "{status}: {command:?}");
        let text = fs::read_to_string(&note).with_context(|| format!("no note: {command:?}"))?;
        fs::remove_file(&note)?;
        // Under nothing the process is the program itself.
        let cpu = if tool.name == NOTHING { 0.0 } else { cpu };
        Observation::of(&serde_json::from_str(&text)?, whole, cpu)
    }

    /// Puts together what the program says and what was seen from outside.
    fn of(note: &Value, whole: f64, tool_cpu: f64) -> Result<Observation> {
        let read = |key: &str| {
            note[key]
                .as_f64()
                .with_context(|| format!("no `{key}` in {note}"))
        };
        let count = read("count")?;
        Ok(Observation {
            unit: read("seconds")? / count,
            lost: 1.0 - read("loop_user")? / read("seconds")?,
            unit_cpu: read("loop_cpu")? / count,
            whole,
            tool_cpu,
        })
    }
}

/// Waits until a process ends, and reads its own CPU time in seconds while it
/// is a zombie. The rusage of wait4(2) would have its children's in it, unless
/// it did not wait for them.
fn cpu_at_end(child: &Child) -> Result<f64> {
    let pid = child.id();
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
    waitid(Id::Pid(Pid::from_raw(pid.cast_signed())), flags)?;
    let ticks = own_ticks(&fs::read_to_string(format!("/proc/{pid}/stat"))?)?;
    let per_second = sysconf(SysconfVar::CLK_TCK)?.context("no clock tick")?;
    Ok(ticks as f64 / per_second as f64)
}

/// `utime` and `stime` of proc_pid_stat(5): the 12th and 13th word after the
/// name, which stands in parentheses and may hold anything.
fn own_ticks(stat: &str) -> Result<u64> {
    let (_, rest) = stat.rsplit_once(')').context("no name")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let times = words.get(11..13).context("no times")?;
    Ok(times[0].parse::<u64>()? + times[1].parse::<u64>()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Observation, own_ticks};

    #[test]
    fn a_unit_is_the_loop_divided() {
        let note = json!({"count": 4, "seconds": 2.0, "loop_cpu": 1.0, "loop_user": 0.5});
        let seen = Observation::of(&note, 3.0, 0.75).expect("a note");
        assert_eq!((seen.unit, seen.unit_cpu, seen.lost), (0.5, 0.25, 0.75));
        assert_eq!((seen.whole, seen.tool_cpu), (3.0, 0.75));
    }

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "7 (a) b) Z 1 7 7 0 -1 4194560 9 0 0 0 31 11 0 0 20 0 1 0 99";
        assert_eq!(own_ticks(stat).expect("times"), 42);
    }
}
