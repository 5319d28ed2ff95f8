//! A command run without the recorder, to know what it takes then.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::ui::Failure;

/// Runs the command so often; wall times in nanoseconds.
pub(crate) fn runs(words: &[OsString], times: u32) -> Result<Vec<u64>, Failure> {
    (0..times).map(|_| run(words)).collect()
}

/// Runs the command once, its input empty and its output thrown away.
pub(crate) fn run(words: &[OsString]) -> Result<u64, Failure> {
    let Some((program, rest)) = words.split_first() else {
        return Err(Failure::new("there is no command to run"));
    };
    let mut command = Command::new(program);
    command.args(rest);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let ended = command.status();
    let wall = start.elapsed().as_nanos() as u64;
    let what = || format!("cannot run {} without the recorder", program.display());
    ended.map_err(|error| Failure::io(what(), &error))?;
    Ok(wall)
}
