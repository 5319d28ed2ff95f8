//! `keelback run app.py`: a script in the place of a command.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use keelback_record::launch::find;

use crate::ui::Failure;

/// Interpreters to look for, the clearer name first.
const PYTHONS: [&str; 2] = ["python3", "python"];

/// The command that `words` stand for.
///
/// A first word that is a `.py` file is executed as it is if it can be: it is
/// executable and its first line names an interpreter. Else `python3` of `PATH`
/// runs it, which an activated virtual environment has put there.
pub(crate) fn command(words: Vec<OsString>) -> Result<Vec<OsString>, Failure> {
    let Some(script) = words.first().filter(|word| is_script(word)).cloned() else {
        return Ok(words);
    };
    let rest = words.into_iter().skip(1);
    let path = with_folder(&script);
    if find(path.as_os_str()).is_some() && has_shebang(&path) {
        return Ok([path.into_os_string()].into_iter().chain(rest).collect());
    }
    Ok([python()?, script].into_iter().chain(rest).collect())
}

fn is_script(word: &OsStr) -> bool {
    let path = Path::new(word);
    is_source(path) && path.is_file()
}

/// Without a `/` it would be looked up in `PATH`.
fn with_folder(script: &OsStr) -> PathBuf {
    match script.as_encoded_bytes().contains(&b'/') {
        true => script.into(),
        false => Path::new(".").join(script),
    }
}

fn has_shebang(script: &Path) -> bool {
    let mut start = [0; 2];
    let read = File::open(script).and_then(|mut it| it.read_exact(&mut start));
    read.is_ok() && start == *b"#!"
}

fn python() -> Result<OsString, Failure> {
    let python = PYTHONS
        .into_iter()
        .find(|name| find(OsStr::new(name)).is_some());
    python.map(OsString::from).ok_or_else(|| {
        Failure::new("there is no python3 on PATH to run the script with")
            .hint("name the interpreter: keelback run -- /path/to/python SCRIPT")
    })
}

/// A short name for what a command runs: the script's or module's, else its
/// own. Made of characters that are safe in the name of a file.
pub(crate) fn short_name(words: &[OsString]) -> String {
    let words: Vec<&Path> = words.iter().map(Path::new).collect();
    let told = match words[..] {
        [python, script, ..] if is_python(python) && is_source(script) => script,
        [python, option, module, ..] if is_python(python) && option == Path::new("-m") => module,
        [own, ..] => own,
        [] => Path::new(""),
    };
    let name = Path::new(told.file_name().unwrap_or_default());
    match is_source(name) {
        true => safe(&name.with_extension("").to_string_lossy()),
        false => safe(&name.to_string_lossy()),
    }
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "py")
}

fn is_python(command: &Path) -> bool {
    command
        .file_name()
        .is_some_and(|it| it.as_encoded_bytes().starts_with(b"python"))
}

fn safe(name: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let name: String = name
        .chars()
        .map(|c| if keep(c) { c } else { '_' })
        .collect();
    match name.trim_start_matches(['.', '-']) {
        "" => "command".into(),
        name => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn words(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn names_are_those_of_what_runs() {
        for (command, name) in [
            (&["python", "app.py"][..], "app"),
            (&["/usr/bin/python3.11", "/srv/app.py"], "app"),
            (&["python", "-m", "http.server"], "http.server"),
            (&["python", "-c", "pass"], "python"),
            (&["./tool", "x.py"], "tool"),
            (&["./a b.py"], "a_b"),
            (&[".."], "command"),
        ] {
            assert_eq!(short_name(&words(command)), name, "{command:?}");
        }
    }

    fn scripted(text: &str, mode: u32) -> Vec<OsString> {
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("app.py");
        std::fs::write(&script, text).expect("a script");
        std::fs::set_permissions(&script, PermissionsExt::from_mode(mode)).expect("its mode");
        let words = vec![script.clone().into(), "-v".into()];
        let command = command(words).expect("an interpreter");
        let rest = &command[command.len() - 2..];
        assert_eq!(rest, [script.into_os_string(), "-v".into()]);
        command
    }

    #[test]
    fn a_script_that_can_run_by_itself_does() {
        assert_eq!(scripted("#!/usr/bin/env python3\n", 0o755).len(), 2);
    }

    #[test]
    fn other_scripts_get_an_interpreter() {
        for (text, mode) in [("#!/usr/bin/env python3\n", 0o644), ("pass\n", 0o755)] {
            let command = scripted(text, mode);
            assert_eq!(command.len(), 3);
            assert!(is_python(Path::new(&command[0])), "{command:?}");
        }
    }

    #[test]
    fn other_commands_are_left_alone() {
        for command in [&["python", "app.py"][..], &["no-such.py"], &["-m", "pkg"]] {
            let command = words(command);
            assert_eq!(super::command(command.clone()).expect("words"), command);
        }
    }
}
