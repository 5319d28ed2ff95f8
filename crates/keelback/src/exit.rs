//! How keelback ends: with its command's code, by its command's signal, or
//! with a code of its own, as env(1) and timeout(1) do.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};

/// The command takes more than it may; timeout(1) ends so when a time is over.
pub(crate) const OVER_BUDGET: u8 = 124;
/// keelback itself failed.
pub(crate) const OWN_FAILURE: u8 = 125;
/// The command cannot be executed.
pub(crate) const NOT_EXECUTABLE: u8 = 126;
/// The command does not exist.
pub(crate) const NOT_FOUND: u8 = 127;

/// How a run of keelback ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With this exit code.
    Code(u8),
    /// By this signal.
    Signal(i32),
}

impl Ending {
    /// All went well.
    pub(crate) const SUCCESS: Ending = Ending::Code(0);

    /// The ending of the command that was launched.
    pub(crate) fn of_command(wait_status: i32) -> Ending {
        let status = ExitStatus::from_raw(wait_status);
        match (status.code(), status.signal()) {
            (_, Some(signal)) => Ending::Signal(signal),
            // wait(2) keeps eight bits.
            (code, None) => Ending::Code(code.unwrap_or(0) as u8),
        }
    }
}

/// The last thing that `main` does.
///
/// Dying of the same signal lets a shell see that the command was interrupted
/// and not that it chose to exit; should the signal not end this process, the
/// code that shells use for it does.
pub(crate) fn leave(ending: Ending) -> ExitCode {
    match ending {
        Ending::Code(code) => ExitCode::from(code),
        Ending::Signal(signal) => {
            keelback_record::signals::die_of(signal);
            ExitCode::from(128_u8.wrapping_add(signal as u8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_statuses() {
        assert_eq!(Ending::of_command(7 << 8), Ending::Code(7));
        assert_eq!(Ending::of_command(0), Ending::SUCCESS);
        assert_eq!(Ending::of_command(15), Ending::Signal(15));
        // With a core dump.
        assert_eq!(Ending::of_command(0x80 | 11), Ending::Signal(11));
    }
}
