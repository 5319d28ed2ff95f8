//! Records of the ring buffer become definitions and events.
//!
//! Records of one thread come in the order in which they were made, and a
//! stack, a code object or a text is told before the first record that names
//! it, so one pass is enough. Each kind of record is decoded in the folder of
//! the thing it observes.

use std::collections::HashMap;

use keelback_python::LiveProcess;
use keelback_trace::{
    Event, EventKind, Loss, LossKind, ProcessId, Provenance, Sink, StackId, TextId, ThreadId,
    WriteError,
};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::abi::{self, Header};
use super::code::Codes;
use super::life::Lives;
use super::python::Builds;
use super::runtime::Runtimes;
use super::stack::Stacks;
use super::{call, code, life, loss, runtime, sample, stack, switch, wake};
use crate::engine::known::{Clock, Known};
use crate::engine::names::Names;
use crate::engine::order::Order;

/// The state of one recording's decoding.
pub(crate) struct Decoder<'a> {
    pub(super) clock: Clock,
    pub(super) known: Known<'a>,
    pub(super) builds: Builds,
    pub(super) stacks: Stacks,
    pub(super) runtimes: Runtimes,
    pub(super) lives: Lives,
    pub(super) codes: Codes,
    pub(super) names: Names,
    /// The program of each process: executable and command line.
    pub(super) programs: HashMap<ProcessId, (TextId, TextId)>,
    /// By thread: page faults as they were told last.
    pub(super) faults: HashMap<ThreadId, abi::Faults>,
    order: Order,
    malformed: u64,
    /// By thread: events without a stack since its program began.
    stackless: HashMap<ThreadId, u64>,
    before_discovery: u64,
}

/// Why a record was not taken.
#[derive(Debug)]
pub(super) enum Refused {
    /// It is not what its kind says.
    Malformed,
    /// It could not be written.
    Write(WriteError),
}

impl From<WriteError> for Refused {
    fn from(error: WriteError) -> Refused {
        Refused::Write(error)
    }
}

impl<'a> Decoder<'a> {
    /// Begins at this instant of `CLOCK_MONOTONIC`.
    pub(crate) fn new(
        sink: &'a mut dyn Sink,
        started: u64,
        builds: Builds,
    ) -> Result<Decoder<'a>, WriteError> {
        Ok(Decoder {
            clock: Clock(started),
            known: Known::new(sink)?,
            builds,
            stacks: Stacks::default(),
            runtimes: Runtimes::default(),
            lives: Lives::default(),
            codes: Codes::new(),
            names: Names::default(),
            programs: HashMap::new(),
            faults: HashMap::new(),
            order: Order::default(),
            malformed: 0,
            stackless: HashMap::new(),
            before_discovery: 0,
        })
    }

    /// Takes one record.
    pub(crate) fn take(&mut self, record: &[u8]) -> Result<(), WriteError> {
        match self.dispatch(record) {
            Ok(()) => Ok(()),
            Err(Refused::Malformed) => {
                self.malformed += 1;
                Ok(())
            }
            Err(Refused::Write(error)) => Err(error),
        }
    }

    fn dispatch(&mut self, record: &[u8]) -> Result<(), Refused> {
        let header: &Header = prefix(record)?;
        match u32::from(header.kind) {
            abi::RECORD_SWITCH_OUT => switch::out(self, prefix(record)?),
            abi::RECORD_SWITCH_IN => switch::back(self, prefix(record)?),
            abi::RECORD_WOKEN => wake::woken(self, prefix(record)?),
            abi::RECORD_CALL => call::ended(self, prefix(record)?),
            abi::RECORD_SAMPLE => sample::taken(self, prefix(record)?),
            abi::RECORD_STACK => stack::told(self, record),
            abi::RECORD_CODE => code::told(self, record),
            abi::RECORD_TEXT => call::text(self, record),
            abi::RECORD_FORK => life::fork(self, prefix(record)?),
            abi::RECORD_EXEC => life::exec(self, prefix(record)?),
            abi::RECORD_EXIT => life::exit(self, prefix(record)?),
            abi::RECORD_NAME => life::name(self, prefix(record)?),
            abi::RECORD_RUNTIME => runtime::found(self, prefix(record)?),
            abi::RECORD_TSTATE => runtime::tstate(self, prefix(record)?),
            abi::RECORD_GIL => runtime::moved(self, prefix(record)?),
            _ => Err(Refused::Malformed),
        }
    }

    /// The thread of a record, by its tid.
    pub(super) fn thread(&mut self, header: &Header) -> Result<ThreadId, Refused> {
        match self.known.thread_of_tid(header.tid) {
            Some(thread) => Ok(thread),
            None => life::first_seen(self, header),
        }
    }

    pub(super) fn event(
        &mut self,
        header: &Header,
        thread: ThreadId,
        stack: StackId,
        kind: EventKind,
    ) {
        let at = self.clock.at(header.at);
        if stack == StackId::NONE {
            *self.stackless.entry(thread).or_default() += 1;
        }
        self.order.push(Event {
            at,
            thread,
            stack,
            kind,
        });
    }

    /// Page faults as they stand at a thread's next event, if there are more.
    pub(super) fn faults(&mut self, header: &Header, thread: ThreadId, now: &abi::Faults) {
        let before = self.faults.insert(thread, *now);
        let (minor, major) = (now.minor, now.major);
        if before.is_some_and(|it| (it.minor, it.major) == (minor, major)) {
            return;
        }
        self.order.push(Event {
            at: self.clock.at(header.at),
            thread,
            stack: StackId::NONE,
            kind: EventKind::Faults { minor, major },
        });
    }

    /// Looks up what Python calls its threads now. Nothing older than `now`
    /// may be under way: a thread has to be known to have ended.
    pub(crate) fn name_threads(&mut self, now: u64) -> Result<(), WriteError> {
        let open = |pid| LiveProcess::open(pid).ok();
        for news in self.names.look(now, open) {
            let name = self.known.text(&news.name)?;
            self.order.push(Event {
                at: self.clock.at(now),
                thread: news.thread,
                stack: StackId::NONE,
                kind: EventKind::Named { name },
            });
        }
        Ok(())
    }

    /// A program begins: what came before needed no stack.
    pub(super) fn begin_program(&mut self, thread: ThreadId) {
        self.stackless.remove(&thread);
    }

    /// A Python was found only after it began.
    pub(crate) fn found_late(&mut self, pid: u32) {
        let thread = self.known.thread_of_tid(pid);
        let missed = thread.and_then(|thread| self.stackless.remove(&thread));
        self.before_discovery += missed.unwrap_or(0);
    }

    /// Writes what nothing older can overtake any more.
    pub(crate) fn release(&mut self) -> Result<(), WriteError> {
        let ready = self.order.ready();
        self.write(ready)
    }

    /// Writes everything that is left, and what was lost.
    pub(crate) fn finish(
        &mut self,
        losses: &[u64],
        tallies: &[(abi::TallyKey, abi::Tally)],
    ) -> Result<(), WriteError> {
        let rest = self.order.rest();
        self.write(rest)?;
        runtime::define_pending(self)?;
        for loss in loss::named(losses)
            .chain(self.own_losses())
            .filter(|loss| loss.count > 0)
        {
            self.known
                .sink()
                .define(keelback_trace::Definition::Loss(loss))?;
        }
        loss::define_tallies(&mut self.known, tallies)
    }

    fn own_losses(&self) -> [Loss; 3] {
        [
            Loss {
                kind: LossKind::BeforeDiscovery,
                count: self.before_discovery,
            },
            Loss {
                kind: LossKind::RecordMalformed,
                count: self.malformed,
            },
            Loss {
                kind: LossKind::OutOfOrder,
                count: self.order.late(),
            },
        ]
    }

    fn write(&mut self, events: Vec<Event>) -> Result<(), WriteError> {
        events
            .into_iter()
            .try_for_each(|event| self.known.sink().event(event))
    }

    pub(crate) fn builds_mut(&mut self) -> &mut Builds {
        &mut self.builds
    }

    pub(crate) fn tell_provenance(&mut self, provenance: &Provenance) -> Result<(), WriteError> {
        self.known.sink().provenance(provenance)
    }

    /// Makes what is written safe.
    pub(crate) fn flush(&mut self) -> Result<(), WriteError> {
        self.known.sink().flush()
    }
}

/// A record's fixed part, wherever it lies in memory.
pub(super) fn prefix<T: FromBytes + KnownLayout + Immutable>(record: &[u8]) -> Result<&T, Refused> {
    T::ref_from_prefix(record)
        .map(|(fixed, _)| fixed)
        .map_err(|_| Refused::Malformed)
}

/// The used part of a fixed field.
pub(super) fn used(field: &[u8], length: u32) -> &[u8] {
    &field[..field.len().min(length as usize)]
}

/// Text up to its first NUL.
pub(super) fn c_text(field: &[u8]) -> String {
    let end = field
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}
