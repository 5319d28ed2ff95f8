//! The signal state this process was born with.
//!
//! Rust's runtime ignores SIGPIPE before `main`, and an ignored signal stays
//! ignored across execve(2): a program started from here would see a changed
//! world. So the state is read before the runtime starts, from `.init_array`,
//! which the dynamic linker (or the static C start-up code) runs first.

use std::sync::atomic::{AtomicU64, Ordering};

/// Signals that were ignored, bit `n - 1` for signal `n`.
static IGNORED: AtomicU64 = AtomicU64::new(0);
/// Signals that were blocked, bit `n - 1` for signal `n`.
static BLOCKED: AtomicU64 = AtomicU64::new(0);

/// Signals are numbered 1 to 64 (signal(7)).
pub(crate) const SIGNALS: std::ops::RangeInclusive<i32> = 1..=64;

#[used]
#[expect(unsafe_code, reason = "the one way to run before Rust's runtime does")]
// SAFETY: `.init_array` holds pointers to functions of this very type; `note`
// calls nothing but sigaction(2), sigprocmask(2) and atomics, none of which
// needs an initialised runtime.
#[unsafe(link_section = ".init_array")]
static NOTE: extern "C" fn() = note;

extern "C" fn note() {
    IGNORED.store(bits(is_ignored), Ordering::Relaxed);
    let mask = current_mask();
    BLOCKED.store(bits(|signal| is_member(&mask, signal)), Ordering::Relaxed);
}

fn bits(holds: impl Fn(i32) -> bool) -> u64 {
    SIGNALS.fold(0, |bits, signal| {
        bits | u64::from(holds(signal)) << (signal - 1)
    })
}

/// Was this signal ignored when the process started?
pub(crate) fn ignored(signal: i32) -> bool {
    IGNORED.load(Ordering::Relaxed) >> (signal - 1) & 1 == 1
}

/// The mask of blocked signals that the process started with.
pub(crate) fn mask() -> libc::sigset_t {
    let blocked = BLOCKED.load(Ordering::Relaxed);
    let mut set = empty_set();
    for signal in SIGNALS.filter(|signal| blocked >> (signal - 1) & 1 == 1) {
        add(&mut set, signal);
    }
    set
}

#[expect(unsafe_code, reason = "sigaction(2)")]
fn is_ignored(signal: i32) -> bool {
    // SAFETY: `old` is a plain C struct for which zeroes are valid; a null new
    // action only asks. On failure (the C library's own signals) it is left.
    unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &raw mut old) == 0
            && old.sa_sigaction == libc::SIG_IGN
    }
}

#[expect(unsafe_code, reason = "sigprocmask(2)")]
fn current_mask() -> libc::sigset_t {
    let mut set = empty_set();
    // SAFETY: a null new set only asks; `set` is valid for writing.
    unsafe { libc::sigprocmask(libc::SIG_BLOCK, std::ptr::null(), &raw mut set) };
    set
}

#[expect(unsafe_code, reason = "sigemptyset(3)")]
fn empty_set() -> libc::sigset_t {
    // SAFETY: zeroes are a valid `sigset_t`, which sigemptyset then fills.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        set
    }
}

#[expect(unsafe_code, reason = "sigaddset(3)")]
fn add(set: &mut libc::sigset_t, signal: i32) {
    // SAFETY: `set` was initialised by sigemptyset; a bad number is refused.
    unsafe { libc::sigaddset(set, signal) };
}

#[expect(unsafe_code, reason = "sigismember(3)")]
fn is_member(set: &libc::sigset_t, signal: i32) -> bool {
    // SAFETY: `set` was initialised by sigemptyset; a bad number is refused.
    unsafe { libc::sigismember(set, signal) == 1 }
}
