//! What raises the recorder.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use keelback_record::launch;

use crate::ui::Failure;

/// In the order in which they are looked for.
const KNOWN: [&str; 3] = ["sudo", "doas", "pkexec"];

/// The words that start the raised recorder: by what was asked for, or by the
/// first that is there.
///
/// # Errors
/// When there is none.
pub(super) fn words(asked: &OsStr) -> Result<Vec<OsString>, Failure> {
    let own = std::env::current_exe()
        .map_err(|error| Failure::io("cannot find keelback itself", &error))?;
    Ok(with(front(asked)?, own))
}

fn front(asked: &OsStr) -> Result<Vec<OsString>, Failure> {
    if asked.is_empty() {
        let found = KNOWN.iter().find_map(|it| launch::find(OsStr::new(it)));
        return found.map(|it| vec![it.into()]).ok_or_else(|| {
            Failure::new("nothing here can raise the recorder: no sudo, doas or pkexec in PATH")
                .hint("--elevate=PROGRAM names another")
        });
    }
    let words = asked.to_str().and_then(shlex::split).unwrap_or_default();
    match words.is_empty() {
        true => Err(Failure::new(
            "--elevate=WITH wants a program and its arguments",
        )),
        false => Ok(words.into_iter().map(OsString::from).collect()),
    }
}

fn with(mut front: Vec<OsString>, own: PathBuf) -> Vec<OsString> {
    front.extend([own.into(), "elevated".into()]);
    front
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_have_arguments() {
        let words = words(OsStr::new("sudo -A --")).expect("three words");
        assert_eq!(words[..3], ["sudo", "-A", "--"]);
        assert_eq!(words[4..], ["elevated"]);
        assert!(super::words(OsStr::new("\"")).is_err());
    }
}
