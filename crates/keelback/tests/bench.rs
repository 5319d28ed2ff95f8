//! `keelback bench` as a script sees it.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keelback"))
        .arg("bench")
        .args(arguments)
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const LONG: &str = "sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'";

fn named(name: &str, command: &str) -> String {
    format!("{name}={command}")
}

#[test]
fn a_slower_side_is_exit_code_one_and_json_says_why() {
    let output = bench(&[
        "--json",
        "--pairs",
        "12",
        "-n",
        "A=true",
        "-n",
        &named("B", LONG),
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["version"], 1);
    let comparison = &document["comparisons"][0];
    assert_eq!(comparison["kernel"], "command");
    assert_eq!(
        (&comparison["a"], &comparison["b"]),
        (&Value::from("A"), &Value::from("B"))
    );
    assert_eq!(comparison["verdict"], "slower");
    assert_eq!(comparison["pairs"], 12);
    let [low, ratio, high] = ["low", "ratio", "high"].map(|key| comparison[key].as_f64().unwrap());
    assert!(
        1.0 < low && low <= ratio && ratio <= high,
        "{low} {ratio} {high}"
    );
    assert_eq!(document["aa"]["changed"], 0);
}

#[test]
fn the_same_command_the_other_way_round_is_faster() {
    let output = bench(&["--pairs", "12", "-n", &named("A", LONG), "-n", "B=true"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(
        text(&output.stdout).starts_with("B against A  -"),
        "{}",
        text(&output.stdout)
    );
    assert!(
        text(&output.stdout)
            .lines()
            .next()
            .unwrap()
            .contains("  faster  (12 pairs)")
    );
}

#[test]
fn commands_may_follow_dashes() {
    let output = bench(&["--pairs", "1", "--", "true", "--", "sleep", "0"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("undecided  (1 pair;"));
}

#[test]
fn nothing_to_compare_says_how_to_compare() {
    let output = bench(&["-n", "A=true"]);
    assert_eq!(output.status.code(), Some(125));
    assert!(
        text(&output.stderr)
            .contains("keelback bench -n A='python3.12 app.py' -n B='python3.13 app.py'")
    );
}

#[test]
fn a_missing_command_has_the_code_of_one() {
    let output = bench(&["-n", "A=true", "-n", "B=/no/such/command"]);
    assert_eq!(output.status.code(), Some(127));
    assert!(text(&output.stderr).contains("B: no such command: /no/such/command"));
}

#[test]
fn files_are_written_in_the_format_of_their_extension() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let paths = ["r.json", "r.md", "r.csv", "r.svg"].map(|name| file(name).display().to_string());
    let pyperf = file("pyperf").display().to_string();
    let hyperfine = file("hyperfine.json").display().to_string();
    let mut arguments = vec![
        "--pairs",
        "7",
        "-n",
        "A=true",
        "-n",
        "B=true",
        "--ignore-failure",
    ];
    arguments.extend(paths.iter().flat_map(|path| ["-o", path]));
    arguments.extend(["--export-pyperf", &pyperf, "--export-hyperfine", &hyperfine]);
    let output = bench(&arguments);
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{}",
        text(&output.stderr)
    );

    let read = |name: &str| fs::read_to_string(file(name)).unwrap();
    assert!(read("r.md").starts_with("| kernel | A | B | change | verdict | |"));
    assert_eq!(
        read("r.csv").lines().count(),
        1 + 7 + 7 + 3,
        "a head, A, B, and A again"
    );
    assert_eq!(
        read("r.svg").matches("fill-opacity").count(),
        7,
        "a dot per pair"
    );
    let hyperfine: Value = serde_json::from_str(&read("hyperfine.json")).unwrap();
    assert_eq!(
        hyperfine["results"][1]["times"].as_array().unwrap().len(),
        7
    );
    let compared = bench(&[
        "--compare",
        &file("pyperf/A.json").display().to_string(),
        &file("pyperf/B.json").display().to_string(),
    ]);
    assert!(
        text(&compared.stdout).contains("not interleaved"),
        "{}",
        text(&compared.stderr)
    );
}

#[test]
fn an_interrupt_keeps_what_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let command = format!("sh -c 'echo x >> {}'", runs.display());
    let child = Command::new(env!("CARGO_BIN_EXE_keelback"))
        .args([
            "bench",
            "--pairs",
            "100000",
            "-n",
            &named("A", &command),
            "-n",
            &named("B", &command),
        ])
        .env("PATH", "/usr/bin:/bin")
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
