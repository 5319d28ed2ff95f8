//! Files that results are written to, and read from.

use std::fs;

use serde_json::Value;

use crate::{bench, text};

#[test]
fn files_are_written_in_the_format_of_their_extension() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let paths =
        ["r.json", "r.md", "r.csv", "r.svg", "r.html"].map(|name| file(name).display().to_string());
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
    let page = read("r.html");
    assert!(page.starts_with("<!doctype html>") && page.contains(&read("r.svg")));
    assert!(
        !page.contains("<script") && !page.contains("src=") && !page.contains("href="),
        "a page that needs nothing else"
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

/// Both of hyperfine's schemas, written, checked by hand, and read again.
#[test]
fn hyperfines_schemas_are_written_and_read() {
    let folder = tempfile::tempdir().unwrap();
    for schema in ["1", "2"] {
        let file = folder.path().join(schema).display().to_string();
        bench(&[
            "--pairs",
            "6",
            "--hyperfine-schema",
            schema,
            "--export-hyperfine",
            &file,
            "--",
            "true",
            "--",
            "true",
        ]);
        let document: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let result = &document["results"][0];
        assert_eq!(result["command"], "A");
        let (wall, median, code) = match schema {
            "1" => (
                &result["times"][0],
                &result["median"],
                &result["exit_codes"][5],
            ),
            _ => (
                &result["measurements"][0]["time_wall_clock"]["value"],
                &result["summary"]["time_wall_clock"]["median"],
                &result["measurements"][5]["exit_code"],
            ),
        };
        assert!(wall.as_f64().unwrap() > 0.0 && median.as_f64().unwrap() > 0.0);
        assert_eq!(code, 0);
        let compared = bench(&["--compare", &file, &file]);
        let told = text(&compared.stdout);
        assert_eq!(told.matches("not interleaved").count(), 2, "{told}");
        assert!(text(&compared.stderr).contains(&format!("hyperfine {schema}")));
    }
}
