//! Waits for the GIL that pass the filter.
//!
//! A filter sees numbers, and no program's memory: it is made before the program
//! has any. But files are mapped by whole pages, so it knows where in its page
//! the GIL of an interpreter will lie, and what else there looks like the same
//! wait is rare: other words with these twelve bits.
//!
//! - Its mutexes are held for less than a microsecond. A thread that is stopped
//!   there often has the GIL's turn already, and everybody waits for it.
//! - The time-limited waits on its condition variable end and begin anew every
//!   switch interval, and a forced switch is the moment of the hand-over. They
//!   pass where the kernel's own notes tell of them ([`quiet`](super::quiet)).

use keelback_python::Build;
use libc::sock_filter;

use super::filter::{ALLOW, AND, IF_EQUAL, argument, jump, plain};

/// Where in its page a word lies, and a filter can tell.
const PAGE_BITS: u32 = 0xfff;
/// Bytes from a `pthread_cond_t` to the words that threads sleep on: glibc's
/// `__g_signals`, from 2.25 on and from 2.41 on (nptl/pthread_cond_wait.c).
const SIGNALS: [u16; 4] = [40, 44, 32, 36];
/// How glibc waits for a mutex: `FUTEX_WAIT_PRIVATE` while it is 2, "locked and
/// wanted" (nptl/lowlevellock.c: __lll_lock_wait).
const FUTEX_WAIT_PRIVATE: u32 = 0x80;
const WANTED: u32 = 2;
/// Where allocators put things, and so the semaphores of Python's locks, which
/// are slept on just as a condition variable is (malloc(3)).
const ALLOCATED: u32 = 16;

/// The places that waits pass at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passing {
    /// Of the GIL's mutexes.
    mutexes: Vec<u32>,
    /// Of words to be slept on for the GIL, with a limit.
    turns: Vec<u32>,
    /// Of those in a forced switch, without one, where no semaphore can be.
    switches: Vec<u32>,
}

impl Passing {
    /// Of this interpreter's GIL; `turns`: may waits for it pass, or those for
    /// its mutexes only?
    pub(super) fn of(build: &Build, turns: bool) -> Passing {
        let (Some(gil), Some(runtime)) = (build.gil, build.runtime) else {
            return Passing::default();
        };
        let words = gil.words;
        let place = |offset: u16| {
            let address = gil.main.of(runtime.address) + u64::from(offset);
            address as u32 & PAGE_BITS
        };
        let signals = |cond: u16| SIGNALS.iter().map(move |it| place(cond + it));
        let mut passing = Passing {
            mutexes: vec![place(words.mutex.0), place(words.switch_mutex.0)],
            ..Passing::default()
        };
        if turns {
            passing.turns.extend(signals(words.cond.0));
            let switches = signals(words.switch_cond.0);
            passing
                .switches
                .extend(switches.filter(|it| it % ALLOCATED != 0));
        }
        passing
    }

    #[cfg(test)]
    pub(super) fn at(mutexes: &[u32], turns: &[u32], switches: &[u32]) -> Passing {
        Passing {
            mutexes: mutexes.into(),
            turns: turns.into(),
            switches: switches.into(),
        }
    }

    /// Do waits for the GIL pass?
    pub(super) fn lets_turns_pass(&self) -> bool {
        !self.turns.is_empty()
    }

    /// Does a wait with these arguments of futex(2) pass? As in the filter.
    pub(super) fn holds(&self, args: &[u64; 6]) -> bool {
        let [place, op, value, limit] = [
            args[0] as u32 & PAGE_BITS,
            args[1] as u32,
            args[2] as u32,
            args[3] as u32,
        ];
        let is_mutex = op == FUTEX_WAIT_PRIVATE && value == WANTED;
        let is_turn = limit != 0 && self.turns.contains(&place);
        is_turn || is_mutex && self.mutexes.contains(&place) || self.switches.contains(&place)
    }

    /// The part of a filter that lets them pass; whatever else goes on behind it.
    pub(super) fn rules(&self) -> Vec<sock_filter> {
        let mutexes = self.mutexes.iter().flat_map(|place| {
            let is_wait = [argument(1), jump(IF_EQUAL, FUTEX_WAIT_PRIVATE, 0, 3)];
            let is_wanted = [argument(2), jump(IF_EQUAL, WANTED, 0, 1), ALLOW];
            rule(*place, is_wait.into_iter().chain(is_wanted).collect())
        });
        let turns = self.turns.iter().flat_map(|place| {
            let has_limit = vec![argument(3), jump(IF_EQUAL, 0, 1, 0), ALLOW];
            rule(*place, has_limit)
        });
        let switches = self.switches.iter().flat_map(|it| rule(*it, vec![ALLOW]));
        mutexes.chain(turns).chain(switches).collect()
    }
}

/// What goes on for words at this place of their page.
fn rule(place: u32, then: Vec<sock_filter>) -> Vec<sock_filter> {
    let mut rule = vec![
        argument(0),
        plain(AND, PAGE_BITS),
        jump(IF_EQUAL, place, 0, then.len() as u8),
    ];
    rule.extend(then);
    rule
}
