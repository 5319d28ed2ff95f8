//! futex(2)'s second argument.

use keelback_trace::Call;

/// The number of futex(2) on x86-64.
pub const NR_FUTEX: u16 = 202;

/// The operations that matter here (`linux/futex.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FutexOp {
    /// `FUTEX_WAIT`: a plain wait, as C libraries' mutexes use it. CPython's
    /// own locks wait on semaphores and condition variables instead.
    Wait,
    /// `FUTEX_WAIT_BITSET`: semaphores and condition variables.
    WaitBitset,
    /// `FUTEX_LOCK_PI` and its kin: priority-inheriting mutexes.
    LockPi,
    /// Any kind of wake.
    Wake,
    /// Something else.
    Other,
}

impl FutexOp {
    /// The operation of a futex call; private and clock flags do not matter.
    pub fn of(call: Call) -> FutexOp {
        match call.args[1] & 0x7f {
            0 => FutexOp::Wait,
            9 | 11 => FutexOp::WaitBitset,
            6 | 8 | 13 => FutexOp::LockPi,
            1 | 3 | 4 | 5 | 7 | 10 | 12 => FutexOp::Wake,
            _ => FutexOp::Other,
        }
    }

    /// May the caller sleep in it?
    pub fn waits(self) -> bool {
        matches!(self, FutexOp::Wait | FutexOp::WaitBitset | FutexOp::LockPi)
    }
}

/// Is the word shared between processes (no `FUTEX_PRIVATE_FLAG`)?
pub(crate) fn is_shared(call: Call) -> bool {
    call.args[1] & 0x80 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_do_not_hide_the_operation() {
        let op = |op| {
            FutexOp::of(Call {
                nr: NR_FUTEX,
                args: [0x1000, op, 0],
            })
        };
        assert_eq!(op(0x80), FutexOp::Wait);
        assert_eq!(op(0x189), FutexOp::WaitBitset);
        assert_eq!(op(0x81), FutexOp::Wake);
        assert_eq!(op(0x8d), FutexOp::LockPi);
        assert_eq!(op(2), FutexOp::Other);
    }
}
