//! What belongs to one machine has no place in the repository.

use std::fs;

use super::Finding;
use crate::tree::{Source, root};

/// Looks for this machine's name, this clone's path, and a home folder.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let marks = marks();
    let hits = |source: &Source| -> Vec<Finding> {
        let lines = source.text.lines().enumerate();
        lines
            .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)))
            .map(|(index, _)| Finding::new(&source.path, index + 1, "names one machine"))
            .collect()
    };
    sources.iter().flat_map(hits).collect()
}

fn marks() -> Vec<String> {
    let host = fs::read_to_string("/etc/hostname").unwrap_or_default();
    let host = Some(host.trim().to_owned()).filter(|name| is_telling(name));
    let clone = Some(root().display().to_string()).filter(|path| is_deep(path));
    // Spelt so that this line is no finding.
    let home = ["", "root", ""].join("/");
    host.into_iter().chain(clone).chain([home]).collect()
}

/// A clone at `/src` would match a part of many a path.
fn is_deep(path: &str) -> bool {
    path.matches('/').count() > 1
}

/// Generated host names have digits; `debian` or `localhost` say nothing.
fn is_telling(host: &str) -> bool {
    host.len() >= 6 && host.contains(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{check, is_deep, is_telling};
    use crate::tree::Source;

    #[test]
    fn a_home_folder_is_found() {
        let home = ["", "root", ".pyenv"].join("/");
        let source = Source {
            path: "a.md".into(),
            text: format!("see {home}\nor /etc/passwd\n"),
        };
        let lines: Vec<usize> = check(&[source]).iter().map(|it| it.line).collect();
        assert_eq!(lines, [1]);
    }

    #[test]
    fn only_generated_host_names_tell() {
        assert!(is_telling("vm-0a1b2c"));
        assert!(!is_telling("localhost"));
        assert!(!is_telling("box1"));
    }

    #[test]
    fn a_short_path_is_nobodys() {
        assert!(is_deep("/home/ada/keelback"));
        assert!(!is_deep("/src"));
    }
}
