//! What cannot be done is refused with a sentence, a remedy and a code, before
//! anything is started or made.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use crate::world::{Ended, World};

fn refused(ended: &Ended, code: i32, telling: &str) {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert!(ended.stdout.is_empty(), "{ended:?}");
    assert!(ended.stderr.starts_with("error: "), "{ended:?}");
    assert!(
        ended.stderr.contains(telling),
        "no {telling:?} in {ended:?}"
    );
}

#[test]
fn codes_and_sentences() {
    let world = World::new();
    for (words, code, telling) in [
        (
            &["run", "--", "/no/such/program"][..],
            127,
            "/no/such/program",
        ),
        (&["run", "no-such-program"], 127, "no-such-program"),
        (&["run", "--", "/etc/passwd"], 126, "Permission denied"),
        (
            &["syscalls", "--", "/no/such/program"],
            127,
            "/no/such/program",
        ),
        (&["attach", "4194305"], 125, "no process 4194305"),
        (&["gil", "-p", "4194305"], 125, "no process 4194305"),
        (&["report", "/no/such/trace.kb"], 125, "/no/such/trace.kb"),
        (&["report", "/etc/passwd"], 125, "not a keelback recording"),
        (&["report"], 125, "no recording was named"),
        (
            &["export", "/etc/passwd", "-f", "json"],
            125,
            "not a keelback recording",
        ),
        (
            &["run", "--no-such-option", "--", "true"],
            125,
            "--no-such-option",
        ),
        (&["attach", "0"], 125, "0 is not in"),
        (&["attach", "1", "--for", "10 parsecs"], 125, "as in 10s"),
        (&["run", "--ring-size", "3M", "true"], 125, "power of two"),
        (&["export", "x.kb"], 125, "--format"),
    ] {
        refused(&world.run(words), code, telling);
    }
}

#[test]
fn hints_follow_a_blank_line() {
    let ended = World::new().run(&["report"]);
    assert_eq!(
        ended.stderr,
        "error: no recording was named, and none was made before\n\n\
         hint: keelback run -- COMMAND makes one\n"
    );
}

#[test]
fn an_output_that_cannot_be_made_keeps_the_command_from_starting() {
    let world = World::new();
    std::fs::write(world.path("there.kb"), "precious").expect("a file");
    for output in ["/proc/no/such/folder/trace.kb", "/dev/full", "there.kb"] {
        let ended = world.run(&["run", "-o", output, "--", "touch", "started"]);
        refused(&ended, 125, "");
        assert!(!world.path("started").exists(), "{ended:?}");
    }
    let kept = std::fs::read_to_string(world.path("there.kb"));
    assert_eq!(kept.expect("still there"), "precious");
}

/// setpriv(1) takes the capabilities even from root.
#[test]
fn without_rights_nothing_starts_and_a_remedy_is_named() {
    let world = World::new();
    let keelback = world.command(&["run", "--engine", "ebpf", "--", "touch", "started"]);
    let mut powerless = Command::new("setpriv");
    powerless
        .args(["--bounding-set=-all", "--inh-caps=-all"])
        .arg(keelback.get_program())
        .args(keelback.get_args())
        .current_dir(world.path(""));
    let Ok(output) = powerless.output() else {
        return; // No setpriv here: not even a skip is worth more words.
    };
    let ended = Ended::of(output);
    refused(&ended, 125, "hint: ");
    assert!(ended.stderr.contains("keelback doctor"), "{ended:?}");
    assert!(!world.path("started").exists());
    let left = std::fs::read_dir(world.path("")).expect("a folder").count();
    assert_eq!(left, 0, "litter");
}

/// `keelback ... | head -c 1` is no failure to talk about.
#[test]
fn a_reader_that_goes_away_ends_keelback_quietly() {
    let world = World::new();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = world.command(&["generate", "completions", "bash"]);
    command.stdout(Stdio::from(writer)).process_group(0);
    let ended = Ended::of(command.output().expect("keelback runs"));
    assert_eq!(ended.signal, Some(nix::libc::SIGPIPE), "{ended:?}");
    assert_eq!(ended.stderr, "");
}

#[test]
fn a_full_disk_under_a_report_is_a_failure() {
    let world = World::new();
    let full = std::fs::File::create("/dev/full").expect("a device");
    let mut command = world.command(&["generate", "completions", "bash"]);
    let ended = Ended::of(command.stdout(full).output().expect("keelback runs"));
    refused(&ended, 125, "No space left");
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let world = World::new();
    let colored = |words: &[&str]| world.run(words).stderr.contains('\x1b');
    assert!(!colored(&["report"]));
    assert!(colored(&["report", "--color", "always"]));

    let mut forced = world.command(&["report"]);
    let forced = forced.env("CLICOLOR_FORCE", "1").output().expect("a run");
    assert!(Ended::of(forced).stderr.contains('\x1b'));
}
