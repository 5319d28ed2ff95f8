//! Sums system calls as they stream by.

use std::collections::HashMap;

use keelback_trace::define::Tally;
use keelback_trace::{Call, Event, EventKind, Provenance, StackId, TextId, ThreadId};

use super::fds::Fds;
use super::futexes::FutexBook;
use super::sum::{CallFigures, CallSum};
use super::{By, Purpose};
use crate::ended_call::OpenCalls;
use crate::futex::NR_FUTEX;
use crate::lines::Place;
use crate::model::{Observer, Scene, Span, What};
use crate::path_class::PathClass;
use crate::syscalls::purpose::Circumstances;

/// What a group is keyed by: an id or a number, as [`By`] says;
/// [`NO_KEY`] where the call has none.
pub(crate) type GroupKey = u32;

/// No Python stack, no path.
pub(crate) const NO_KEY: GroupKey = u32::MAX;

/// Counts every call (full mode), or every sleep in a call (wait mode).
#[derive(Debug)]
pub(crate) struct CallBook {
    pub(super) every_call: bool,
    pub(super) calls: HashMap<u16, CallSum>,
    pub(super) groups: HashMap<(GroupKey, u16), CallSum>,
    pub(super) lines: HashMap<(Place, u16), CallSum>,
    pub(super) futexes: FutexBook,
    pub(super) thread_ns: u64,
    by: Option<By>,
    bias_ns: i64,
    open_calls: OpenCalls,
    fds: Fds,
    /// By [`TextId`], as they are met.
    path_classes: Vec<Option<PathClass>>,
}

/// Who made a call, and from where.
struct Caller<'a> {
    thread: ThreadId,
    stack: StackId,
    call: Call,
    path: &'a str,
    class: PathClass,
}

impl CallBook {
    /// A book for a recording; `by` is what to group by.
    pub(crate) fn new(origin: &Provenance, by: Option<By>) -> CallBook {
        CallBook {
            every_call: origin.mode == "full",
            calls: HashMap::new(),
            groups: HashMap::new(),
            lines: HashMap::new(),
            futexes: FutexBook::default(),
            thread_ns: 0,
            by,
            bias_ns: origin.calibration.call_bias_ns,
            open_calls: OpenCalls::default(),
            fds: Fds::default(),
            path_classes: Vec::new(),
        }
    }

    /// Adds the calls that the kernel only counted.
    pub(crate) fn finish(&mut self, scene: &Scene<'_>) {
        for tally in &scene.known.tallies {
            self.tally(tally, scene);
        }
    }

    fn tally(&mut self, tally: &Tally, scene: &Scene<'_>) {
        let bias = tally.count.cast_signed().saturating_mul(self.bias_ns);
        let caller = Caller {
            thread: tally.thread,
            stack: StackId::NONE,
            call: Call {
                nr: tally.nr,
                args: [0; 3],
            },
            path: "",
            class: PathClass::NoPath,
        };
        let figures = CallFigures {
            count: tally.count,
            tallied: tally.count,
            errno: tally.errno,
            time_ns: tally.time_ns,
            calibrated_ns: tally.time_ns.saturating_add_signed(bias.saturating_neg()),
            blocked_ns: 0,
        };
        if tally.nr == NR_FUTEX {
            self.futexes.tallied(tally.count);
        }
        let purpose = Purpose::of_number(tally.nr);
        self.add(&caller, purpose, &figures, scene);
    }

    fn call_ended(&mut self, event: &Event, scene: &Scene<'_>) {
        let Some(it) = self.open_calls.end(event) else {
            return;
        };
        let calibrated_ns = it.calibrated_ns(self.bias_ns);
        let figures = CallFigures {
            count: 1,
            tallied: 0,
            errno: it.errno(),
            time_ns: it.took,
            calibrated_ns,
            blocked_ns: it.off_ns().min(calibrated_ns),
        };
        let caller = Caller {
            thread: it.thread,
            stack: it.stack,
            call: it.call,
            path: scene.known.text(it.path),
            class: self.path_class(it.path, scene),
        };
        let purpose = self.purpose(&caller, scene);
        self.add(&caller, purpose, &figures, scene);
        self.track_descriptor(&caller, it.ret, purpose, scene);
        if it.call.nr == NR_FUTEX {
            self.futexes.call(event, scene);
        }
    }

    /// Wait mode: a sleep is all that is seen of a call.
    fn slept(&mut self, span: &Span, scene: &Scene<'_>) {
        let What::Asleep(sleep) = &span.what else {
            return;
        };
        if !sleep.call.is_some() {
            return;
        }
        let figures = CallFigures {
            count: 1,
            time_ns: span.ns(),
            calibrated_ns: span.ns(),
            blocked_ns: span.ns(),
            ..CallFigures::default()
        };
        let caller = Caller {
            thread: span.thread,
            stack: sleep.stack,
            call: sleep.call,
            path: "",
            class: PathClass::NoPath,
        };
        let purpose = self.purpose(&caller, scene);
        self.add(&caller, purpose, &figures, scene);
    }

    fn add(&mut self, it: &Caller<'_>, purpose: Purpose, more: &CallFigures, scene: &Scene<'_>) {
        self.calls.entry(it.call.nr).or_default().add(more);
        let line = (Place::of(it.stack, scene), it.call.nr);
        self.lines.entry(line).or_default().add(more);
        if let Some(by) = self.by {
            let key = (group_key(by, it, purpose, scene), it.call.nr);
            self.groups.entry(key).or_default().add(more);
        }
    }

    fn purpose(&self, it: &Caller<'_>, scene: &Scene<'_>) -> Purpose {
        let process = scene.process_of(it.thread);
        Purpose::of(&Circumstances {
            call: it.call,
            path: it.path,
            class: it.class,
            fd: self.fds.purpose(process, it.call.args[0] as u32),
            stage: scene.stacks().stage(it.stack),
            starting: is_starting(it.thread, it.stack, scene),
        })
    }

    fn path_class(&mut self, path: TextId, scene: &Scene<'_>) -> PathClass {
        let index = path.index();
        if index >= self.path_classes.len() {
            self.path_classes.resize(index + 1, None);
        }
        *self.path_classes[index].get_or_insert_with(|| PathClass::of(scene.known.text(path)))
    }

    fn track_descriptor(&mut self, it: &Caller<'_>, ret: i64, purpose: Purpose, scene: &Scene<'_>) {
        use syscalls::x86_64::Sysno as S;
        let process = scene.process_of(it.thread);
        let (Ok(given), Some(sysno)) = (u32::try_from(ret), S::new(it.call.nr.into())) else {
            return;
        };
        match sysno {
            S::open | S::openat | S::openat2 | S::creat => self.fds.opened(process, given, purpose),
            S::socket | S::accept | S::accept4 => self.fds.opened(process, given, purpose),
            S::close => self.fds.closed(process, it.call.args[0] as u32),
            _ => {}
        }
    }
}

impl Observer for CallBook {
    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        match event.kind {
            EventKind::Call { .. } if self.every_call => self.call_ended(event, scene),
            EventKind::SwitchOut { .. } => self.futexes.sleeps(event, scene),
            EventKind::Exited { .. } if scene.is_main(event.thread) => {
                self.fds.ended(scene.process_of(event.thread));
            }
            _ => {}
        }
    }

    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        self.thread_ns += span.ns();
        self.futexes.span(span, !self.every_call, scene);
        match self.every_call {
            true => self.open_calls.span(span),
            false => self.slept(span, scene),
        }
    }
}

fn group_key(by: By, it: &Caller<'_>, purpose: Purpose, scene: &Scene<'_>) -> GroupKey {
    let known = scene.known;
    let frame = known.stack(it.stack).map(|stack| stack.frame);
    let code = frame
        .and_then(|id| known.frames.get(id.index()))
        .map(|it| it.code);
    let key = match by {
        By::Line => frame.map(|id| id.0),
        By::Function => code.map(|id| id.0),
        By::Module => code
            .and_then(|id| known.codes.get(id.index()))
            .map(|it| it.file.0),
        By::Purpose => Some(purpose as u32),
        By::PathClass => Some(it.class as u32),
        By::Thread => Some(it.thread.0),
        By::Process => Some(scene.process_of(it.thread).0),
    };
    key.unwrap_or(NO_KEY)
}

/// A Python's main thread before its first frame.
fn is_starting(thread: ThreadId, stack: StackId, scene: &Scene<'_>) -> bool {
    let process = scene.process_of(thread);
    let python = scene.interpreters(process).next().is_some();
    let first = scene.is_main(thread) && !scene.runs_python(thread) && !scene.origin.attached;
    python && first && stack == StackId::NONE
}
