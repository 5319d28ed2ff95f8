//! Signals that reach the recorder while it records.
//!
//! What the keyboard sends (Ctrl-C, Ctrl-\, a lost terminal) reaches the whole
//! foreground process group, the command included, and comes from the kernel.
//! What kill(1), a supervisor or a time limit sends comes from a process and
//! reaches the recorder alone, so it is passed on. Either way the recording goes
//! on until the command ends: what a program does on its way out is worth seeing.
//!
//! Ctrl-Z is left alone: SIGTSTP and SIGCONT reach recorder and command alike.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd, siginfo};
use nix::unistd::Pid;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::session::Stop;
use crate::sys::{birth, disposition};

/// Two interrupts within this time end the recording.
const TWICE: Duration = Duration::from_secs(2);

/// timeout(1) signals its child and then its whole group; such an echo is
/// passed on once.
const ECHO: Duration = Duration::from_millis(100);

/// The signals that would end this process.
const CAUGHT: [Signal; 4] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
];

/// Holds back the signals that would end this process, until it is dropped.
///
/// Make it before any other thread is started: a thread made earlier would
/// still take them. Nesting is fine: the innermost one takes the signals.
#[derive(Debug)]
pub struct Signals {
    fd: SignalFd,
    before: SigSet,
}

/// A signal that was held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caught {
    /// Which.
    pub signal: Signal,
    /// Did the kernel send it (to the whole process group of a terminal)? Else
    /// a process did.
    pub from_terminal: bool,
}

impl Signals {
    /// Begins. From now on a limit on the size of files (`ulimit -f`) is an
    /// error like a full disk, and not this process's death.
    ///
    /// # Errors
    /// What signalfd(2) says: no descriptors left.
    pub fn catch() -> io::Result<Signals> {
        let caught: SigSet = CAUGHT
            .into_iter()
            .filter(|signal| !is_refused(*signal))
            .collect();
        disposition::ignore(Signal::SIGXFSZ);
        let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
        let fd = SignalFd::with_flags(&caught, flags)?;
        let before = caught.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
        Ok(Signals { fd, before })
    }

    /// Sleeps until `other` can be read, a signal has arrived, or `turn`, less
    /// than a second, is over. Can `other` be read?
    ///
    /// # Errors
    /// What poll(2) says.
    pub(crate) fn or_readable(&self, other: impl AsFd, turn: Duration) -> io::Result<bool> {
        let mut fds = [
            PollFd::from_borrowed_fd(other.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.as_fd(), PollFlags::IN),
        ];
        let turn = Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(turn.subsec_nanos()),
        };
        match poll(&mut fds, Some(&turn)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(!fds[0].revents().is_empty()),
            Err(error) => Err(error.into()),
        }
    }

    /// The next signal that arrived, if any.
    pub fn take(&self) -> Option<Caught> {
        std::iter::from_fn(|| self.fd.read_signal().ok().flatten())
            .filter_map(|info| Caught::from_info(&info))
            .find(|caught| !is_for_others(*caught))
    }
}

/// Readable when a signal has arrived.
impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// What arrived and was not taken is dropped: it was meant for the recording,
/// and that is over.
impl Drop for Signals {
    fn drop(&mut self) {
        while self.take().is_some() {}
        let _ = self.before.thread_set_mask();
    }
}

impl Caught {
    fn from_info(info: &siginfo) -> Option<Caught> {
        let signal = Signal::try_from(info.ssi_signo.cast_signed()).ok()?;
        // sigaction(2): SI_KERNEL and other positive codes come from the kernel.
        let from_terminal = info.ssi_code > 0;
        Some(Caught {
            signal,
            from_terminal,
        })
    }
}

/// Who was born ignoring these was meant to outlive them, whoever sends them
/// (nohup(1)).
fn is_refused(signal: Signal) -> bool {
    let refusable = matches!(signal, Signal::SIGHUP | Signal::SIGTERM);
    refusable && birth::ignored(signal as i32)
}

/// A shell without job control has its background jobs ignore the keyboard,
/// because they share its process group. What a process sends is meant.
fn is_for_others(caught: Caught) -> bool {
    caught.from_terminal && birth::ignored(caught.signal as i32)
}

/// Decides what a caught signal means for a recording.
#[derive(Debug)]
pub struct Relay {
    /// The command that was launched; `None` after an attach.
    command: Option<Pid>,
    last: Option<(Signal, Instant)>,
}

/// What to do about a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Orders {
    /// Send it to the command.
    pass_on: bool,
    /// End the recording and keep it.
    end: bool,
}

impl Relay {
    /// For a command that was launched.
    pub fn to_command(pid: u32) -> Relay {
        Relay {
            command: Some(Pid::from_raw(pid.cast_signed())),
            last: None,
        }
    }

    /// For a process that was attached to: it is none of the keyboard's
    /// business, and any signal ends the recording.
    pub fn to_nobody() -> Relay {
        Relay {
            command: None,
            last: None,
        }
    }

    /// Handles everything that has arrived. Call it whenever `signals` is
    /// readable, or once a turn.
    pub fn turn(&mut self, signals: &Signals, stop: &Stop) {
        while let Some(caught) = signals.take() {
            let orders = self.decide(caught, Instant::now());
            if let Some(command) = self.command.filter(|_| orders.pass_on) {
                // A command that has just ended needs it no more.
                let _ = kill(command, caught.signal);
            }
            if orders.end {
                stop.ask();
            }
        }
    }

    fn decide(&mut self, caught: Caught, now: Instant) -> Orders {
        let again = self.since_the_same(caught.signal, now);
        self.last = Some((caught.signal, now));
        if self.command.is_none() {
            return Orders {
                end: true,
                ..Orders::default()
            };
        }
        Orders {
            pass_on: !caught.from_terminal && again.is_none_or(|since| since > ECHO),
            end: caught.signal == Signal::SIGINT && is_twice(caught, again),
        }
    }

    fn since_the_same(&self, signal: Signal, now: Instant) -> Option<Duration> {
        let (last, at) = self.last?;
        (last == signal).then(|| now.duration_since(at))
    }
}

/// An impatient second Ctrl-C, not the echo of a first.
fn is_twice(caught: Caught, again: Option<Duration>) -> bool {
    again.is_some_and(|since| since <= TWICE && (caught.from_terminal || since > ECHO))
}

/// Ends this process by `signal`, so that its parent sees the death that the
/// command died. Leaves no second core file. Returns only for signals that do
/// not end a process.
pub fn die_of(signal: i32) {
    let Ok(signal) = Signal::try_from(signal) else {
        return;
    };
    let _ = nix::sys::prctl::set_dumpable(false);
    disposition::restore(signal);
    let _ = SigSet::from(signal).thread_unblock();
    let _ = nix::sys::signal::raise(signal);
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASS_ON: Orders = Orders {
        pass_on: true,
        end: false,
    };
    const END: Orders = Orders {
        pass_on: false,
        end: true,
    };
    const NOTHING: Orders = Orders {
        pass_on: false,
        end: false,
    };

    fn from_terminal(signal: Signal) -> Caught {
        Caught {
            signal,
            from_terminal: true,
        }
    }

    fn from_process(signal: Signal) -> Caught {
        Caught {
            signal,
            from_terminal: false,
        }
    }

    /// Decisions about signals that arrive at these milliseconds.
    fn decisions(relay: &mut Relay, arrivals: &[(u64, Caught)]) -> Vec<Orders> {
        let start = Instant::now();
        arrivals
            .iter()
            .map(|(ms, caught)| relay.decide(*caught, start + Duration::from_millis(*ms)))
            .collect()
    }

    #[test]
    fn the_keyboard_reaches_the_command_by_itself() {
        let arrivals = [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGHUP];
        for signal in arrivals {
            let mut relay = Relay::to_command(1);
            assert_eq!(
                decisions(&mut relay, &[(0, from_terminal(signal))]),
                [NOTHING]
            );
        }
    }

    #[test]
    fn what_a_process_sends_is_passed_on() {
        for signal in CAUGHT {
            let mut relay = Relay::to_command(1);
            assert_eq!(
                decisions(&mut relay, &[(0, from_process(signal))]),
                [PASS_ON]
            );
        }
    }

    #[test]
    fn a_second_interrupt_in_time_ends_the_recording() {
        let press = from_terminal(Signal::SIGINT);
        let mut relay = Relay::to_command(1);
        let orders = decisions(&mut relay, &[(0, press), (3_000, press), (4_500, press)]);
        assert_eq!(orders, [NOTHING, NOTHING, END]);
    }

    #[test]
    fn an_echo_is_passed_on_once_and_is_no_second_interrupt() {
        let sent = from_process(Signal::SIGINT);
        let mut relay = Relay::to_command(1);
        assert_eq!(
            decisions(&mut relay, &[(0, sent), (1, sent)]),
            [PASS_ON, NOTHING]
        );
    }

    #[test]
    fn any_signal_ends_an_attach() {
        for signal in CAUGHT {
            for caught in [from_terminal(signal), from_process(signal)] {
                assert_eq!(decisions(&mut Relay::to_nobody(), &[(0, caught)]), [END]);
            }
        }
    }
}
