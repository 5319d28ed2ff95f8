//! Real recordings; where this user may not make them, that is said.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use nix::libc;

use crate::terminal::Terminal;
use crate::world::{Ended, World, json_file};

#[test]
fn the_exit_code_is_the_commands() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    let ended = world.run(&["run", "-q", "--", "sh", "-c", "exit 7"]);
    assert_eq!(ended.code, Some(7), "{ended:?}");
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
}

#[test]
fn the_signal_is_the_commands() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    for (signal, number) in [
        ("TERM", libc::SIGTERM),
        ("SEGV", libc::SIGSEGV),
        ("KILL", libc::SIGKILL),
    ] {
        let script = format!("ulimit -c 0; kill -{signal} $$");
        let ended = world.run(&["run", "-q", "--", "sh", "-c", &script]);
        assert_eq!(ended.signal, Some(number), "{ended:?}");
    }
}

#[test]
fn stdin_and_stdout_are_the_commands() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    let mut keelback = world
        .command(&["run", "--json", "--report-to", "verdict.json", "--", "cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("keelback runs");
    let mut stdin = keelback.stdin.take().expect("a pipe");
    stdin.write_all(b"from outside").expect("a write");
    drop(stdin);
    let ended = Ended::of(keelback.wait_with_output().expect("an end"));
    assert_eq!(ended.stdout, "from outside");
    assert_eq!(json_file(&world.path("verdict.json"))["version"], 1);
}

#[test]
fn a_recording_gets_a_name_and_is_remembered() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    let ended = world.run(&["run", "--", "true"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stderr.contains("the recording is keelback-true-"),
        "{ended:?}"
    );
    let again = world.run(&["report"]);
    assert!(again.stderr.contains("keelback-true-"), "{again:?}");
    assert_eq!(again.code, Some(0), "{again:?}");
}

#[test]
fn a_passing_recording_leaves_nothing_behind() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    std::fs::create_dir(world.path("tmp")).expect("a folder");
    let mut command = world.command(&[
        "syscalls",
        "--json",
        "--report-to",
        "calls.json",
        "--",
        "true",
    ]);
    let ended = Ended::of(
        command
            .env("TMPDIR", world.path("tmp"))
            .output()
            .expect("a run"),
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let calls = json_file(&world.path("calls.json"));
    let names = calls["syscalls"].as_array().expect("a list");
    assert!(names.iter().any(|it| it["name"] == "execve"), "{calls}");
    assert_eq!(
        std::fs::read_dir(world.path("tmp"))
            .expect("a folder")
            .count(),
        0
    );
}

/// A limit on the size of files stands for a disk that is full: the command
/// goes on, its code is passed on, and what was written opens.
#[test]
fn a_disk_that_fills_up_harms_nobody() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    let busy = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); : < /dev/null; done; echo done; exit 9";
    let keelback = world.command(&[
        "run", "--mode", "full", "-o", "t.kb", "--", "sh", "-c", busy,
    ]);
    let mut limited = Command::new("bash");
    limited
        .args(["-c", r#"ulimit -f 64; exec "$0" "$@""#])
        .arg(keelback.get_program())
        .args(keelback.get_args())
        .env("XDG_STATE_HOME", world.path("state"))
        .current_dir(world.path(""));
    let ended = Ended::of(limited.output().expect("bash runs"));
    assert_eq!(ended.code, Some(9), "{ended:?}");
    assert_eq!(ended.stdout, "done\n");
    assert!(ended.stderr.contains("warning: "), "{ended:?}");
    assert!(ended.stderr.contains("File too large"), "{ended:?}");
    assert_eq!(world.run(&["report"]).code, Some(0));
}

/// The report cannot be written; the command's code is keelback's all the same.
#[test]
fn a_report_that_fails_changes_no_ending() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    for command in ["run", "syscalls", "gil"] {
        let words = [
            command,
            "--report-to",
            "/dev/full",
            "--",
            "sh",
            "-c",
            "exit 7",
        ];
        let ended = world.run(&words);
        assert_eq!(ended.code, Some(7), "{ended:?}");
        assert!(ended.stderr.contains("No space left"), "{ended:?}");
    }
}

#[test]
fn an_attach_ends_in_time_and_harms_nobody() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    let mut sleeper = Command::new("sleep").arg("60").spawn().expect("sleep");
    let pid = sleeper.id().to_string();
    let ended = world.run(&["attach", &pid, "--for", "300ms", "-o", "t.kb"]);
    let alive = sleeper.try_wait().expect("a wait").is_none();
    sleeper.kill().expect("a kill");
    sleeper.wait().expect("an end");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(alive);
    assert!(ended.stderr.contains("no Python was seen"), "{ended:?}");
    assert!(!ended.stdout.is_empty(), "{ended:?}");
}

/// Ctrl-C on a terminal of its own: the command handles it, and its code is
/// keelback's.
#[test]
fn ctrl_c_is_the_commands() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    let mut terminal = Terminal::running(
        &world,
        "trap 'exit 3' INT; echo ready; while :; do sleep 0.01; done",
    );
    terminal.shows("ready");
    terminal.press(0x03);
    terminal.shows("code=3");
    assert_eq!(world.run(&["report", "t.kb"]).code, Some(0));
}

/// Two presses: the recording ends and is kept, and the shell learns of it.
#[test]
fn ctrl_c_twice_ends_the_recording() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    let mut terminal = Terminal::running(
        &world,
        "trap 'echo once more' INT; echo ready; n=0; while [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done",
    );
    terminal.shows("ready");
    terminal.press(0x03);
    terminal.shows("once more");
    terminal.press(0x03);
    terminal.shows("the command goes on");
    terminal.shows("the recording is t.kb");
    // A shell whose command dies of SIGINT ends as if it had got it itself.
    let shell = terminal.ends();
    assert!(
        shell.signal() == Some(libc::SIGINT) || shell.code() == Some(128 + libc::SIGINT),
        "{shell:?}"
    );
    assert_eq!(world.run(&["report", "t.kb"]).code, Some(0));
}

/// As scripts do it: a shell has its background jobs ignore Ctrl-C, but
/// `kill -INT` is meant for them.
#[test]
fn a_background_attach_ends_when_told() {
    let world = World::new();
    if world.cannot_record() {
        return;
    }
    let keelback = world.command(&["attach"]);
    let script = r#"
        sleep 60 & victim=$!
        "$0" attach $victim -o t.kb & recorder=$!
        until [ -d t.kb.partial ]; do sleep 0.05; done
        sleep 0.5; kill -INT $recorder; wait $recorder; echo code=$?
        kill $victim && echo the victim lived
    "#;
    let mut shell = Command::new("bash");
    let shell = shell
        .args(["-c", script])
        .arg(keelback.get_program())
        .env("XDG_STATE_HOME", world.path("state"))
        .current_dir(world.path(""));
    let ended = Ended::of(shell.output().expect("bash runs"));
    assert!(ended.stdout.contains("code=0"), "{ended:?}");
    assert!(ended.stdout.contains("the victim lived"), "{ended:?}");
}
