//! What the tracer tells: definitions at once, events in the order of time.

use std::collections::BTreeSet;

use keelback_trace::{
    Definition, Event, EventKind, Loss, LossKind, Sink, StackId, TextId, ThreadId, WriteError,
};

use super::memory::Remote;
use crate::engine::known::{Clock, Known};
use crate::engine::names::Names;
use crate::engine::order::Order;

/// Everything that goes to the recorder passes here.
pub(super) struct Teller<'a> {
    pub(super) known: Known<'a>,
    pub(super) clock: Clock,
    pub(super) names: Names,
    order: Order,
    losses: Vec<u64>,
    remarks: BTreeSet<String>,
}

impl<'a> Teller<'a> {
    /// Begins at this instant of `CLOCK_MONOTONIC`.
    pub(super) fn new(sink: &'a mut dyn Sink, started: u64) -> Result<Teller<'a>, WriteError> {
        Ok(Teller {
            known: Known::new(sink)?,
            clock: Clock(started),
            names: Names::default(),
            order: Order::default(),
            losses: vec![0; LossKind::ALL.len()],
            remarks: BTreeSet::new(),
        })
    }

    /// An event at an instant of `CLOCK_MONOTONIC`.
    pub(super) fn event(&mut self, at: u64, thread: ThreadId, stack: StackId, kind: EventKind) {
        let at = self.clock.at(at);
        self.order.push(Event {
            at,
            thread,
            stack,
            kind,
        });
    }

    /// The kernel has another name for a thread. Python's stands, also beside
    /// the 15 bytes that 3.14+ sets there.
    pub(super) fn renamed(
        &mut self,
        at: u64,
        thread: ThreadId,
        name: TextId,
    ) -> Result<(), WriteError> {
        self.event(at, thread, StackId::NONE, EventKind::Named { name });
        let process = self.known.process_of(thread);
        if let Some(name) = self.names.renamed(process, thread) {
            let name = self.known.text(name)?;
            self.event(at, thread, StackId::NONE, EventKind::Named { name });
        }
        Ok(())
    }

    /// Looks up what Python calls its threads now.
    pub(super) fn name_threads(&mut self, now: u64) -> Result<(), WriteError> {
        for news in self.names.look(now, |pid| Some(Remote(pid))) {
            let name = self.known.text(&news.name)?;
            self.event(now, news.thread, StackId::NONE, EventKind::Named { name });
        }
        Ok(())
    }

    /// Something was not recorded.
    pub(super) fn lose(&mut self, kind: LossKind) {
        self.losses[kind as usize] += 1;
    }

    /// Events found no room on their way.
    pub(super) fn lose_events(&mut self, count: u64) {
        self.losses[LossKind::RingFull as usize] += count;
    }

    /// Something the reader should know about how the program ran.
    pub(super) fn remark(&mut self, sentence: String) {
        self.remarks.insert(sentence);
    }

    pub(super) fn remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks).into_iter().collect()
    }

    /// Tells what nothing older can overtake any more.
    pub(super) fn release(&mut self) -> Result<(), WriteError> {
        let ready = self.order.ready();
        self.pass_on(ready)?;
        self.known.sink().flush()
    }

    /// Tells everything that is left, and what was lost.
    pub(super) fn finish(&mut self) -> Result<(), WriteError> {
        let rest = self.order.rest();
        self.pass_on(rest)?;
        self.losses[LossKind::OutOfOrder as usize] += self.order.late();
        for (kind, count) in LossKind::ALL.iter().zip(&self.losses) {
            if *count > 0 {
                let (kind, count) = (*kind, *count);
                self.known
                    .sink()
                    .define(Definition::Loss(Loss { kind, count }))?;
            }
        }
        Ok(())
    }

    fn pass_on(&mut self, events: Vec<Event>) -> Result<(), WriteError> {
        events
            .into_iter()
            .try_for_each(|event| self.known.sink().event(event))
    }
}
