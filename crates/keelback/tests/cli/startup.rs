//! `keelback startup` of recordings that are there: budgets, comparisons.

use crate::world::World;

#[test]
fn a_budget_that_is_kept_is_no_word() {
    let world = World::new();
    world.recording("t.kb");
    let words = [
        "startup",
        "t.kb",
        "--json",
        "--budget",
        "5ms",
        "--max-syscalls",
        "3",
    ];
    let ended = world.run(&words);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let report = ended.json();
    assert_eq!(report["version"], 1);
    assert_eq!(
        (&report["calls"], &report["untraced_wall_ns"]),
        (&3.into(), &4_000_000.into())
    );
    assert_eq!(report["untraced_is_measured"], true);
}

#[test]
fn an_overrun_has_an_exit_code_of_its_own_and_the_report_all_the_same() {
    let world = World::new();
    world.recording("t.kb");
    let cases = [
        (["--budget", "3ms"], "budget of 3.00 ms"),
        (["--max-syscalls", "2"], "3 system calls, more than 2"),
    ];
    for (limit, said) in cases {
        let ended = world.run(&[&["startup", "t.kb", "--json"][..], &limit].concat());
        assert_eq!(ended.code, Some(124), "{ended:?}");
        assert!(ended.stderr.contains(said), "{ended:?}");
        assert_eq!(ended.json()["calls"], 3);
    }
}

#[test]
fn two_recordings_are_compared() {
    let world = World::new();
    world.recording_of("a.kb", 3);
    world.recording_of("b.kb", 5);
    let words = ["startup", "--compare", "a.kb", "b.kb", "--json"];
    let change = world.run(&words).json();
    assert_eq!(change["version"], 1);
    assert_eq!(change["calls"], serde_json::json!([3, 5]));
    assert_eq!(change["purposes"][0]["calls"], serde_json::json!([3, 5]));

    let over = world.run(&[&words[..], &["--max-syscalls", "4"]].concat());
    assert_eq!(over.code, Some(124), "{over:?}");
    let within = world.run(&[
        "startup",
        "--compare",
        "b.kb",
        "a.kb",
        "--max-syscalls",
        "4",
    ]);
    assert_eq!(within.code, Some(0), "{within:?}");
    assert!(within.stdout.contains("application files"), "{within:?}");
}
