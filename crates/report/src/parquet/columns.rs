//! The tables of the dataset: each column with its type and where its value
//! comes from.
//!
//! Every number is a signed 64-bit one, because not every query engine knows
//! unsigned or nanosecond types. Arguments and addresses keep their 64 bits.

use keelback_trace::{EventKind, GilView, OffState};

use super::seen::Seen;

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Int(Option<i64>),
    Text(Option<&'a str>),
    Bool(Option<bool>),
}

/// What a column holds; any may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Text,
    Bool,
}

/// A column of an event table.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) value: for<'a> fn(Seen<'a>) -> Value<'a>,
}

const fn int(name: &'static str, value: for<'a> fn(Seen<'a>) -> Value<'a>) -> Column {
    Column {
        name,
        kind: Kind::Int,
        value,
    }
}

const fn text(name: &'static str, value: for<'a> fn(Seen<'a>) -> Value<'a>) -> Column {
    Column {
        name,
        kind: Kind::Text,
        value,
    }
}

/// The tables of events, in the order of [`table_of`].
pub(super) const EVENT_TABLES: [(&str, &[Column]); 8] = [
    ("life", LIFE),
    ("switches", SWITCHES),
    ("wakes", WAKES),
    ("calls", CALLS),
    ("samples", SAMPLES),
    ("usage", USAGE),
    ("gils", GILS),
    ("faults", FAULTS),
];

/// The table an event belongs to, among [`EVENT_TABLES`].
pub(super) fn table_of(kind: EventKind) -> usize {
    match kind {
        EventKind::Started { .. }
        | EventKind::Exec { .. }
        | EventKind::Named { .. }
        | EventKind::Exited { .. } => 0,
        EventKind::SwitchOut { .. } | EventKind::SwitchIn { .. } => 1,
        EventKind::Woken { .. } => 2,
        EventKind::Call { .. } => 3,
        EventKind::Sample { .. } => 4,
        EventKind::Usage { .. } => 5,
        EventKind::UnderGil { .. } => 6,
        EventKind::Faults { .. } => 7,
    }
}

/// The columns that every event has.
pub(super) const COMMON: &[Column] = &[
    int("recording_unix_ns", |it| some(it.context.started)),
    int("at_unix_ns", |it| some(it.context.unix_ns(it.event.at))),
    int("tid", |it| number(it.context.tid(it.event.thread))),
    text("thread_name", |it| Value::Text(it.thread_name())),
    text("function", |it| Value::Text(it.innermost().map(|at| at.0))),
    text("file", |it| Value::Text(it.innermost().map(|at| at.1))),
    int("line", |it| {
        number(it.innermost().map(|at| at.2).filter(|line| *line != 0))
    }),
    int("stack_id", |it| {
        Value::Int(it.stack().and_then(|stack| it.context.stacks.id(stack)))
    }),
];

const NR: Column = int("nr", |it| number(it.call().map(|call| call.nr)));
const ARG0: Column = int("arg0", |it| bits(it.call().map(|call| call.args[0])));
const ARG1: Column = int("arg1", |it| bits(it.call().map(|call| call.args[1])));
const ARG2: Column = int("arg2", |it| bits(it.call().map(|call| call.args[2])));
const CPU: Column = int("cpu", |it| number(it.cpu()));
const GIL: Column = text("gil", |it| Value::Text(it.gil().and_then(gil_word)));
const GIL_HOLDER: Column = int("gil_holder_tid", |it| match it.gil() {
    Some(GilView::Held(holder)) => number(it.context.tid(holder)),
    _ => Value::Int(None),
});

const LIFE: &[Column] = &[
    text("kind", |it| match it.event.kind {
        EventKind::Started { .. } => Value::Text(Some("started")),
        EventKind::Exec { .. } => Value::Text(Some("exec")),
        EventKind::Named { .. } => Value::Text(Some("named")),
        EventKind::Exited { .. } => Value::Text(Some("exited")),
        _ => Value::Text(None),
    }),
    int("by_tid", |it| match it.event.kind {
        EventKind::Started { by } => number(it.context.tid(by)),
        _ => Value::Int(None),
    }),
    text("exe", |it| match it.event.kind {
        EventKind::Exec { exe, .. } => Value::Text(Some(it.text(exe))),
        _ => Value::Text(None),
    }),
    text("command", |it| match it.event.kind {
        EventKind::Exec { command, .. } => Value::Text(Some(it.text(command))),
        _ => Value::Text(None),
    }),
    text("name", |it| match it.event.kind {
        EventKind::Named { name } => Value::Text(Some(it.text(name))),
        _ => Value::Text(None),
    }),
    int("status", |it| match it.event.kind {
        EventKind::Exited { status } => number(Some(status)),
        _ => Value::Int(None),
    }),
];

const GILS: &[Column] = &[int("gil", |it| match it.event.kind {
    EventKind::UnderGil { gil } => bits(Some(gil)),
    _ => Value::Int(None),
})];

const SWITCHES: &[Column] = &[
    text("kind", |it| match it.event.kind {
        EventKind::SwitchOut { .. } => Value::Text(Some("out")),
        EventKind::SwitchIn { .. } => Value::Text(Some("in")),
        _ => Value::Text(None),
    }),
    CPU,
    text("state", |it| match it.event.kind {
        EventKind::SwitchOut { state, .. } => Value::Text(Some(state_word(state))),
        _ => Value::Text(None),
    }),
    NR,
    ARG0,
    ARG1,
    ARG2,
    int("parked", |it| match it.event.kind {
        EventKind::SwitchOut { parked, .. } => bits(Some(parked.address).filter(|it| *it != 0)),
        _ => Value::Int(None),
    }),
    text("parked_type", |it| match it.event.kind {
        EventKind::SwitchOut { parked, .. } => some_text(it.text(parked.type_name)),
        _ => Value::Text(None),
    }),
    GIL,
    GIL_HOLDER,
];

const WAKES: &[Column] = &[
    int("by_tid", |it| match it.event.kind {
        EventKind::Woken { by, .. } => number(it.context.tid(by)),
        _ => Value::Int(None),
    }),
    NR,
    ARG0,
    ARG1,
    ARG2,
];

const CALLS: &[Column] = &[
    NR,
    ARG0,
    ARG1,
    ARG2,
    int("ret", |it| match it.event.kind {
        EventKind::Call { ret, .. } => Value::Int(Some(ret)),
        _ => Value::Int(None),
    }),
    int("took_ns", |it| match it.event.kind {
        EventKind::Call { took, .. } => some(took),
        _ => Value::Int(None),
    }),
    text("path", |it| match it.event.kind {
        EventKind::Call { path, .. } => some_text(it.text(path)),
        _ => Value::Text(None),
    }),
];

const SAMPLES: &[Column] = &[
    CPU,
    Column {
        name: "in_user_space",
        kind: Kind::Bool,
        value: |it| match it.event.kind {
            EventKind::Sample { user, .. } => Value::Bool(Some(user)),
            _ => Value::Bool(None),
        },
    },
    NR,
    ARG0,
    ARG1,
    ARG2,
    GIL,
    GIL_HOLDER,
];

const USAGE: &[Column] = &[
    int("minor_faults", |it| usage(it, 0)),
    int("major_faults", |it| usage(it, 1)),
    int("user_ns", |it| usage(it, 2)),
    int("system_ns", |it| usage(it, 3)),
];

const FAULTS: &[Column] = &[
    int("minor_faults", |it| match it.event.kind {
        EventKind::Faults { minor, .. } => some(minor),
        _ => Value::Int(None),
    }),
    int("major_faults", |it| match it.event.kind {
        EventKind::Faults { major, .. } => some(major),
        _ => Value::Int(None),
    }),
];

fn usage(seen: Seen<'_>, which: usize) -> Value<'_> {
    match seen.event.kind {
        EventKind::Usage {
            minor_faults,
            major_faults,
            user_ns,
            system_ns,
        } => some([minor_faults, major_faults, user_ns, system_ns][which]),
        _ => Value::Int(None),
    }
}

/// A count or a time; none is near the limit of the type.
pub(super) fn some<'a>(value: u64) -> Value<'a> {
    Value::Int(Some(i64::try_from(value).unwrap_or(i64::MAX)))
}

pub(super) fn number<'a>(value: Option<impl Into<i64>>) -> Value<'a> {
    Value::Int(value.map(Into::into))
}

/// An argument or address keeps its bits.
fn bits<'a>(value: Option<u64>) -> Value<'a> {
    Value::Int(value.map(u64::cast_signed))
}

fn some_text(text: &str) -> Value<'_> {
    Value::Text(Some(text).filter(|text| !text.is_empty()))
}

fn gil_word(gil: GilView) -> Option<&'static str> {
    match gil {
        GilView::Unknown => None,
        GilView::Free => Some("free"),
        GilView::Held(_) => Some("held"),
    }
}

fn state_word(state: OffState) -> &'static str {
    match state {
        OffState::Preempted => "preempted",
        OffState::Sleeping => "sleeping",
        OffState::Uninterruptible => "uninterruptible",
        OffState::Stopped => "stopped",
        OffState::Dead => "dead",
    }
}
