//! `keelback elevated`: what `--elevate` starts with more rights.

use std::os::fd::{AsFd, OwnedFd};

use keelback_record::elevated::serve;

use crate::exit::Ending;
use crate::ui::Failure;

pub(super) fn elevated() -> Result<Ending, Failure> {
    let own = |fd: std::io::Result<OwnedFd>| fd.map_err(|it| Failure::io("no line", &it));
    let input = own(std::io::stdin().as_fd().try_clone_to_owned())?;
    let output = own(std::io::stdout().as_fd().try_clone_to_owned())?;
    serve(caller(), input, output).map_err(|error| {
        Failure::io("nobody gave an order: keelback run --elevate does", &error)
    })?;
    Ok(Ending::SUCCESS)
}

/// Who had this process raised. A set-user-ID program leaves the real user as it
/// is; the others change that, too, and say in the environment whom they serve
/// (sudo(8), pkexec(1), doas(1)). Only they are believed: who still is another
/// user can have set the variables.
fn caller() -> u32 {
    let own = nix::unistd::getuid();
    let told = |name| std::env::var(name).ok();
    let number = |name| told(name).and_then(|it| it.parse().ok());
    let by_name = || {
        let user = nix::unistd::User::from_name(&told("DOAS_USER")?).ok()??;
        Some(user.uid.as_raw())
    };
    let served = || {
        number("SUDO_UID")
            .or_else(|| number("PKEXEC_UID"))
            .or_else(by_name)
    };
    let served = own.is_root().then(served).flatten();
    served.unwrap_or(own.as_raw())
}
