//! Where recording is not permitted, keelback says so and what would help.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result, ensure};
use nix::unistd::geteuid;

use crate::keelback::{Ended, Run, binary};
use crate::scratch::Scratch;
use crate::trial::{Skip, Trial};

/// How keelback begins when it, or this kernel, may not record.
const REFUSALS: &[&str] = &[
    "this user may not record here",
    "this kernel cannot record",
    "cannot record in this PID namespace",
];

/// The one trial.
pub(super) fn trials() -> Vec<Trial> {
    vec![Trial::new("a user who may not record", refused).without_recording()]
}

/// Why this machine cannot record, in the recorder's own words; `None` when it
/// can. Only a recorder that says so cleanly counts: one that is broken fails.
pub(super) fn cannot_record() -> Result<Option<String>> {
    let scratch = Scratch::new()?;
    let trace = scratch.file("trace.kb").into_os_string();
    let words = [
        "run".into(),
        "--engine".into(),
        "ebpf".into(),
        "-o".into(),
        trace,
        "--".into(),
        OsString::from("true"),
    ];
    let ended = Run::keelback(&scratch, words)?.finish()?;
    scratch.remove();
    Ok(refusal(&ended).map(str::to_owned))
}

fn refusal(ended: &Ended) -> Option<&str> {
    let is_refusal = |line: &&str| REFUSALS.iter().any(|it| line.contains(it));
    ended.stderr.lines().find(is_refusal)
}

/// Runs it as nobody, who has no capability. The binary is copied: the folder
/// where it was built may be closed to others.
fn refused(scratch: &Scratch) -> Result<()> {
    if !geteuid().is_root() {
        return Err(Skip("only root can become nobody".into()).into());
    }
    let copy = scratch.file("keelback");
    fs::copy(binary()?, &copy)?;
    fs::set_permissions(scratch.folder(), fs::Permissions::from_mode(0o777))?;
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"].map(OsString::from);
    let own = [
        copy.into_os_string(),
        "run".into(),
        "--engine".into(),
        "ebpf".into(),
        "--".into(),
        "echo".into(),
        "begun".into(),
    ];
    let ended = Run::new(scratch, "setpriv", nobody.into_iter().chain(own)).finish()?;
    ended.expect_code(125)?;
    refusal(&ended).with_context(|| format!("it does not say why\n{ended}"))?;
    ensure!(ended.stderr.contains("setcap"), "no remedy\n{ended}");
    ensure!(
        !ended.stdout.contains("begun"),
        "it ran what it could not record\n{ended}"
    );
    Ok(())
}
