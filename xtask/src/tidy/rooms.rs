//! What may be done in one place only: printing, exiting, reading the
//! environment, and `unsafe`.

use super::Finding;
use crate::tree::Source;

/// A thing that has a room.
struct Rule {
    /// What the code would say.
    marks: &'static [&'static str],
    /// Folders of `crates/` where it may.
    rooms: &'static [&'static str],
    /// What the reader learns.
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        marks: &["println!", "print!(", "eprintln!", "eprint!(", "dbg!("],
        rooms: &["crates/keelback"],
        why: "only the command prints: stdout is data that others read",
    },
    Rule {
        marks: &["process::exit", "process::abort"],
        rooms: &["crates/keelback"],
        why: "only the command exits: a library must let its caller clean up",
    },
    Rule {
        marks: &["env::var", "env::args"],
        // The child is looked up in `PATH` and gets the environment as it is.
        rooms: &["crates/keelback", "crates/record"],
        why: "only the command reads the environment: a library's caller decides",
    },
    Rule {
        marks: &["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"],
        rooms: &["crates/record", "crates/replay", "crates/bench"],
        why: "unsafe has few rooms, so that a reader can check all of it",
    },
    Rule {
        marks: &[
            "fs::read",
            "File::open",
            "process::Command",
            "Instant::now",
            "SystemTime::now",
        ],
        rooms: &[
            "crates/trace",
            "crates/record",
            "crates/python",
            "crates/keelback",
            "crates/replay",
            "crates/bench",
        ],
        why: "analysis and report are functions of a recording: no live process, file or clock",
    },
];

/// Crates that promise, by attribute, to have no `unsafe` at all.
const FORBID_UNSAFE: &[&str] = &["crates/trace/src/lib.rs", "crates/analysis/src/lib.rs"];

/// Looks for each mark outside its room.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let libraries = || sources.iter().filter(|it| it.is("rs") && is_library(it));
    let mut found: Vec<Finding> = RULES
        .iter()
        .flat_map(|rule| libraries().flat_map(move |source| breaches(rule, source)))
        .collect();
    found.extend(unforbidden(sources));
    found
}

/// Code of the product, not of its tests or examples.
fn is_library(source: &Source) -> bool {
    let parts: Vec<_> = source.path.iter().collect();
    parts.first().is_some_and(|it| *it == "crates") && parts.get(2).is_some_and(|it| *it == "src")
}

fn breaches<'a>(rule: &'a Rule, source: &'a Source) -> impl Iterator<Item = Finding> + 'a {
    let outside = !rule.rooms.iter().any(|room| source.is_under(room));
    source
        .code()
        .filter(move |(_, line)| outside && rule.marks.iter().any(|mark| line.contains(mark)))
        .map(|(number, _)| Finding::new(&source.path, number, rule.why))
}

fn unforbidden(sources: &[Source]) -> impl Iterator<Item = Finding> + '_ {
    sources
        .iter()
        .filter(|it| {
            FORBID_UNSAFE
                .iter()
                .any(|path| it.path.as_os_str() == *path)
        })
        .filter(|it| !it.text.contains("#![forbid(unsafe_code)]"))
        .map(|it| Finding::new(&it.path, 0, "must say #![forbid(unsafe_code)]"))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tree::Source;

    fn found(path: &str, text: &str) -> usize {
        check(&[Source {
            path: path.into(),
            text: text.into(),
        }])
        .len()
    }

    #[test]
    fn printing_has_one_room() {
        let text = "fn f() { println!(\"x\"); }\n";
        assert_eq!(found("crates/report/src/text.rs", text), 1);
        assert_eq!(found("crates/keelback/src/main.rs", text), 0);
        assert_eq!(found("xtask/src/main.rs", text), 0);
    }

    #[test]
    fn comments_and_unit_tests_may_speak_of_anything() {
        assert_eq!(found("crates/report/src/a.rs", "// unsafe { }\n"), 0);
        let tests = "fn f() {}\n#[cfg(test)]\nmod tests { fn g() { println!(); } }\n";
        assert_eq!(found("crates/report/src/a.rs", tests), 0);
    }

    #[test]
    fn a_crate_that_drops_its_promise_is_found() {
        assert_eq!(found("crates/trace/src/lib.rs", "pub mod event;\n"), 1);
        assert_eq!(
            found("crates/trace/src/lib.rs", "#![forbid(unsafe_code)]\n"),
            0
        );
    }
}
