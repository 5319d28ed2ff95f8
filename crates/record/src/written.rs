//! What a recorder in another process tells, on its way into the recording.

use std::time::{Duration, Instant};

use keelback_trace::{Definition, Event, Provenance, Sink, WriteError};

use crate::session::{Outcome, RecordError};

/// How often what was written is made safe.
const FLUSH: Duration = Duration::from_secs(1);

/// A sink that may break: what comes after that is dropped, and the command
/// goes on.
pub(crate) struct Written<'a> {
    sink: &'a mut dyn Sink,
    flushed: Instant,
    /// The first reason why recording broke.
    broken: Option<WriteError>,
}

impl<'a> Written<'a> {
    pub(crate) fn into(sink: &'a mut dyn Sink) -> Written<'a> {
        Written {
            sink,
            flushed: Instant::now(),
            broken: None,
        }
    }

    pub(crate) fn define(&mut self, definition: Definition) {
        if self.broken.is_none() {
            let done = self.sink.define(definition);
            self.keep(done);
        }
    }

    pub(crate) fn event(&mut self, event: Event) {
        if self.broken.is_none() {
            let done = self.sink.event(event);
            self.keep(done);
        }
    }

    pub(crate) fn provenance(&mut self, provenance: &Provenance) {
        let done = self.sink.provenance(provenance);
        self.keep(done);
    }

    pub(crate) fn flush_in_time(&mut self) {
        if self.flushed.elapsed() >= FLUSH && self.broken.is_none() {
            self.flushed = Instant::now();
            self.broken = self.sink.flush().err();
        }
    }

    /// The last word.
    ///
    /// # Errors
    /// What broke the recording.
    pub(crate) fn end(self, provenance: Provenance) -> Result<Outcome, RecordError> {
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        self.sink.provenance(&provenance)?;
        Ok(Outcome {
            exit_status: provenance.exit_status,
            provenance,
        })
    }

    fn keep(&mut self, done: Result<(), WriteError>) {
        if let Err(error) = done {
            self.broken.get_or_insert(error);
        }
    }
}
