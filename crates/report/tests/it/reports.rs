//! Whole reports. `KEELBACK_UPDATE_STORIES=1 cargo test` writes today's; read
//! the difference before you commit it.

use std::path::{Path, PathBuf};

use keelback_analysis::By;
use keelback_analysis::whatif::switch_interval;
use keelback_report::{Style, json, text};
use keelback_trace::{Memory, Nanos};

use crate::support::script;

pub(crate) fn story(name: &str) -> Memory {
    let text = std::fs::read_to_string(folder().join(format!("{name}.story")));
    script::read(&text.expect("the story is there"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/reports")
}

fn check(file: &str, report: &str) {
    let path = folder().join(file);
    if std::env::var_os("KEELBACK_UPDATE_STORIES").is_some() {
        std::fs::write(&path, report).expect("the report can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(report, expected, "\n{file} reads otherwise:\n{report}");
}

#[test]
fn a_verdict() {
    let verdict = keelback_analysis::verdict(&story("crawler")).expect("memory");
    check(
        "crawler.verdict.txt",
        &text::verdict(&verdict, &Style::PLAIN),
    );
}

#[test]
fn a_verdict_in_a_narrow_window() {
    let verdict = keelback_analysis::verdict(&story("crawler")).expect("memory");
    let narrow = Style {
        width: 72,
        color: false,
    };
    let report = text::verdict(&verdict, &narrow);
    check("crawler.verdict.72.txt", &report);
}

#[test]
fn a_gil_report() {
    let report = keelback_analysis::gil(&story("crawler")).expect("memory");
    check("crawler.gil.txt", &text::gil(&report, &Style::PLAIN));
}

#[test]
fn another_switch_interval() {
    let bounds = switch_interval(&story("crawler"), Nanos(1_000_000)).expect("memory");
    let bounds = bounds.expect("a Python");
    check(
        "crawler.interval.txt",
        &text::other_interval(&bounds, &Style::PLAIN),
    );
    let document = json::other_interval(&bounds);
    for it in document["threads"].as_array().expect("threads") {
        let of = |key: &str| it[key].as_u64().expect("nanoseconds");
        assert!(of("lower_ns") <= of("upper_ns"), "{it}");
        assert!(of("lower_ns") <= of("gil_wait_ns"), "{it}");
    }
}

#[test]
fn calls_that_blocked() {
    let table = keelback_analysis::syscalls(&story("crawler"), Some(By::Line)).expect("memory");
    check(
        "crawler.syscalls.txt",
        &text::syscalls(&table, &Style::PLAIN),
    );
}

#[test]
fn every_call() {
    let table = keelback_analysis::syscalls(&story("loader"), Some(By::Purpose)).expect("memory");
    check(
        "loader.syscalls.txt",
        &text::syscalls(&table, &Style::PLAIN),
    );
}

#[test]
fn a_verdict_as_json() {
    let verdict = keelback_analysis::verdict(&story("loader")).expect("memory");
    let pretty = serde_json::to_string_pretty(&json::verdict(&verdict)).expect("it is JSON");
    check("loader.verdict.json", &format!("{pretty}\n"));
}

/// Colours may be added, nothing else may change.
#[test]
fn colours_change_no_character() {
    let verdict = keelback_analysis::verdict(&story("crawler")).expect("memory");
    let plain = text::verdict(&verdict, &Style::PLAIN);
    let style = Style {
        color: true,
        ..Style::PLAIN
    };
    let coloured = text::verdict(&verdict, &style);
    assert_ne!(coloured, plain);
    assert_eq!(without_escapes(&coloured), plain);
}

fn without_escapes(text: &str) -> String {
    let mut pieces = text.split('\x1b');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain += piece.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain
}
