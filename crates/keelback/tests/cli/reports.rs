//! Reports of a recording that is there.

use crate::world::{World, json_file};

#[test]
fn a_report_is_data_on_stdout() {
    let world = World::new();
    world.recording("t.kb");
    for command in ["report", "syscalls", "gil"] {
        let ended = world.run(&[command, "t.kb"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(
            !ended.stdout.is_empty() && ended.stderr.is_empty(),
            "{ended:?}"
        );
        assert!(!ended.stdout.contains('\x1b'), "{ended:?}");
    }
}

#[test]
fn json_has_a_version() {
    let world = World::new();
    world.recording("t.kb");
    for command in ["report", "syscalls", "gil"] {
        assert_eq!(world.run(&[command, "t.kb", "--json"]).json()["version"], 1);
    }
}

#[test]
fn calls_are_counted_and_grouped() {
    let world = World::new();
    world.recording("t.kb");
    for by in [
        "function", "line", "module", "purpose", "path", "thread", "process",
    ] {
        let words = ["syscalls", "t.kb", "--by", by, "--sort", "calls", "--json"];
        let report = world.run(&words).json();
        assert_eq!(report["syscalls"][0]["name"], "openat");
        assert_eq!(report["syscalls"][0]["count"], 3);
        assert_eq!(report["groups"][0]["count"], 3, "{by}");
    }
}

#[test]
fn a_report_goes_where_it_is_sent() {
    let world = World::new();
    world.recording("t.kb");
    let ended = world.run(&["report", "t.kb", "--report-to", "verdict.json"]);
    assert!(ended.stdout.is_empty(), "{ended:?}");
    assert_eq!(json_file(&world.path("verdict.json"))["version"], 1);

    world.run(&[
        "report",
        "t.kb",
        "--color=always",
        "--report-to",
        "verdict.txt",
    ]);
    let text = std::fs::read_to_string(world.path("verdict.txt")).expect("a report");
    assert!(!text.is_empty() && !text.contains('\x1b'), "{text}");
}

#[test]
fn a_report_is_a_page_where_its_name_says_so() {
    let world = World::new();
    world.recording("t.kb");
    for command in ["report", "gil", "locks", "syscalls"] {
        let ended = world.run(&[command, "t.kb", "--report-to", "page.html"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stdout.is_empty(), "{ended:?}");
        let page = std::fs::read_to_string(world.path("page.html")).expect("a page");
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
        assert_eq!(page.contains("<svg "), command != "syscalls", "{command}");
    }
}

#[test]
fn threads_are_drawn_beside_the_report_and_by_an_export() {
    let world = World::new();
    world.recording("t.kb");
    for words in [["gil", "t.kb", "--svg"], ["locks", "t.kb", "--svg"]] {
        let ended = world.run(&[&words[..], &["beside.svg"]].concat());
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(!ended.stdout.is_empty(), "{ended:?}");
    }
    assert_eq!(
        world.run(&["export", "t.kb", "-o", "export.svg"]).code,
        Some(0)
    );
    let [beside, export] = ["beside.svg", "export.svg"]
        .map(|name| std::fs::read_to_string(world.path(name)).expect("a picture"));
    assert!(beside.starts_with("<svg ") && beside.contains("<g><title>"));
    assert_eq!(beside, export);

    let ended = world.run(&["gil", "t.kb", "--svg", "no/such/folder.svg"]);
    assert_eq!(ended.code, Some(125), "{ended:?}");
}

#[test]
fn a_torn_recording_says_that_it_is_torn() {
    let world = World::new();
    world.torn_recording("t.kb");
    for name in ["t.kb", "t.kb.partial"] {
        let ended = world.run(&["syscalls", name, "--json"]);
        assert!(ended.stderr.contains("cut off"), "{ended:?}");
        assert_eq!(ended.json()["syscalls"][0]["count"], 3);
    }
}

#[test]
fn the_last_recording_need_not_be_named() {
    let world = World::new();
    let trace = world.recording("t.kb");
    let state = world.path("state/keelback");
    std::fs::create_dir_all(&state).expect("a folder");
    std::fs::write(state.join("last"), trace.as_os_str().as_encoded_bytes()).expect("a file");
    let ended = world.run(&["report"]);
    assert_eq!(ended.code, Some(0));
    let named = format!("keelback: the last recording: {}\n", trace.display());
    assert_eq!(ended.stderr, named);
}

#[test]
fn events_are_exported_as_lines_of_json() {
    let world = World::new();
    world.recording("t.kb");
    let ended = world.run(&["export", "t.kb", "-f", "json"]);
    let lines: Vec<serde_json::Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 1 + 3, "{ended:?}");
    assert_eq!(lines[0]["version"], 1);

    world.run(&["export", "t.kb", "-o", "events.json"]);
    let written = std::fs::read_to_string(world.path("events.json")).expect("a file");
    assert_eq!(written, ended.stdout);
}

#[test]
fn an_export_replaces_nothing_unasked() {
    let world = World::new();
    world.recording("t.kb");
    std::fs::write(world.path("events.json"), "precious").expect("a file");
    let words = ["export", "t.kb", "-o", "events.json"];
    let ended = world.run(&words);
    assert_eq!(ended.code, Some(125));
    assert!(ended.stderr.contains("--force"), "{ended:?}");
    let read = || std::fs::read_to_string(world.path("events.json")).expect("a file");
    assert_eq!(read(), "precious");

    let forced = [&words[..], &["--force"]].concat();
    assert_eq!(world.run(&forced).code, Some(0));
    assert!(read().starts_with('{'));
}

#[test]
fn a_dataset_is_made_beside_the_recording() {
    let world = World::new();
    world.recording("t.kb");
    let ended = world.run(&["export", "t.kb", "-f", "parquet"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let made = std::fs::read_dir(world.path("t.parquet")).expect("a folder");
    assert!(made.count() > 0);
}
