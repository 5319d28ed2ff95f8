//! `export -f json`: every event as a line of JSON.
//!
//! The first line is the header: `"version": 1`, where the recording comes
//! from, the interpreters, the calls that were only counted, and what was
//! lost. Each further line is one event, in the order of time. Times are
//! integer nanoseconds, event times since the recording's start; arguments are
//! the registers' 64 bits as a signed number. Stacks are
//! `function (file:line)`, innermost last; `truncated` says that there were
//! more callers than the recorder walks.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use keelback_trace::define::{Frame, Tally};
use keelback_trace::{
    Call, Dictionary, Event, EventKind, GilView, OffState, Provenance, ReadError, Source, StackId,
    ThreadId,
};
use serde::Serialize;

/// The version of this output. More fields may come; these stay.
const VERSION: u32 = 1;

/// Why a recording could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The recording could not be read on.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The output took no more.
    #[error("cannot write the events: {0}")]
    Write(#[from] io::Error),
}

/// Writes the recording to `to`, holding one event at a time.
pub fn write(source: &dyn Source, to: &mut dyn Write) -> Result<(), JsonError> {
    let names = Names::of(source.dictionary());
    line(to, &Header::of(source, &names))?;
    for event in source.events()? {
        line(to, &Line::of(&event?, &names))?;
    }
    Ok(to.flush()?)
}

fn line(to: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, value)?;
    to.write_all(b"\n")
}

/// Looks up what ids stand for; labels of frames are made once.
struct Names<'a> {
    dictionary: &'a Dictionary,
    labels: HashMap<Frame, String>,
}

impl<'a> Names<'a> {
    fn of(dictionary: &'a Dictionary) -> Names<'a> {
        let frames = dictionary.frames.iter();
        let labels = frames.map(|frame| (*frame, dictionary.frame_label(*frame)));
        Names {
            dictionary,
            labels: labels.collect(),
        }
    }

    fn tid(&self, thread: ThreadId) -> Option<u32> {
        let thread = self.dictionary.threads.get(thread.index())?;
        Some(thread.tid)
    }

    fn pid(&self, thread: ThreadId) -> Option<u32> {
        let thread = self.dictionary.threads.get(thread.index())?;
        let process = self.dictionary.processes.get(thread.process.index())?;
        Some(process.pid)
    }

    fn stack(&self, stack: StackId) -> Vec<&str> {
        let frames = self.dictionary.frames_of(stack);
        let labels = frames.map(|frame| self.labels.get(&frame).map_or("?", String::as_str));
        let mut labels: Vec<&str> = labels.collect();
        labels.reverse();
        labels
    }

    fn truncated(&self, stack: StackId) -> bool {
        let stack = self.dictionary.stack(stack);
        stack.is_some_and(|stack| stack.truncated)
    }
}

#[derive(Serialize)]
struct Header<'a> {
    version: u32,
    #[serde(flatten)]
    provenance: &'a Provenance,
    interpreters: Vec<Interpreter<'a>>,
    tallies: Vec<TallyLine>,
    losses: BTreeMap<&'static str, u64>,
}

impl<'a> Header<'a> {
    fn of(source: &'a dyn Source, names: &Names<'a>) -> Header<'a> {
        let dictionary = names.dictionary;
        let mut losses = BTreeMap::new();
        for loss in &dictionary.losses {
            *losses.entry(loss.kind.name()).or_default() += loss.count;
        }
        Header {
            version: VERSION,
            provenance: source.provenance(),
            interpreters: interpreters(dictionary),
            tallies: dictionary
                .tallies
                .iter()
                .map(|tally| TallyLine::of(tally, names))
                .collect(),
            losses,
        }
    }
}

#[derive(Serialize)]
struct Interpreter<'a> {
    pid: Option<u32>,
    version: &'a str,
    build: &'a str,
    stripped: bool,
    free_threaded: bool,
    no_frames: &'a str,
}

fn interpreters(dictionary: &Dictionary) -> Vec<Interpreter<'_>> {
    let described = dictionary.interpreters.iter().map(|it| Interpreter {
        pid: dictionary
            .processes
            .get(it.process.index())
            .map(|process| process.pid),
        version: &it.version,
        build: &it.file,
        stripped: it.stripped,
        free_threaded: it.free_threaded,
        no_frames: &it.no_frames,
    });
    described.collect()
}

#[derive(Serialize)]
struct TallyLine {
    tid: Option<u32>,
    nr: u16,
    errno: u16,
    count: u64,
    time_ns: u64,
}

impl TallyLine {
    fn of(tally: &Tally, names: &Names<'_>) -> TallyLine {
        TallyLine {
            tid: names.tid(tally.thread),
            nr: tally.nr,
            errno: tally.errno,
            count: tally.count,
            time_ns: tally.time_ns,
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    at_ns: u64,
    pid: Option<u32>,
    tid: Option<u32>,
    thread: u32,
    #[serde(flatten)]
    kind: Kind<'a>,
    stack: Vec<&'a str>,
    truncated: bool,
}

impl<'a> Line<'a> {
    fn of(event: &Event, names: &'a Names<'_>) -> Line<'a> {
        Line {
            at_ns: event.at.0,
            pid: names.pid(event.thread),
            tid: names.tid(event.thread),
            thread: event.thread.0,
            kind: Kind::of(event.kind, names),
            stack: names.stack(event.stack),
            truncated: names.truncated(event.stack),
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Kind<'a> {
    SwitchOut {
        cpu: u16,
        state: &'static str,
        call: Option<CallLine>,
        parked: Option<u64>,
        parked_type: &'a str,
        gil: &'static str,
        gil_holder: Option<u32>,
    },
    SwitchIn {
        cpu: u16,
    },
    Woken {
        by: Option<u32>,
        call: Option<CallLine>,
    },
    Call {
        #[serde(flatten)]
        call: CallLine,
        ret: i64,
        took_ns: u64,
        path: &'a str,
    },
    Sample {
        cpu: u16,
        user: bool,
        call: Option<CallLine>,
        gil: &'static str,
        gil_holder: Option<u32>,
    },
    Started {
        by: Option<u32>,
    },
    Exec {
        exe: &'a str,
        command: &'a str,
    },
    Named {
        name: &'a str,
    },
    UnderGil {
        address: u64,
    },
    Exited {
        status: i32,
    },
    Faults {
        minor_faults: u64,
        major_faults: u64,
    },
    Usage {
        minor_faults: u64,
        major_faults: u64,
        user_ns: u64,
        system_ns: u64,
    },
}

/// A call's number and arguments, as a signed number each.
#[derive(Serialize)]
struct CallLine {
    nr: u16,
    args: [i64; 3],
}

fn call_line(call: Call) -> CallLine {
    CallLine {
        nr: call.nr,
        args: call.args.map(u64::cast_signed),
    }
}

fn some_call(call: Call) -> Option<CallLine> {
    call.is_some().then(|| call_line(call))
}

fn gil_words(gil: GilView, names: &Names<'_>) -> (&'static str, Option<u32>) {
    match gil {
        GilView::Unknown => ("unknown", None),
        GilView::Free => ("free", None),
        GilView::Held(holder) => ("held", names.tid(holder)),
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

impl<'a> Kind<'a> {
    fn of(kind: EventKind, names: &'a Names<'_>) -> Kind<'a> {
        let text = |id| names.dictionary.text(id);
        match kind {
            EventKind::SwitchOut {
                cpu,
                state,
                call,
                parked,
                gil,
            } => {
                let (gil, gil_holder) = gil_words(gil, names);
                Kind::SwitchOut {
                    cpu,
                    state: state_word(state),
                    call: some_call(call),
                    parked: (parked.address != 0).then_some(parked.address),
                    parked_type: text(parked.type_name),
                    gil,
                    gil_holder,
                }
            }
            EventKind::SwitchIn { cpu } => Kind::SwitchIn { cpu },
            EventKind::Woken { by, call } => Kind::Woken {
                by: names.tid(by),
                call: some_call(call),
            },
            EventKind::Call {
                call,
                ret,
                took,
                path,
            } => Kind::Call {
                call: call_line(call),
                ret,
                took_ns: took,
                path: text(path),
            },
            EventKind::Sample {
                cpu,
                user,
                call,
                gil,
            } => {
                let (gil, gil_holder) = gil_words(gil, names);
                Kind::Sample {
                    cpu,
                    user,
                    call: some_call(call),
                    gil,
                    gil_holder,
                }
            }
            EventKind::Started { by } => Kind::Started { by: names.tid(by) },
            EventKind::Exec { exe, command } => Kind::Exec {
                exe: text(exe),
                command: text(command),
            },
            EventKind::Named { name } => Kind::Named { name: text(name) },
            EventKind::UnderGil { gil } => Kind::UnderGil { address: gil },
            EventKind::Exited { status } => Kind::Exited { status },
            EventKind::Faults { minor, major } => Kind::Faults {
                minor_faults: minor,
                major_faults: major,
            },
            EventKind::Usage {
                minor_faults,
                major_faults,
                user_ns,
                system_ns,
            } => Kind::Usage {
                minor_faults,
                major_faults,
                user_ns,
                system_ns,
            },
        }
    }
}
