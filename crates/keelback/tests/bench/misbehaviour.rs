//! Commands that fail, hang, flood, leave daemons, differ, or are not there:
//! a clear word, nothing left behind, and what was measured is kept.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{bench, command, json, named, text};

#[test]
fn a_missing_command_has_the_code_of_one() {
    let output = bench(&["-n", "A=true", "-n", "B=/no/such/command"]);
    assert_eq!(output.status.code(), Some(127));
    assert!(text(&output.stderr).contains("B: no such command: /no/such/command"));
}

/// A command that works so many times, the trial runs included.
fn works(times: usize, folder: &Path, then: &str) -> String {
    let count = folder.join("count").display().to_string();
    format!("sh -c 'echo x >> {count}; [ $(wc -l < {count}) -le {times} ] || {{ {then}; }}'")
}

#[test]
fn a_command_that_fails_at_once_is_quoted() {
    let output = bench(&[
        "-n",
        "A=true",
        "-n",
        "B=sh -c 'echo no database >&2; exit 3'",
    ]);
    assert_eq!(output.status.code(), Some(125));
    assert_eq!(text(&output.stdout), "");
    assert!(
        text(&output.stderr)
            .contains("B: the command ended with exit status 3; it said:\nno database"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_command_that_fails_later_keeps_the_pairs_before() {
    let folder = tempfile::tempdir().unwrap();
    let failing = named("B", &works(9, folder.path(), "kill -SEGV $$"));
    let output = bench(&[
        "--json",
        "--pairs",
        "40",
        "--no-self-check",
        "-n",
        "A=true",
        "-n",
        &failing,
    ]);
    assert_eq!(output.status.code(), Some(125));
    let document = json(&output);
    let pairs = document["comparisons"][0]["pairs"].as_u64().unwrap();
    assert_eq!(pairs, 7, "two of nine were trial runs");
    let end = document["end"]["failed"].as_str().unwrap();
    assert!(
        end.contains("B: the command was ended by signal 11"),
        "{end}"
    );
    assert!(
        text(&output.stderr).contains("The results are those of the pairs before that."),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_command_that_hangs_is_ended_with_what_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let hangs = format!("sleep 600 & echo $! > {}; wait", pid.display());
    let started = Instant::now();
    let hanging = named("B", &works(6, folder.path(), &hangs));
    let output = bench(&[
        "--json",
        "--timeout",
        "10",
        "--pairs",
        "40",
        "--no-self-check",
        "-n",
        "A=true",
        "-n",
        &hanging,
    ]);
    assert!(
        started.elapsed() < Duration::from_secs(300),
        "600 is what it sleeps"
    );
    assert_eq!(output.status.code(), Some(125));
    let document = json(&output);
    assert_eq!(
        document["comparisons"][0]["pairs"], 4,
        "two of six were trial runs"
    );
    let end = document["end"]["failed"].as_str().unwrap();
    assert!(
        end.contains("still ran after 10 s and was ended (--timeout allows more)"),
        "{end}"
    );
    let sleeper = fs::read_to_string(pid).unwrap();
    assert!(
        !is_running(sleeper.trim()),
        "sleep {sleeper} is still there"
    );
}

/// A zombie that nobody has reaped yet does not run.
fn is_running(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| state != 'Z')
}

#[test]
fn megabytes_are_swallowed() {
    let floods = "sh -c 'head -c 30000000 /dev/zero; head -c 30000000 /dev/zero >&2'";
    let sides = [named("A", floods), named("B", floods)];
    let output = bench(&["--json", "--pairs", "2", "-n", &sides[0], "-n", &sides[1]]);
    assert_eq!(
        json(&output)["comparisons"][0]["pairs"],
        2,
        "{}",
        text(&output.stderr)
    );
    assert!(
        output.stderr.len() < 10_000,
        "{} bytes of talk",
        output.stderr.len()
    );
}

#[test]
fn a_daemon_is_told_of_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let script = format!(
        "sh -c 'n=$(cat {0} 2>/dev/null | wc -l); setsid sh -c \"echo \\$\\$ >> {0}; exec sleep 600\" & while [ $(cat {0} 2>/dev/null | wc -l) -le $n ]; do :; done'",
        pids.display()
    );
    let output = bench(&[
        "--json",
        "--pairs",
        "2",
        "-n",
        &named("A", &script),
        "-n",
        "B=true",
    ]);
    let warnings = json(&output)["warnings"].to_string();
    assert!(
        warnings.contains("A leaves 1 process(es) running when it ends"),
        "{warnings}"
    );
    let left = fs::read_to_string(&pids).unwrap();
    assert!(left.lines().count() >= 4, "two trials, two pairs: {left:?}");
    assert!(left.lines().all(|pid| !is_running(pid)), "{left:?}");
}

#[test]
fn different_output_is_told() {
    let output = bench(&[
        "--json", "--pairs", "1", "--", "echo", "1", "--", "echo", "12",
    ]);
    let warnings = json(&output)["warnings"].to_string();
    assert!(
        warnings.contains("A and B print different things (1 and 1 lines, 2 and 3 bytes): do they do the same work?"),
        "{warnings}"
    );
}

#[test]
fn an_interrupt_keeps_what_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let script = format!("sh -c 'echo x >> {}'", runs.display());
    let arguments = ["-n", &named("A", &script), "-n", &named("B", &script)];
    let child = command(&["--pairs", "100000"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Four trial runs, then a few rounds.
    while fs::read_to_string(&runs)
        .unwrap_or_default()
        .lines()
        .count()
        < 20
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("B against A  "));
    assert!(
        text(&output.stderr)
            .contains("interrupted; the results are those of the pairs before that")
    );
}
