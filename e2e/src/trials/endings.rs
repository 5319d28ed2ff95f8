//! How keelback itself fails: it says what and why, with its own exit codes,
//! and nothing needs to be recorded to see it.

use anyhow::{Result, ensure};

use crate::keelback::{Ended, Run};
use crate::scratch::Scratch;
use crate::trial::Trial;

/// Exit codes of env(1) and timeout(1) for their own failures.
const OWN_FAILURE: i32 = 125;
const NOT_EXECUTABLE: i32 = 126;
const NOT_FOUND: i32 = 127;

/// A way of failing: words, exit code, and a word that the message must have.
type Failure = (&'static str, &'static [&'static str], i32, &'static str);

const FAILURES: &[Failure] = &[
    (
        "a command that does not exist",
        &["run", "--", "/no/such/program"],
        NOT_FOUND,
        "/no/such/program",
    ),
    (
        "a command that is not executable",
        &["run", "--", "/etc/passwd"],
        NOT_EXECUTABLE,
        "/etc/passwd",
    ),
    (
        "a pid that does not exist",
        &["attach", "4194305"],
        OWN_FAILURE,
        "4194305",
    ),
    (
        "a trace that does not exist",
        &["report", "/no/such/trace.kb"],
        OWN_FAILURE,
        "/no/such/trace.kb",
    ),
    (
        "a trace that is none",
        &["report", "/etc/passwd"],
        OWN_FAILURE,
        "/etc/passwd",
    ),
    (
        "an option that does not exist",
        &["report", "--no-such-option"],
        OWN_FAILURE,
        "--no-such-option",
    ),
];

/// One trial for each way of failing.
pub(super) fn trials() -> Vec<Trial> {
    let failures = FAILURES.iter().map(|(name, words, code, telling)| {
        let tried = move |scratch: &Scratch| {
            fails(&Run::keelback(scratch, *words)?.finish()?, *code, telling)
        };
        Trial::new(*name, tried).without_recording()
    });
    let doctor = Trial::new("doctor", doctor).without_recording();
    failures.chain([doctor]).collect()
}

/// stdout is data: a failure leaves it empty.
fn fails(ended: &Ended, code: i32, telling: &str) -> Result<()> {
    ended.expect_code(code)?;
    ensure!(ended.stdout.is_empty(), "a failure on stdout\n{ended}");
    ensure!(
        ended.stderr.contains(telling),
        "the message lacks `{telling}`\n{ended}"
    );
    ensure!(!ended.stderr.contains("panicked"), "it panicked\n{ended}");
    Ok(())
}

/// Says what can be recorded here, also where that is nothing.
fn doctor(scratch: &Scratch) -> Result<()> {
    let ended = Run::keelback(scratch, ["doctor"])?.finish()?;
    ensure!(
        ended.stdout.to_lowercase().contains("bpf"),
        "nothing about BPF\n{ended}"
    );
    ensure!(!ended.stderr.contains("panicked"), "it panicked\n{ended}");
    Ok(())
}
