//! The size of files, and what must not stand in them.

use super::Finding;
use crate::tree::Source;

/// More lines than this, and there is a second noun in the file.
const CEILING: usize = 600;
const CODE: &[&str] = &["rs", "c", "h", "py", "js"];

/// Looks at length, and at promises of work.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let code = || {
        sources
            .iter()
            .filter(|it| CODE.iter().any(|ext| it.is(ext)))
    };
    let mut found: Vec<Finding> = code().filter_map(too_long).collect();
    found.extend(code().flat_map(promises));
    found
}

fn too_long(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    let what = format!("{lines} lines; the ceiling is {CEILING}");
    (lines > CEILING).then(|| Finding::new(&source.path, 0, what))
}

/// Notes that say that something is missing belong into an issue.
fn promises(source: &Source) -> impl Iterator<Item = Finding> + '_ {
    let notes = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
    ];
    source
        .text
        .lines()
        .enumerate()
        .filter(move |(_, line)| notes.iter().any(|note| line.contains(note)))
        .map(|(index, _)| Finding::new(&source.path, index + 1, "a note instead of the work"))
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
    fn a_long_file_is_found() {
        assert_eq!(found("a.rs", &"\n".repeat(600)), 0);
        assert_eq!(found("a.rs", &"\n".repeat(601)), 1);
        assert_eq!(found("Cargo.lock", &"\n".repeat(601)), 0);
    }

    #[test]
    fn a_promise_is_found() {
        let note = concat!("// TO", "DO: later\n");
        assert_eq!(found("a.rs", note), 1);
        assert_eq!(found("a.md", note), 0);
    }
}
