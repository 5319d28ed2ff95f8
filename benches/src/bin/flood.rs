//! Half a million system calls a second for ten seconds, in full mode with
//! default settings. Totals must be exact; what was lost must be counted.
//!
//! `flood [CALL] [RATE] [SECONDS]`, by default `getppid 500000 10`.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use keelback_benches::binary::{keelback, program, python};

/// Two processes: one alone cannot make that many calls with its stacks taken.
const PROCESSES: &str = "2";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |index: usize, usual: &str| words.get(index).map_or(usual.into(), String::clone);
    let (call, rate, seconds) = (word(0, "getppid"), word(1, "500000"), word(2, "10"));
    let trace = std::env::temp_dir().join(format!("keelback-flood-{}.kb", std::process::id()));
    let flooded = flood(&trace, &[&call, &rate, &seconds, PROCESSES]);
    let checked = flooded.and_then(|(made, took)| check(&trace, &call, made, took));
    // After a recording that failed there is none.
    let _ = std::fs::remove_file(&trace);
    checked
}

/// Runs the program under the recorder; its own count of calls and its time.
fn flood(trace: &Path, words: &[&str]) -> Result<(u64, f64)> {
    let front = ["run", "--quiet", "--force", "--mode", "full", "-o"].map(OsString::from);
    let middle: [OsString; 4] = [
        trace.into(),
        "--".into(),
        python("python3")?.into(),
        program("flood.py").into(),
    ];
    let words = words.iter().map(OsString::from);
    let mut command = Command::new(keelback()?);
    command
        .args(front.into_iter().chain(middle).chain(words))
        .stderr(Stdio::inherit());
    let said = String::from_utf8(command.output()?.stdout)?;
    let line = said.lines().next().context("the program said nothing")?;
    let (made, took) = line.split_once(' ').context("not a count and a time")?;
    Ok((made.parse()?, took.parse()?))
}

fn check(trace: &Path, call: &str, made: u64, took: f64) -> Result<()> {
    let mut command = Command::new(keelback()?);
    command.arg("syscalls").arg(trace).arg("--json");
    let report: Value = serde_json::from_slice(&command.output()?.stdout)?;
    let names: &[&str] = if call == "stat" {
        &["stat", "newfstatat"]
    } else {
        &[call]
    };
    let rows = report["syscalls"].as_array().context("no system calls")?;
    let fit = rows
        .iter()
        .filter(|row| names.iter().any(|name| row["name"] == *name));
    let counted: u64 = fit.filter_map(|row| row["count"].as_u64()).sum();
    println!(
        "made      {made} calls in {took:.2} s: {:.0} a second",
        made as f64 / took
    );
    println!("counted   {counted}");
    println!("losses    {}", report["losses"]);
    // An interpreter's start makes a few calls of any kind itself.
    let own = if call == "stat" { 10_000 } else { 10 };
    ensure!(
        (made..=made + own).contains(&counted),
        "the totals are not exact"
    );
    Ok(())
}
