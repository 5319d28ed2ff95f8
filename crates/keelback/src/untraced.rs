//! A command run without the recorder, to know what it takes then.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::Instant;

use keelback_trace::provenance::Untraced;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::ui::Failure;

/// Runs the command so often.
pub(crate) fn runs(words: &[OsString], times: u32) -> Result<Vec<Untraced>, Failure> {
    (0..times).map(|_| run(words)).collect()
}

/// Runs the command once, its input empty and its output thrown away.
pub(crate) fn run(words: &[OsString]) -> Result<Untraced, Failure> {
    let Some((program, rest)) = words.split_first() else {
        return Err(Failure::new("there is no command to run"));
    };
    let mut command = Command::new(program);
    command.args(rest);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let (cpu, start) = (children_cpu(), Instant::now());
    let ended = command.status();
    let wall_ns = start.elapsed().as_nanos() as u64;
    let what = || format!("cannot run {} without the recorder", program.display());
    ended.map_err(|error| Failure::io(what(), &error))?;
    Ok(Untraced {
        wall_ns,
        cpu_ns: children_cpu().saturating_sub(cpu),
    })
}

/// CPU time of all children that were waited for, nanoseconds.
fn children_cpu() -> u64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN);
    usage.map_or(0, |it| {
        let micros = it.user_time().num_microseconds() + it.system_time().num_microseconds();
        micros.max(0).cast_unsigned() * 1_000
    })
}
