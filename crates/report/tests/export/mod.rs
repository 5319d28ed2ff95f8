//! A small recording for the tests of the exports: two processes, one renamed
//! thread, a read and its wait, over midnight.
#![allow(
    clippy::allow_attributes,
    dead_code,
    reason = "each test uses its own part of this"
)]

use keelback_trace::define::{Code, Frame, Process, Stack, Tally, Thread};
use keelback_trace::{
    Call, CodeId, Event, EventKind, FrameId, GilView, Loss, LossKind, Memory, Nanos, OffState,
    Parked, ProcessId, Provenance, StackId, TextId, ThreadId,
};

/// 2025-12-31 23:59:59 UTC.
pub(crate) const STARTED: u64 = 1_767_225_599_000_000_000;

/// A second, after which the date is another.
pub(crate) const SECOND: u64 = 1_000_000_000;

const TEXTS: [&str; 8] = [
    "",
    "/usr/bin/python3",
    "python3 app.py",
    "main",
    "app.py",
    "Worker.run",
    "pool-1",
    "/etc/hosts",
];

pub(crate) fn recording() -> Memory {
    let mut memory = Memory {
        provenance: Provenance {
            keelback: "0.1.0".to_owned(),
            started_unix_ns: STARTED,
            engine: "ebpf".to_owned(),
            mode: "full".to_owned(),
            host: "db-1".to_owned(),
            ..Provenance::default()
        },
        events: events(),
        ..Memory::default()
    };
    let dictionary = &mut memory.dictionary;
    dictionary.texts = TEXTS.map(str::to_owned).to_vec();
    dictionary.processes = vec![process(100, ProcessId::NONE), process(200, ProcessId(0))];
    dictionary.threads = vec![thread(100, 0), thread(101, 0), thread(200, 1)];
    dictionary.codes = vec![code(3), code(5)];
    dictionary.frames = vec![frame(0, 7), frame(1, 0)];
    dictionary.stacks = vec![stack(0, 0), stack(1, 1)];
    dictionary.tallies = vec![Tally {
        thread: ThreadId(1),
        nr: 0,
        errno: 11,
        count: 5,
        time_ns: 900,
    }];
    dictionary.losses = vec![Loss {
        kind: LossKind::RingFull,
        count: 5,
    }];
    memory
}

fn process(pid: u32, parent: ProcessId) -> Process {
    Process {
        pid,
        parent,
        start: Nanos(0),
        exe: TextId(1),
        command: TextId(2),
    }
}

fn thread(tid: u32, process: u32) -> Thread {
    Thread {
        tid,
        process: ProcessId(process),
        start: Nanos(0),
        name: TextId(3),
    }
}

fn code(name: u32) -> Code {
    Code {
        name: TextId(name),
        file: TextId(4),
        first_line: 1,
    }
}

fn frame(code: u32, line: u32) -> Frame {
    Frame {
        code: CodeId(code),
        line,
    }
}

fn stack(parent: u32, frame: u32) -> Stack {
    Stack {
        parent: StackId(parent),
        frame: FrameId(frame),
        truncated: false,
    }
}

fn event(at: u64, thread: u32, stack: u32, kind: EventKind) -> Event {
    Event {
        at: Nanos(at),
        thread: ThreadId(thread),
        stack: StackId(stack),
        kind,
    }
}

const READ: Call = Call {
    nr: 0,
    args: [3, 0x7f00_0000_1000, 512],
};

const OPENAT: Call = Call {
    nr: 257,
    args: [-100i64 as u64, 0x7f00_0000_2000, 0],
};

fn events() -> Vec<Event> {
    let out = EventKind::SwitchOut {
        cpu: 1,
        state: OffState::Sleeping,
        call: READ,
        parked: Parked::NONE,
        gil: GilView::Held(ThreadId(0)),
    };
    let woken = EventKind::Woken {
        by: ThreadId(2),
        call: Call::NONE,
    };
    vec![
        event(0, 1, 0, EventKind::Started { by: ThreadId(0) }),
        event(10, 1, 0, EventKind::Named { name: TextId(6) }),
        event(20, 1, 2, out),
        event(SECOND, 1, 0, woken),
        event(SECOND + 5, 1, 0, EventKind::SwitchIn { cpu: 0 }),
        event(SECOND + 9, 1, 2, ended(READ, 512, SECOND, 0)),
        event(SECOND + 20, 2, 1, ended(OPENAT, -2, 700, 7)),
        event(SECOND + 30, 2, 1, sampled()),
        event(SECOND + 40, 2, 0, EventKind::Exited { status: 256 }),
    ]
}

fn ended(call: Call, ret: i64, took: u64, path: u32) -> EventKind {
    EventKind::Call {
        call,
        ret,
        took,
        path: TextId(path),
    }
}

fn sampled() -> EventKind {
    EventKind::Sample {
        cpu: 0,
        user: true,
        call: Call::NONE,
        gil: GilView::Free,
    }
}
