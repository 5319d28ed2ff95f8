//! Events as rows, and back.

use super::cell::{At, Span};
use super::schema::{CallRow, FaultsRow, GilRow, LifeRow, SampleRow, SwitchRow, UsageRow, WakeRow};
use super::table::Row;
use crate::{Call, Event, EventKind, GilView, Nanos, OffState, Parked, StackId, TextId, ThreadId};

/// A row that is an event.
pub(super) trait EventRow: Row {
    /// Its place among the events of all tables.
    fn at(&self) -> At;
    /// The event; `Err` with the reason when a number has no meaning.
    fn event(self) -> Result<Event, String>;
}

/// The row of an event, by table.
pub(super) enum AnyRow {
    Life(LifeRow),
    Gil(GilRow),
    Switch(SwitchRow),
    Wake(WakeRow),
    Call(CallRow),
    Sample(SampleRow),
    Faults(FaultsRow),
    Usage(UsageRow),
}

/// `SwitchRow::state` of a thread that got a CPU.
const GOT_A_CPU: u8 = u8::MAX;

const STARTED: u8 = 0;
const EXEC: u8 = 1;
const NAMED: u8 = 2;
const EXITED: u8 = 3;

/// What every row has.
#[derive(Clone, Copy)]
struct Head {
    at: At,
    thread: u32,
    stack: u32,
}

impl AnyRow {
    /// The row of an event that comes after `tie` others of the same time.
    pub(super) fn of(event: &Event, tie: u32) -> AnyRow {
        let head = Head {
            at: At {
                time: event.at.0,
                tie,
            },
            thread: event.thread.0,
            stack: event.stack.0,
        };
        match event.kind {
            EventKind::SwitchOut {
                cpu,
                state,
                call,
                parked,
                gil,
            } => AnyRow::Switch(switch_out(head, cpu, state, call, parked, gil)),
            EventKind::SwitchIn { cpu } => AnyRow::Switch(switch_in(head, cpu)),
            EventKind::Woken { by, call } => AnyRow::Wake(wake(head, by, call)),
            EventKind::Call {
                call,
                ret,
                took,
                path,
            } => AnyRow::Call(call_end(head, call, ret, took, path)),
            EventKind::Sample {
                cpu,
                user,
                call,
                gil,
            } => AnyRow::Sample(sample(head, cpu, user, call, gil)),
            EventKind::Started { by } => AnyRow::Life(LifeRow {
                by: by.0,
                ..life(head, STARTED)
            }),
            EventKind::Exec { exe, command } => AnyRow::Life(LifeRow {
                text: exe.0,
                command: command.0,
                ..life(head, EXEC)
            }),
            EventKind::Named { name } => AnyRow::Life(LifeRow {
                text: name.0,
                ..life(head, NAMED)
            }),
            EventKind::UnderGil { gil } => AnyRow::Gil(GilRow {
                at: head.at,
                thread: head.thread,
                stack: head.stack,
                gil,
            }),
            EventKind::Exited { status } => AnyRow::Life(LifeRow {
                status,
                ..life(head, EXITED)
            }),
            EventKind::Faults { minor, major } => AnyRow::Faults(FaultsRow {
                at: head.at,
                thread: head.thread,
                stack: head.stack,
                minor,
                major,
            }),
            EventKind::Usage {
                minor_faults,
                major_faults,
                user_ns,
                system_ns,
            } => AnyRow::Usage(UsageRow {
                at: head.at,
                thread: head.thread,
                stack: head.stack,
                minor_faults,
                major_faults,
                user_ns,
                system_ns,
            }),
        }
    }
}

fn switch_out(
    head: Head,
    cpu: u16,
    state: OffState,
    call: Call,
    parked: Parked,
    gil: GilView,
) -> SwitchRow {
    let [arg0, arg1, arg2] = call.args;
    let (gil, gil_holder) = gil_numbers(gil);
    SwitchRow {
        at: head.at,
        thread: head.thread,
        stack: head.stack,
        cpu,
        state: state as u8,
        nr: call.nr,
        arg0,
        arg1,
        arg2,
        parked: parked.address,
        parked_type: parked.type_name.0,
        gil,
        gil_holder,
    }
}

fn switch_in(head: Head, cpu: u16) -> SwitchRow {
    SwitchRow {
        state: GOT_A_CPU,
        ..switch_out(
            head,
            cpu,
            OffState::Preempted,
            Call::NONE,
            Parked::NONE,
            GilView::Unknown,
        )
    }
}

fn wake(head: Head, by: ThreadId, call: Call) -> WakeRow {
    let [arg0, arg1, arg2] = call.args;
    WakeRow {
        at: head.at,
        thread: head.thread,
        stack: head.stack,
        by: by.0,
        nr: call.nr,
        arg0,
        arg1,
        arg2,
    }
}

fn call_end(head: Head, call: Call, ret: i64, took: u64, path: TextId) -> CallRow {
    let [arg0, arg1, arg2] = call.args;
    CallRow {
        at: head.at,
        thread: head.thread,
        stack: head.stack,
        nr: call.nr,
        arg0,
        arg1,
        arg2,
        ret,
        took: Span(took),
        path: path.0,
    }
}

fn sample(head: Head, cpu: u16, user: bool, call: Call, gil: GilView) -> SampleRow {
    let [arg0, arg1, arg2] = call.args;
    let (gil, gil_holder) = gil_numbers(gil);
    SampleRow {
        at: head.at,
        thread: head.thread,
        stack: head.stack,
        cpu,
        user,
        nr: call.nr,
        arg0,
        arg1,
        arg2,
        gil,
        gil_holder,
    }
}

fn life(head: Head, kind: u8) -> LifeRow {
    LifeRow {
        at: head.at,
        thread: head.thread,
        stack: head.stack,
        kind,
        by: ThreadId::NONE.0,
        text: TextId::NONE.0,
        command: TextId::NONE.0,
        status: 0,
    }
}

fn gil_numbers(gil: GilView) -> (u8, u32) {
    match gil {
        GilView::Unknown => (0, ThreadId::NONE.0),
        GilView::Free => (1, ThreadId::NONE.0),
        GilView::Held(holder) => (2, holder.0),
    }
}

fn gil_view(gil: u8, holder: u32) -> Result<GilView, String> {
    match gil {
        0 => Ok(GilView::Unknown),
        1 => Ok(GilView::Free),
        2 => Ok(GilView::Held(ThreadId(holder))),
        other => Err(format!("`gil` is {other}")),
    }
}

fn off_state(state: u8) -> Result<OffState, String> {
    match state {
        0 => Ok(OffState::Preempted),
        1 => Ok(OffState::Sleeping),
        2 => Ok(OffState::Uninterruptible),
        3 => Ok(OffState::Stopped),
        4 => Ok(OffState::Dead),
        other => Err(format!("`state` is {other}")),
    }
}

fn event(at: At, thread: u32, stack: u32, kind: EventKind) -> Event {
    Event {
        at: Nanos(at.time),
        thread: ThreadId(thread),
        stack: StackId(stack),
        kind,
    }
}

impl EventRow for SwitchRow {
    fn at(&self) -> At {
        self.at
    }

    fn event(self) -> Result<Event, String> {
        let kind = match self.state {
            GOT_A_CPU => EventKind::SwitchIn { cpu: self.cpu },
            state => EventKind::SwitchOut {
                cpu: self.cpu,
                state: off_state(state)?,
                call: Call {
                    nr: self.nr,
                    args: [self.arg0, self.arg1, self.arg2],
                },
                parked: Parked {
                    address: self.parked,
                    type_name: TextId(self.parked_type),
                },
                gil: gil_view(self.gil, self.gil_holder)?,
            },
        };
        Ok(event(self.at, self.thread, self.stack, kind))
    }
}

impl EventRow for WakeRow {
    fn at(&self) -> At {
        self.at
    }

    fn event(self) -> Result<Event, String> {
        let kind = EventKind::Woken {
            by: ThreadId(self.by),
            call: Call {
                nr: self.nr,
                args: [self.arg0, self.arg1, self.arg2],
            },
        };
        Ok(event(self.at, self.thread, self.stack, kind))
    }
}

impl EventRow for CallRow {
    fn at(&self) -> At {
        self.at
    }

    fn event(self) -> Result<Event, String> {
        let kind = EventKind::Call {
            call: Call {
                nr: self.nr,
                args: [self.arg0, self.arg1, self.arg2],
            },
            ret: self.ret,
            took: self.took.0,
            path: TextId(self.path),
        };
        Ok(event(self.at, self.thread, self.stack, kind))
    }
}

impl EventRow for SampleRow {
    fn at(&self) -> At {
        self.at
    }

    fn event(self) -> Result<Event, String> {
        let kind = EventKind::Sample {
            cpu: self.cpu,
            user: self.user,
            call: Call {
                nr: self.nr,
                args: [self.arg0, self.arg1, self.arg2],
            },
            gil: gil_view(self.gil, self.gil_holder)?,
        };
        Ok(event(self.at, self.thread, self.stack, kind))
    }
}

impl EventRow for LifeRow {
    fn at(&self) -> At {
        self.at
    }

    fn event(self) -> Result<Event, String> {
        let kind = match self.kind {
            STARTED => EventKind::Started {
                by: ThreadId(self.by),
            },
            EXEC => EventKind::Exec {
                exe: TextId(self.text),
                command: TextId(self.command),
            },
            NAMED => EventKind::Named {
                name: TextId(self.text),
            },
            EXITED => EventKind::Exited {
                status: self.status,
            },
            other => return Err(format!("`kind` is {other}")),
        };
        Ok(event(self.at, self.thread, self.stack, kind))
    }
}

impl EventRow for GilRow {
    fn at(&self) -> At {
        self.at
    }

    fn event(self) -> Result<Event, String> {
        let kind = EventKind::UnderGil { gil: self.gil };
        Ok(event(self.at, self.thread, self.stack, kind))
    }
}

impl EventRow for FaultsRow {
    fn at(&self) -> At {
        self.at
    }

    fn event(self) -> Result<Event, String> {
        let kind = EventKind::Faults {
            minor: self.minor,
            major: self.major,
        };
        Ok(event(self.at, self.thread, self.stack, kind))
    }
}

impl EventRow for UsageRow {
    fn at(&self) -> At {
        self.at
    }

    fn event(self) -> Result<Event, String> {
        let kind = EventKind::Usage {
            minor_faults: self.minor_faults,
            major_faults: self.major_faults,
            user_ns: self.user_ns,
            system_ns: self.system_ns,
        };
        Ok(event(self.at, self.thread, self.stack, kind))
    }
}
