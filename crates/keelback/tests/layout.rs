//! `keelback layout` as a script sees it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn layout(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keelback"))
        .arg("layout")
        .args(arguments)
        .current_dir(folder)
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A program of three objects; `None` without a compiler.
fn program() -> Option<tempfile::TempDir> {
    let has_gcc = Command::new("gcc").arg("--version").output().is_ok();
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let source = format!("int {name}(int x) {{ return x * 31 + 7; }}\n");
        fs::write(folder.path().join(format!("{name}.c")), source).unwrap();
    }
    let main = "int one(int), two(int); int main(int n, char **v) { return one(two(n)) == 5; }\n";
    fs::write(folder.path().join("main.c"), main).unwrap();
    let script = "gcc -O1 -c *.c && gcc -o app main.o one.o two.o";
    has_gcc.then(|| {
        let built = Command::new("sh")
            .args(["-c", script])
            .current_dir(folder.path())
            .status();
        assert!(built.unwrap().success());
        folder
    })
}

#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn skip() {
    eprintln!("skipped: no gcc");
}

const RELINK: &str = "gcc -o {out} {dead} {shuffle: main.o one.o two.o}";

#[test]
fn every_link_of_every_build_is_in_the_document() {
    let Some(folder) = program() else {
        return skip();
    };
    let output = layout(
        folder.path(),
        &[
            "--json",
            "--orders",
            "3",
            "--rounds",
            "2",
            "--also",
            "static=gcc -static -o {out} {shuffle: main.o one.o two.o}",
            "--relink",
            RELINK,
            "--",
            "./app",
        ],
    );
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["version"], 1);
    let results = document["results"].as_array().unwrap();
    let families = |result: &Value| -> Vec<(String, usize)> {
        let families = result["families"].as_array().unwrap().iter();
        families
            .map(|family| {
                let links = family["links"].as_array().unwrap().len();
                (family["family"].as_str().unwrap().to_owned(), links)
            })
            .collect()
    };
    let known = [("same", 4), ("orders", 3), ("dead_code", 6)];
    let known = known.map(|(name, links)| (name.to_owned(), links));
    assert_eq!(results[0]["build"], "program");
    assert_eq!(families(&results[0]), known);
    // Without a place for dead code there is none.
    assert_eq!(results[1]["build"], "static");
    assert_eq!(families(&results[1]), known[..2]);
}

#[test]
fn dead_code_is_compared_as_built_and_over_orders() {
    let Some(folder) = program() else {
        return skip();
    };
    let arguments = ["--dead-code", "9", "--pairs", "6", "-o", "result.json"];
    let relink = ["--relink", RELINK, "--", "./app"];
    let output = layout(folder.path(), &[&arguments[..], &relink].concat());
    let stdout = text(&output.stdout);
    assert!(stdout.contains("stock build "), "{stdout}");
    assert!(stdout.contains("average over layouts "), "{stdout}");
    assert!(
        stdout.contains("link order alone moves as it is by "),
        "{stdout}"
    );
    let stderr = text(&output.stderr);
    assert!(stderr.contains("the dead code moves "), "{stderr}");
    let file = fs::read(folder.path().join("result.json")).unwrap();
    let document: Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(document["comparisons"][1]["b"], "with dead code");
    assert_eq!(document["lessons"][0]["stock"], "stock build");
}

#[test]
fn what_cannot_work_is_said_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (&["."][..], "no Makefile"),
        (
            &["--relink", "cc -o {out} a.o", "--", "true"],
            "every link would be the same",
        ),
        (
            &[
                "--dead-code",
                "3",
                "--relink",
                "cc -o {out} {shuffle: a.o}",
                "--",
                "true",
            ],
            "write {dead} in front",
        ),
        (
            &[
                "--also",
                "x",
                "--relink",
                "cc -o {out} {shuffle: a.o}",
                "--",
                "true",
            ],
            "write NAME=FOLDER",
        ),
    ];
    for (arguments, sentence) in cases {
        let output = layout(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(125), "{arguments:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains(sentence), "{stderr}");
    }
}
