//! The two ends of a recording: something to write to, something to read from.

use crate::{Definition, Dictionary, Event, Provenance};

/// Takes a recording in, in order: a definition comes before the first event
/// that uses it, and events come in the order of their time.
pub trait Sink {
    /// Takes a definition.
    fn define(&mut self, definition: Definition) -> Result<(), WriteError>;
    /// Takes an event.
    fn event(&mut self, event: Event) -> Result<(), WriteError>;
    /// Takes what is known of the recording's origin; the last one told holds.
    fn provenance(&mut self, provenance: &Provenance) -> Result<(), WriteError>;
    /// Makes everything taken so far safe from the death of this process.
    /// Recorders call it once a second.
    fn flush(&mut self) -> Result<(), WriteError>;
}

/// Gives a recording out.
pub trait Source {
    /// Where the recording comes from.
    fn provenance(&self) -> &Provenance;
    /// Everything that events name.
    fn dictionary(&self) -> &Dictionary;
    /// All events in the order of their time, read as they are asked for.
    fn events(&self) -> Result<Box<dyn Iterator<Item = Result<Event, ReadError>> + '_>, ReadError>;
}

/// Why a recording could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the recording {path}: {source}")]
pub struct WriteError {
    /// The file or folder that was written to.
    pub path: String,
    /// What the system said.
    #[source]
    pub source: std::io::Error,
}

/// Why a recording could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system said no.
    #[error("cannot read the recording {path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{path} is not a keelback recording: {why}")]
    NotARecording {
        /// The file or folder.
        path: String,
        /// What is missing or wrong.
        why: String,
    },
    /// It was written by a keelback this one does not understand.
    #[error("{path} has format {found}; this keelback reads formats {oldest} to {newest}")]
    Version {
        /// The file or folder.
        path: String,
        /// The format found.
        found: u32,
        /// The oldest format this keelback reads.
        oldest: u32,
        /// The newest format this keelback reads.
        newest: u32,
    },
    /// A table is damaged.
    #[error("table `{table}` of {path} is damaged: {why}")]
    Damaged {
        /// The file or folder.
        path: String,
        /// The table.
        table: String,
        /// What the decoder said.
        why: String,
    },
}

/// A recording in memory, for tests and small jobs.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Where it comes from.
    pub provenance: Provenance,
    /// What its events name.
    pub dictionary: Dictionary,
    /// Its events, in order.
    pub events: Vec<Event>,
}

impl Sink for Memory {
    fn define(&mut self, definition: Definition) -> Result<(), WriteError> {
        self.dictionary.define(definition);
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<(), WriteError> {
        self.events.push(event);
        Ok(())
    }

    fn provenance(&mut self, provenance: &Provenance) -> Result<(), WriteError> {
        self.provenance = provenance.clone();
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Source for Memory {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    fn events(&self) -> Result<Box<dyn Iterator<Item = Result<Event, ReadError>> + '_>, ReadError> {
        Ok(Box::new(self.events.iter().copied().map(Ok)))
    }
}
