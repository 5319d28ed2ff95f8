//! Scripts that start an interpreter.

use std::path::{Path, PathBuf};

/// A script's first line: the words after `#!`.
pub(super) fn shebang(text: &str) -> Option<Vec<&str>> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let words: Vec<_> = line.split_whitespace().collect();
    (!words.is_empty()).then_some(words)
}

/// The command that `/usr/bin/env` with these arguments runs.
pub(super) fn env_command<'a>(arguments: &[&'a str]) -> Option<&'a str> {
    let command = |it: &&&str| !it.starts_with('-') && !it.contains('=');
    arguments.iter().find(command).copied()
}

/// Paths in a script that may name a Python: as they stand, and those below a
/// variable, which launchers use for their own directory or its parent.
pub(super) fn named_paths(text: &str, script: &Path) -> Vec<PathBuf> {
    let directory = script.parent().unwrap_or(Path::new("/"));
    let around = [Some(directory), directory.parent()];
    let words = text.split(|it: char| it.is_whitespace() || "\"'`;()=|&<>".contains(it));
    let mut paths = Vec::new();
    for word in words.filter(|it| it.contains("python")) {
        match below_variable(word) {
            Some(rest) => paths.extend(around.iter().flatten().map(|it| it.join(rest))),
            None if word.contains('/') => paths.push(PathBuf::from(word)),
            None => {}
        }
    }
    paths
}

/// `usr/bin/python3` of `$root/usr/bin/python3` or `${root}/usr/bin/python3`.
fn below_variable(word: &str) -> Option<&str> {
    let (variable, rest) = word.split_once('/')?;
    (variable.starts_with('$') && !rest.contains('$')).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_names_the_interpreter() {
        assert_eq!(
            shebang("#! /usr/bin/env -S python3 -I\nimport os"),
            Some(vec!["/usr/bin/env", "-S", "python3", "-I"])
        );
        assert_eq!(shebang("import os"), None);
        assert_eq!(shebang("#!\n"), None);
        assert_eq!(
            env_command(&["-S", "A=1", "python3", "-I"]),
            Some("python3")
        );
        assert_eq!(env_command(&["-S"]), None);
    }

    #[test]
    fn launchers_name_their_python() {
        let text = "#!/bin/sh\nr=$(cd \"$(dirname \"$0\")/..\" && pwd)\n\
                    exec \"$r/lib64/ld.so\" \"${r}/usr/bin/python3.15\" \"$@\" || exec /opt/python3 || venv/bin/python\n";
        let paths = named_paths(text, Path::new("/opt/debian/bin/python3"));
        let expected = [
            "/opt/debian/bin/usr/bin/python3.15",
            "/opt/debian/usr/bin/python3.15",
            "/opt/python3",
            "venv/bin/python",
        ];
        assert_eq!(paths, expected.map(PathBuf::from));
    }
}
