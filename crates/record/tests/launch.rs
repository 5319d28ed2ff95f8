//! Real children: what they become, what they inherit, how they end.

use std::ffi::OsString;
use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use keelback_record::RecordError;
use keelback_record::launch::{Suspended, preflight};

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

fn shell(script: &str) -> ExitStatus {
    Suspended::spawn(&words(&["sh", "-c", script]))
        .and_then(Suspended::go)
        .expect("sh starts")
        .wait()
        .expect("sh ends")
}

fn failure(command: &[&str]) -> RecordError {
    Suspended::spawn(&words(command))
        .and_then(Suspended::go)
        .expect_err("it cannot start")
}

/// A folder of this test's own, removed at the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("keelback-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    /// Written by a process of its own: a descriptor open for writing here
    /// would be inherited by other tests' children, and executing the file
    /// would fail with ETXTBSY while one of them lives.
    fn file(&self, name: &str, text: &str, mode: &str) -> String {
        let path = self.0.join(name);
        let made = Command::new("sh")
            .args(["-c", r#"printf %s "$1" > "$0" && chmod "$2" "$0""#])
            .arg(&path)
            .args([text, mode])
            .status();
        assert!(made.expect("sh").success());
        path.to_str().expect("UTF-8").into()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_exit_code_is_the_commands() {
    assert_eq!(shell("exit 7").code(), Some(7));
}

#[test]
fn death_by_signal_is_told_as_such() {
    assert_eq!(shell("kill -TERM $$").signal(), Some(libc::SIGTERM));
    assert_eq!(
        shell("ulimit -c 0; kill -SEGV $$").signal(),
        Some(libc::SIGSEGV)
    );
}

#[test]
fn a_command_that_does_not_exist_is_not_found() {
    for command in ["keelback-no-such-command", "/no/such/folder/command", ""] {
        let failure = failure(&[command]);
        assert!(matches!(failure, RecordError::NotFound(_)), "{failure}");
    }
}

#[test]
fn a_command_that_may_not_run_is_not_executable() {
    let folder = Folder::new("modes");
    let failure = failure(&[&folder.file("data", "#!/bin/sh\n", "644")]);
    assert!(
        failure.to_string().contains("Permission denied"),
        "{failure}"
    );
    assert!(matches!(failure, RecordError::NotExecutable { .. }));
}

#[test]
fn what_cannot_start_is_known_before_anything_is_made() {
    let folder = Folder::new("preflight");
    let data = folder.file("data", "", "644");
    let folder = folder.0.to_str().expect("UTF-8");
    assert!(preflight(&words(&["sh", "-c", "exit"])).is_ok());
    for command in ["", "keelback-no-such-command", "/no/such/command"] {
        let refused = preflight(&words(&[command]));
        assert!(
            matches!(refused, Err(RecordError::NotFound(_))),
            "{refused:?}"
        );
    }
    for command in [data.as_str(), folder] {
        let refused = preflight(&words(&[command]));
        assert!(
            matches!(refused, Err(RecordError::NotExecutable { .. })),
            "{refused:?}"
        );
    }
}

#[test]
fn a_missing_interpreter_is_named_as_the_reason() {
    let folder = Folder::new("shebang");
    let failure = failure(&[&folder.file("script", "#!/no/such/python\n", "755")]);
    assert!(failure.to_string().contains("interpreter"), "{failure}");
}

#[test]
fn a_script_without_interpreter_line_runs_in_a_shell() {
    let folder = Folder::new("plain");
    let script = folder.file("script", "exit $#\n", "755");
    let child = Suspended::spawn(&words(&[&script, "a", "b"])).and_then(Suspended::go);
    let status = child.expect("a shell starts").wait().expect("it ends");
    assert_eq!(status.code(), Some(2));
}

#[test]
fn nothing_runs_before_the_order_to_go() {
    let folder = Folder::new("order");
    let mark = folder.0.join("ran");
    let suspended =
        Suspended::spawn(&words(&["touch", mark.to_str().expect("UTF-8")])).expect("a child");
    std::thread::sleep(Duration::from_millis(50));
    let proc = format!("/proc/{}/stat", suspended.pid());
    assert!(std::fs::exists(&proc).expect("proc"));
    assert!(!mark.exists());

    let mut running = suspended.go().expect("touch starts");
    assert!(running.wait().expect("touch ends").success());
    assert!(mark.exists());
}

#[test]
fn a_child_that_never_goes_leaves_nothing() {
    let suspended = Suspended::spawn(&words(&["true"])).expect("a child");
    let proc = format!("/proc/{}", suspended.pid());
    drop(suspended);
    assert!(!std::fs::exists(proc).expect("proc"));
}

#[test]
fn the_pidfd_is_readable_at_the_end() {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    let child = Suspended::spawn(&words(&["sleep", "0.05"])).and_then(Suspended::go);
    let mut running = child.expect("sleep starts");
    assert!(running.try_wait().expect("a wait").is_none());
    let mut fds = [PollFd::new(running.as_fd(), PollFlags::POLLIN)];
    assert_eq!(poll(&mut fds, PollTimeout::from(10_000_u16)), Ok(1));
    let ended = running.try_wait().expect("a wait").expect("an end");
    assert!(ended.success());
    assert_eq!(running.wait().expect("the same again"), ended);
}

/// Not a test: the part of this program that plays the recorder in the tests
/// below, in a process of its own.
#[test]
#[ignore = "a part played by other tests"]
fn recorder() {
    let Some(script) = std::env::var_os("KEELBACK_TEST_SCRIPT") else {
        return;
    };
    let suspended = Suspended::spawn(&["sh".into(), "-c".into(), script]).expect("a child");
    if std::env::var_os("KEELBACK_TEST_DIES").is_some() {
        nix::sys::signal::raise(nix::sys::signal::SIGKILL).expect("death");
    }
    let mut running = suspended.go().expect("sh starts");
    assert!(running.wait().expect("sh ends").success());
}

/// `prelude` is shell code that prepares the world the recorder is born into.
fn born_into(prelude: &str, script: &str) -> Command {
    let this = std::env::current_exe().expect("a path");
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!(r#"{prelude} exec "$0" "$@""#))
        .arg(this)
        .args(["recorder", "--exact", "--ignored", "--nocapture"])
        .env("KEELBACK_TEST_SCRIPT", script)
        .stdout(Stdio::piped());
    command
}

fn output(prelude: &str, script: &str) -> String {
    let output = born_into(prelude, script).output().expect("it ran");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// `SigIgn` of the command, as /proc/self/status has it: bit 0 is signal 1.
fn ignored_by_the_command(prelude: &str) -> u64 {
    let out = output(prelude, "grep SigIgn /proc/self/status");
    let hex = out.split("SigIgn:").nth(1).expect("the line");
    let hex = hex.split_whitespace().next().expect("the mask");
    u64::from_str_radix(hex, 16).expect("hexadecimal")
}

#[test]
fn ignored_signals_stay_as_they_were_at_birth() {
    let pipe = 1 << (libc::SIGPIPE - 1);
    let hangup = 1 << (libc::SIGHUP - 1);
    assert_eq!(ignored_by_the_command("") & (pipe | hangup), 0);
    assert_eq!(
        ignored_by_the_command("trap '' PIPE;") & (pipe | hangup),
        pipe
    );
    assert_eq!(
        ignored_by_the_command("trap '' HUP;") & (pipe | hangup),
        hangup
    );
}

#[test]
fn standard_input_passes_through() {
    let out = output("printf 'from outside' |", "cat");
    assert!(out.contains("from outside"), "{out}");
}

#[test]
fn the_process_group_is_the_recorders() {
    let out = output("", "ps -o pgid= -p $$; ps -o pgid= -p $PPID");
    let groups: Vec<&str> = out
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    assert_eq!(groups.len(), 2, "{out}");
    assert_eq!(groups[0], groups[1]);
}

#[test]
fn a_recorder_that_dies_early_takes_the_suspended_child_along() {
    let mut recorder = born_into("", "echo it ran")
        .env("KEELBACK_TEST_DIES", "1")
        .spawn()
        .expect("it starts");
    let mut out = String::new();
    // Ends only when the suspended child, which holds the same pipe, is gone.
    recorder
        .stdout
        .take()
        .expect("a pipe")
        .read_to_string(&mut out)
        .expect("text");
    assert!(!out.contains("it ran"), "{out}");
    assert_eq!(
        recorder.wait().expect("an end").signal(),
        Some(libc::SIGKILL)
    );
}

#[test]
fn a_running_command_outlives_the_recorder() {
    let mut recorder = born_into("", "kill -KILL $PPID; sleep 0.05; echo it went on")
        .spawn()
        .expect("it starts");
    let mut out = String::new();
    recorder
        .stdout
        .take()
        .expect("a pipe")
        .read_to_string(&mut out)
        .expect("text");
    assert!(out.contains("it went on"), "{out}");
    assert_eq!(
        recorder.wait().expect("an end").signal(),
        Some(libc::SIGKILL)
    );
}
