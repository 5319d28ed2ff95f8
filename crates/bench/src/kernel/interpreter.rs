//! The executable behind whatever starts a Python.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

use crate::run::Side;

const ASK: &str = "import sys; sys.stdout.write(sys.executable)";

/// The side with its launcher (a pyenv shim, a shell script) replaced by the
/// interpreter it starts, if that one starts alone just as well.
///
/// A launcher's pages are not the interpreter's; only the executable itself can
/// be placed anew for every run.
pub fn without_launcher(mut side: Side) -> Side {
    if let Some(executable) = executable_of(&side, &side.argv[0])
        && executable_of(&side, &executable).as_ref() == Some(&executable)
    {
        side.argv[0] = executable;
    }
    side
}

fn executable_of(side: &Side, program: &OsStr) -> Option<OsString> {
    let mut command = Command::new(program);
    command
        .args(&side.argv[1..])
        .args(["-c", ASK])
        .env_clear()
        .envs(side.env.variables())
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    if let Some(cwd) = &side.cwd {
        command.current_dir(cwd);
    }
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    (!output.stdout.is_empty()).then(|| OsStr::from_bytes(&output.stdout).to_owned())
}
