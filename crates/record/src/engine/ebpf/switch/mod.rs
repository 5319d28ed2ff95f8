//! A thread leaves its CPU, or gets one.

use keelback_trace::{Call, EventKind, GilView, OffState, Parked, StackId, ThreadId};

use super::abi::{self, CallArgs, SwitchInRecord, SwitchOutRecord};
use super::decode::{Decoder, Refused};

/// Bits of `task_struct.__state` (include/linux/sched.h).
const TASK_INTERRUPTIBLE: u32 = 0x01;
const TASK_UNINTERRUPTIBLE: u32 = 0x02;
const TASK_STOPPED_OR_TRACED: u32 = 0x0c;
const EXIT_OR_DEAD: u32 = 0xb0;

pub(super) fn out(decoder: &mut Decoder<'_>, record: &SwitchOutRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let parked = parked(decoder, record)?;
    let kind = EventKind::SwitchOut {
        cpu: record.header.cpu,
        state: state(record.state),
        call: call(&record.call),
        parked,
        gil: gil(decoder, thread, &record.gil),
    };
    let stack = decoder.stacks.id(record.stack);
    decoder.event(&record.header, thread, stack, kind);
    Ok(())
}

pub(super) fn back(decoder: &mut Decoder<'_>, record: &SwitchInRecord) -> Result<(), Refused> {
    let thread = decoder.thread(&record.header)?;
    let kind = EventKind::SwitchIn {
        cpu: record.header.cpu,
    };
    decoder.event(&record.header, thread, StackId::NONE, kind);
    Ok(())
}

/// What a thread is parked on.
fn parked(decoder: &mut Decoder<'_>, record: &SwitchOutRecord) -> Result<Parked, Refused> {
    let type_name = decoder.stacks.text(record.parked_type);
    let type_name = match record.parked_kind {
        abi::PARK_CRITICAL_SECTION => super::stack::section(decoder, type_name)?,
        abi::PARK_STOPPED => decoder.known.text(Parked::WORLD_STOPPED)?,
        abi::PARK_STOPPING => decoder.known.text(Parked::STOPPING_WORLD)?,
        _ => type_name,
    };
    Ok(Parked {
        address: record.parked,
        type_name,
    })
}

/// The call a thread was in.
pub(super) fn call(args: &CallArgs) -> Call {
    if u32::from(args.nr) == abi::NO_CALL {
        return Call::NONE;
    }
    Call {
        nr: args.nr,
        args: args.args,
    }
}

/// The GIL as a thread saw it.
pub(super) fn gil(decoder: &Decoder<'_>, thread: ThreadId, view: &abi::GilView) -> GilView {
    match view.locked {
        0 => GilView::Free,
        1 => GilView::Held(decoder.known.thread_of_tstate(thread, view.holder)),
        _ => GilView::Unknown,
    }
}

fn state(bits: u32) -> OffState {
    match bits {
        it if it & EXIT_OR_DEAD != 0 => OffState::Dead,
        it if it & TASK_STOPPED_OR_TRACED != 0 => OffState::Stopped,
        it if it & TASK_UNINTERRUPTIBLE != 0 => OffState::Uninterruptible,
        it if it & TASK_INTERRUPTIBLE != 0 => OffState::Sleeping,
        _ => OffState::Preempted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_told_by_its_strongest_bit() {
        for (bits, expected) in [
            (0, OffState::Preempted),
            (0x1, OffState::Sleeping),
            (0x2001, OffState::Sleeping),       // TASK_FREEZABLE
            (0x102, OffState::Uninterruptible), // TASK_KILLABLE
            (0x4, OffState::Stopped),
            (0x80, OffState::Dead),
        ] {
            assert_eq!(state(bits), expected, "{bits:#x}");
        }
    }
}
