//! `--json` is a contract: these names are there, with these types.

use keelback_analysis::By;
use keelback_report::json;
use serde_json::Value;

use crate::reports::story;

/// Every document says where it comes from.
fn has_head(document: &Value) {
    assert_eq!(document["version"], 1);
    has(document, &["engine", "mode"], Value::is_string);
    has(document, &["findings", "interpreters"], Value::is_array);
    assert!(document["losses"].is_object());
    for finding in items(document, "findings") {
        has(
            finding,
            &["id", "severity", "text", "next"],
            Value::is_string,
        );
        assert!(finding["evidence"].is_object());
    }
    for python in items(document, "interpreters") {
        has(python, &["pid"], Value::is_u64);
        has(python, &["version", "build"], Value::is_string);
        has(python, &["stripped", "free_threaded"], Value::is_boolean);
    }
}

fn has(object: &Value, names: &[&str], is: fn(&Value) -> bool) {
    for name in names {
        assert!(is(&object[name]), "{name} of {object}");
    }
}

fn items<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object[name].as_array().expect("a list")
}

#[test]
fn the_verdict() {
    let verdict = keelback_analysis::verdict(&story("crawler")).expect("memory");
    let document = json::verdict(&verdict);
    has_head(&document);
    assert!(!items(&document, "findings").is_empty());
    for thread in items(&document, "threads") {
        let parts = items(&thread["budget"], "parts");
        let sum: u64 = parts.iter().filter_map(|part| part["ns"].as_u64()).sum();
        assert_eq!(thread["budget"]["wall_ns"], sum);
    }
}

#[test]
fn system_calls() {
    let table = keelback_analysis::syscalls(&story("loader"), Some(By::Line)).expect("memory");
    let document = json::syscalls(&table);
    has_head(&document);
    for call in items(&document, "syscalls") {
        has(call, &["name"], Value::is_string);
        has(call, &["count", "time_ns", "calibrated_ns"], Value::is_u64);
        assert!(call["errors"].is_object());
    }
    for group in items(&document, "groups") {
        has(group, &["key"], Value::is_string);
        has(group, &["count", "time_ns"], Value::is_u64);
    }
    assert!(!items(&document, "futex").is_empty());
    for futex in items(&document, "futex") {
        has(futex, &["class"], Value::is_string);
        has(futex, &["count", "wait_ns"], Value::is_u64);
    }
}

#[test]
fn groups_only_when_asked_for() {
    let table = keelback_analysis::syscalls(&story("loader"), None).expect("memory");
    assert!(json::syscalls(&table).get("groups").is_none());
}

#[test]
fn the_gil() {
    let report = keelback_analysis::gil(&story("crawler")).expect("memory");
    let document = json::gil(&report);
    has_head(&document);
    for thread in items(&document, "threads") {
        has(thread, &["name"], Value::is_string);
        let times = ["cpu_ns", "gil_wait_ns", "gil_hold_ns", "forced_switch_ns"];
        has(thread, &times, Value::is_u64);
        has(thread, &["tid", "blocked_ns", "runqueue_ns"], Value::is_u64);
    }
    assert!(!items(&document, "waits").is_empty());
    for wait in items(&document, "waits") {
        has(wait, &["waiter_frame", "holder_frame"], Value::is_string);
        let numbers = ["waiter_tid", "holder_tid", "count", "total_ns", "max_ns"];
        has(wait, &numbers, Value::is_u64);
    }
    has(&document["handovers"], &["known", "total"], Value::is_u64);
}
