//! What is learned beside time.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{bench, json, named, text};

fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Why a recording cannot be made here, if so.
fn cannot_record() -> bool {
    let doctor = Command::new(env!("CARGO_BIN_EXE_keelback"))
        .args(["doctor", "--json"])
        .output();
    let diagnosis: Value = serde_json::from_slice(&doctor.unwrap().stdout).unwrap();
    diagnosis["can_record"] == false
}

#[test]
fn recordings_say_what_the_sides_do_differently() {
    if cannot_record() {
        return skipped("this user cannot record");
    }
    // Seven more calls that fail, and nothing else that is worth naming.
    let look = |times: usize| {
        format!(
            "sh -c '{}'",
            "test -e /no/such/file || ".repeat(times) + ":"
        )
    };
    let sides = [named("A", &look(3)), named("B", &look(10))];
    let arguments = [
        "--json",
        "--explain",
        "--instructions",
        "never",
        "--pairs",
        "1",
    ];
    let output = bench(&[&arguments[..], &["-n", &sides[0], "-n", &sides[1]]].concat());
    let document = json(&output);
    let [explained] = document["explain"].as_array().unwrap().as_slice() else {
        panic!("{document}");
    };
    assert_eq!(
        (&explained["a"], &explained["b"]),
        (&"A".into(), &"B".into())
    );
    let rows = explained["rows"].as_array().unwrap();
    let failed = rows.iter().find(|row| row["subject"] == "failed_syscalls");
    let failed = failed.unwrap_or_else(|| panic!("{explained:#} {}", text(&output.stderr)));
    assert_eq!(failed["differs"], true, "{explained:#}");
    let [a, b] = ["a", "b"].map(|side| failed["parts"][0][side].as_u64().unwrap());
    assert_eq!(
        (failed["parts"][0]["name"].as_str(), b - a),
        (Some("ENOENT"), 7)
    );
}

#[test]
fn a_run_that_fails_under_the_recorder_does_not_cost_the_results() {
    if cannot_record() {
        return skipped("this user cannot record");
    }
    // Two trials and a pair, then the recorded run.
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("count").display().to_string();
    let script = format!("sh -c 'echo x >> {count}; [ $(wc -l < {count}) -le 3 ]'");
    let output = bench(&[
        "--explain",
        "--instructions",
        "never",
        "--no-self-check",
        "--pairs",
        "1",
        "-n",
        &named("A", &script),
        "-n",
        "B=true",
    ]);
    assert!(
        text(&output.stdout).starts_with("B against A  "),
        "{}",
        text(&output.stdout)
    );
    assert!(
        text(&output.stderr).contains("--explain: A: its recorded run ended with exit status 1"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn instructions_tell_more_work_from_the_same() {
    if !Path::new("/usr/bin/valgrind").exists()
        && !Path::new("/sys/bus/event_source/devices/cpu").exists()
    {
        return skipped("nothing here counts instructions");
    }
    let spin = |turns: u32| format!("sh -c 'i=0; while [ $i -lt {turns} ]; do i=$((i+1)); done'");
    let sides = [
        named("A", &spin(2_000)),
        named("B", &spin(2_000)),
        named("C", &spin(4_000)),
    ];
    let arguments = ["--json", "--instructions", "always", "--pairs", "1"];
    let output = bench(
        &[
            &arguments[..],
            &["-n", &sides[0], "-n", &sides[1], "-n", &sides[2]],
        ]
        .concat(),
    );
    let document = json(&output);
    let counts = document["instructions"][0]["sides"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", text(&output.stderr)));
    let [a, b, c] = [0, 1, 2].map(|side| counts[side].as_f64().unwrap());
    assert!((b / a - 1.0).abs() < 0.002, "{a} {b}");
    assert!(c / a > 1.2, "{a} {c}");
}
