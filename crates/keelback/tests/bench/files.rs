//! Files that results are written to, and read from.

use std::fs;

use serde_json::Value;

use crate::{bench, json, named, text};

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
