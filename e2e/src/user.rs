//! An ordinary user: no capability, no group, nothing of one's own but a folder.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use nix::unistd::{Uid, User, geteuid};

use crate::keelback::{Run, binary};
use crate::scratch::Scratch;
use crate::trial::Skip;

const SETPRIV: &str = "/usr/bin/setpriv";

/// Why nobody can be made an ordinary user here; `None` when one can.
pub fn obstacle() -> Option<&'static str> {
    match (geteuid().is_root(), Path::new(SETPRIV).exists()) {
        (false, _) => Some("only root can become somebody else"),
        (_, false) => Some("setpriv is not installed"),
        (true, true) => None,
    }
}

/// keelback with these words, as somebody who can get no capability at all.
///
/// # Errors
/// [`Skip`] where nobody can become somebody else.
pub fn keelback(scratch: &Scratch, words: Vec<OsString>) -> Result<Run<'_>> {
    let never = ["--bounding-set=-all", "--inh-caps=-all"];
    let all = never.map(OsString::from).into_iter();
    let all = all.chain([reachable_binary()?.into()]).chain(words);
    run(scratch, all.collect())
}

/// The same, for somebody who could become root by a set-user-ID program.
///
/// # Errors
/// [`Skip`] where nobody can become somebody else.
pub fn bounded(scratch: &Scratch, words: Vec<OsString>) -> Result<Run<'_>> {
    let own = reachable_binary()?.into();
    run(scratch, [own].into_iter().chain(words).collect())
}

/// Any command as somebody who has no other process and whose folder the
/// trial's becomes.
///
/// # Errors
/// [`Skip`] where nobody can become somebody else.
pub fn run(scratch: &Scratch, command: Vec<OsString>) -> Result<Run<'_>> {
    if let Some(why) = obstacle() {
        return Err(Skip(why.into()).into());
    }
    let uid = nobodys()?;
    nix::unistd::chown(scratch.folder(), Some(Uid::from_raw(uid)), None)?;
    let who = [
        format!("--reuid={uid}"),
        format!("--regid={uid}"),
        "--clear-groups".into(),
    ];
    let all = who.map(OsString::from).into_iter().chain(command);
    Ok(Run::new(scratch, SETPRIV, all))
}

/// Can others read this file, and execute it?
pub fn may_execute(file: &Path) -> bool {
    let Ok(real) = fs::canonicalize(file) else {
        return false;
    };
    let allows = |path: &Path, bits| fs::metadata(path).is_ok_and(|it| it.mode() & bits == bits);
    allows(&real, 0o5) && real.ancestors().skip(1).all(|folder| allows(folder, 0o1))
}

/// A user id that no account has.
fn nobodys() -> Result<u32> {
    let free = |uid: &u32| matches!(User::from_uid(Uid::from_raw(*uid)), Ok(None));
    (54_321..54_421)
        .find(free)
        .context("every user id is taken")
}

/// The binary, or a copy of it where others may go.
fn reachable_binary() -> Result<PathBuf> {
    static COPY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let copy = COPY.get_or_init(|| reach().map_err(|error| format!("{error:#}")));
    copy.clone().map_err(anyhow::Error::msg)
}

fn reach() -> Result<PathBuf> {
    let own = binary()?;
    if may_execute(own) {
        return Ok(own.to_owned());
    }
    let folder = Scratch::new()?;
    fs::set_permissions(folder.folder(), fs::Permissions::from_mode(0o755))?;
    let copy = folder.file("keelback");
    fs::copy(own, &copy)?;
    Ok(copy)
}
