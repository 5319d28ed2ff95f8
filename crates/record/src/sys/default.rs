//! A signal's default action.

use nix::sys::signal::{SigHandler, Signal};

/// Gives `signal` its default action back.
#[expect(unsafe_code, reason = "signal(2)")]
pub(crate) fn restore(signal: Signal) {
    // SAFETY: no handler is installed, so nothing can run in a signal's
    // context.
    let _ = unsafe { nix::sys::signal::signal(signal, SigHandler::SigDfl) };
}
