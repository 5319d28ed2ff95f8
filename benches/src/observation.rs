//! One run of one workload under one tool.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde_json::Value;

use crate::tool::Tool;
use crate::workload::Workload;

/// What one run took. Seconds, except where said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// The program's own loop by its own clock, for one of its units: what
    /// the tool does to the program.
    pub unit: f64,
    /// CPU time of the same.
    pub unit_cpu: f64,
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
        let mut words = tool.prefix(workload, scratch);
        words.extend(workload.command(python, tool.slow));
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .env("KEELBACK_BENCH", &note)
            .current_dir(scratch);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let (cpu, start) = (children_cpu()?, Instant::now());
        let status = command.status()?;
        let (whole, cpu) = (start.elapsed().as_secs_f64(), children_cpu()? - cpu);
        ensure!(status.success(), "{status}: {command:?}");
        let text = fs::read_to_string(&note).with_context(|| format!("no note: {command:?}"))?;
        fs::remove_file(&note)?;
        Observation::of(&serde_json::from_str(&text)?, whole, cpu)
    }

    /// Puts together what the program says and what was seen from outside.
    fn of(note: &Value, whole: f64, cpu: f64) -> Result<Observation> {
        let read = |key: &str| {
            note[key]
                .as_f64()
                .with_context(|| format!("no `{key}` in {note}"))
        };
        let count = read("count")?;
        Ok(Observation {
            unit: read("seconds")? / count,
            unit_cpu: read("loop_cpu")? / count,
            whole,
            tool_cpu: (cpu - read("whole_cpu")?).max(0.0),
        })
    }
}

/// CPU seconds of all children that ended and were waited for, and of theirs.
fn children_cpu() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Observation;

    #[test]
    fn the_tools_share_is_what_the_program_did_not_use() {
        let note = json!({"count": 4, "seconds": 2.0, "loop_cpu": 1.0, "whole_cpu": 1.5});
        let seen = Observation::of(&note, 3.0, 2.25).expect("a note");
        assert_eq!((seen.unit, seen.unit_cpu), (0.5, 0.25));
        assert_eq!((seen.whole, seen.tool_cpu), (3.0, 0.75));
    }
}
