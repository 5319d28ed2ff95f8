//! Verdicts and exit codes.

use serde_json::Value;

use crate::{bench, named, text};

const LONG: &str = "sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'";

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
