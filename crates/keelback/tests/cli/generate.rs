//! `doctor`, completions and man pages.

use crate::world::World;

#[test]
fn doctor_says_what_there_is_and_in_a_sentence() {
    let world = World::new();
    let ended = world.run(&["doctor"]);
    assert_eq!(ended.code, Some(0));
    for word in [
        "kernel",
        "btf",
        "cap_bpf",
        "ptrace_scope",
        "Pythons",
        "This user can",
    ] {
        assert!(ended.stdout.contains(word), "no {word:?} in {ended:?}");
    }
}

#[test]
fn doctor_speaks_json() {
    let doctor = World::new().run(&["doctor", "--json"]).json();
    assert_eq!(doctor["version"], 1);
    let abilities = doctor["abilities"].as_array().expect("a list");
    for ability in abilities {
        let remedy = ability["remedy"].as_str().expect("text");
        assert_eq!(ability["ok"], remedy.is_empty(), "{ability}");
    }
    let works = |engine: &&&str| {
        let mut of_it = abilities.iter().filter(|it| it["engine"] == **engine);
        of_it.all(|it| it["required"] == false || it["ok"] == true)
    };
    let best = ["ebpf", "ptrace"].iter().find(works);
    assert_eq!(doctor["engine"], serde_json::json!(best));
    assert_eq!(doctor["can_record"], best.is_some());
    for name in ["ptrace", "seccomp_filter", "no_new_privs", "pid_namespace"] {
        assert!(abilities.iter().any(|it| it["name"] == name), "no {name}");
    }
}

#[test]
fn completions_know_the_commands() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = world.run(&["generate", "completions", shell]).stdout;
        assert!(
            script.contains("syscalls") && script.contains("report-to"),
            "{shell}"
        );
    }
}

#[test]
fn every_command_has_a_man_page() {
    let world = World::new();
    assert_eq!(world.run(&["generate", "man"]).code, Some(0));
    for page in ["keelback.1", "keelback-run.1", "keelback-doctor.1"] {
        let text = std::fs::read_to_string(world.path(page)).expect("a page");
        assert!(text.contains(".TH"), "{page}");
    }
}

#[test]
fn help_tells_the_exit_codes() {
    let help = World::new().run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for word in ["125", "126", "127", "128"] {
        assert!(help.stdout.contains(word), "{help:?}");
    }
}
