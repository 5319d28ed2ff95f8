//! What a signal does when it arrives.

use nix::sys::signal::{SigHandler, Signal};

/// Gives `signal` its default action back.
pub(crate) fn restore(signal: Signal) {
    set(signal, SigHandler::SigDfl);
}

/// Has `signal` do nothing.
pub(crate) fn ignore(signal: Signal) {
    set(signal, SigHandler::SigIgn);
}

#[expect(unsafe_code, reason = "signal(2)")]
fn set(signal: Signal, action: SigHandler) {
    // SAFETY: neither action is a handler, so nothing can run in a signal's
    // context.
    let _ = unsafe { nix::sys::signal::signal(signal, action) };
}
