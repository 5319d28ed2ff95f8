//! What the programs could not tell, by name.

use keelback_trace::define::Tally;
use keelback_trace::{Definition, Loss, LossKind, WriteError};

use super::abi;
use crate::engine::known::Known;

/// The kernel side's counters, whose numbers are those of [`LossKind`].
pub(super) fn named(counters: &[u64]) -> impl Iterator<Item = Loss> + '_ {
    LossKind::ALL
        .iter()
        .zip(counters)
        .map(|(kind, count)| Loss {
            kind: *kind,
            count: *count,
        })
}

/// Calls that were counted because the ring was full.
pub(super) fn define_tallies(
    known: &mut Known<'_>,
    tallies: &[(abi::TallyKey, abi::Tally)],
) -> Result<(), WriteError> {
    for (key, tally) in tallies {
        let Some(thread) = known.thread_of_tid(key.tid) else {
            continue;
        };
        let tally = Tally {
            thread,
            nr: key.nr,
            errno: key.error,
            count: tally.count,
            time_ns: tally.time_ns,
        };
        known.sink().define(Definition::Tally(tally))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_numbers_are_those_of_the_vocabulary() {
        let numbers = [
            (abi::LOSS_RING_FULL, LossKind::RingFull),
            (abi::LOSS_STACK_TRUNCATED, LossKind::StackTruncated),
            (abi::LOSS_FRAME_UNREAD, LossKind::FrameUnread),
            (abi::LOSS_THREAD_STATE_UNKNOWN, LossKind::ThreadStateUnknown),
            (abi::LOSS_BEFORE_DISCOVERY, LossKind::BeforeDiscovery),
            (abi::LOSS_CODE_UNNAMED, LossKind::CodeUnnamed),
            (abi::LOSS_LINE_TABLE_TRUNCATED, LossKind::LineTableTruncated),
            (abi::LOSS_MAP_FULL, LossKind::MapFull),
            (abi::LOSS_PATH_UNREAD, LossKind::PathUnread),
            (abi::LOSS_PATH_TRUNCATED, LossKind::PathTruncated),
            (abi::LOSS_CALL_WITHOUT_ENTRY, LossKind::CallWithoutEntry),
        ];
        for (number, kind) in numbers {
            assert_eq!(LossKind::ALL[number as usize], kind);
        }
        assert_eq!(abi::LOSS_COUNT as usize, LossKind::ALL.len());
    }
}
